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

void add_tenant_command(CLI::App& app, Invocation& invocation) {
  CLI::App* tenant = app.add_subcommand("tenant", "Create and list the tenants of a data folder");
  tenant->require_subcommand(1);
  const auto options = std::make_shared<TenantCommand>();

  CLI::App* create = tenant->add_subcommand("create", "Create a tenant; prints its tenantId and name as JSON");
  create->add_option("--name", options->name, "A name that --tenant takes in place of the id")->capture_default_str();
  create->add_option("--data", options->data, "Data folder")->capture_default_str();
  create->footer("Example:\n  vedette tenant create --name contoso --data /var/lib/vedette");
  create->callback([options, &invocation] { invocation.exit_status = print_answer(create_tenant(*options)); });

  CLI::App* list = tenant->add_subcommand("list", "List the tenants as a JSON array");
  list->add_option("--data", options->data, "Data folder")->capture_default_str();
  list->footer("Example:\n  vedette tenant list --data /var/lib/vedette");
  list->callback([options, &invocation] { invocation.exit_status = print_answer(list_tenants(*options)); });
}

}  // namespace vedette::server
