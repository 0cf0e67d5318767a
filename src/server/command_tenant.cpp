// `vedette tenant`: the tenants of a data folder, also while a server runs on it.
#include <memory>

#include "commands.h"
#include "data_folder.h"
#include "printed_answer.h"
#include "vedette/json/value.h"

namespace vedette::server {
namespace {

struct TenantCommand {
  std::string data = "./vedette-data";
  std::string name = "default";
};

json::Object as_json(const auth::Tenant& tenant) { return {{"tenantId", tenant.id}, {"name", tenant.name}}; }

base::Result<std::string> create_tenant(const TenantCommand& command) {
  const auto directory = TRY(FolderDirectory::open(command.data));
  return json::to_text(as_json(TRY(directory->get().create_tenant(command.name)))) + "\n";
}

base::Result<std::string> list_tenants(const TenantCommand& command) {
  json::Array list;
  if (const auto directory = TRY(FolderDirectory::open_existing(command.data)))
    for (const auto& tenant : TRY(directory->get().tenants())) list.push_back(as_json(tenant));
  return json::to_text(list) + "\n";
}

}  // namespace

void add_tenant_command(Command root) {
  const Command group = root.group("tenant", "Create and list the tenants of a data folder");
  const auto options = std::make_shared<TenantCommand>();

  const Command create = group.command("create", "Create a tenant; prints its tenantId and name as JSON");
  create.option("--name", options->name, "A name that --tenant takes in place of the id").with_default();
  create.option("--data", options->data, "Data folder").with_default();
  create.examples("  vedette tenant create --name contoso --data /var/lib/vedette");
  create.action([options] { return print_answer(create_tenant(*options)); });

  const Command list = group.command("list", "List the tenants as a JSON array");
  list.option("--data", options->data, "Data folder").with_default();
  list.examples("  vedette tenant list --data /var/lib/vedette");
  list.action([options] { return print_answer(list_tenants(*options)); });
}

}  // namespace vedette::server
