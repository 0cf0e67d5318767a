// `vedette app`: applications, which get tokens and have roles; also while a server runs on the data folder.
#include <iostream>
#include <memory>

#include "commands.h"
#include "data_folder.h"
#include "known_roles.h"
#include "printed_answer.h"
#include "vedette/json/value.h"

namespace vedette::server {
namespace {

struct AppCommand {
  std::string data = "./vedette-data";
  std::string tenant, name;
  std::vector<std::string> roles, scopes, redirect_uris;
  bool is_public = false;
};

json::Array as_json(const std::vector<std::string>& texts) {
  json::Array array;
  for (const auto& text : texts) array.emplace_back(text);
  return array;
}

json::Object as_json(const auth::Tenant& tenant, const auth::Application& app) {
  json::Object object{
      {"tenantId", tenant.id}, {"clientId", app.client_id}, {"name", app.name}, {"roles", as_json(app.roles)}};
  if (!app.scopes.empty()) object["scopes"] = as_json(app.scopes);
  if (!app.redirect_uris.empty()) object["redirectUris"] = as_json(app.redirect_uris);
  if (app.is_public) object["public"] = true;
  return object;
}

base::Result<std::string> create_app(const AppCommand& command) {
  TRY(check_roles(command.roles, TRY(known_roles())));
  TRY(check_scopes(command.scopes, TRY(known_scopes())));
  const auto directory = TRY(FolderDirectory::open(command.data));
  const auto tenant = TRY(directory->get().resolve_tenant(command.tenant));
  const auto made = TRY(directory->get().create_application(
      tenant.id, {command.name, command.roles, command.scopes, command.redirect_uris, command.is_public}));
  const json::Object described = as_json(tenant, made.application);
  json::Object answer{{"tenantId", tenant.id}, {"clientId", made.application.client_id}};
  if (!made.client_secret.empty()) answer["clientSecret"] = made.client_secret;
  for (const auto& [key, value] : described) answer[key] = value;
  return json::to_text(answer) + "\n";
}

base::Result<std::string> list_apps(const AppCommand& command) {
  json::Array list;
  const auto directory = TRY(FolderDirectory::open_existing(command.data));
  auto tenants = directory ? TRY(directory->get().tenants()) : std::vector<auth::Tenant>();
  if (!command.tenant.empty()) {
    const auto named = directory ? TRY(directory->get().find_tenant(command.tenant)) : std::nullopt;
    if (!named) return base::fail(base::ErrorCode::not_found, "There is no tenant '" + command.tenant + "'.");
    tenants = {*named};
  }
  for (const auto& tenant : tenants)
    for (const auto& app : TRY(directory->get().applications(tenant.id))) list.push_back(as_json(tenant, app));
  return json::to_text(list) + "\n";
}

base::Result<std::string> as_lines(const base::Result<std::vector<std::string>>& names) {
  std::string lines;
  for (const auto& name : TRY(base::Result<std::vector<std::string>>(names))) lines += name + "\n";
  return lines;
}

int run_create(const AppCommand& command) {
  if (!command.roles.empty() || !command.scopes.empty()) return print_answer(create_app(command));
  std::cerr << "vedette: an application needs a --role, for what it does itself, or a --scope, for what it does for "
               "users.\n";
  return 2;
}

void add_create(Command group, const std::shared_ptr<AppCommand>& options) {
  const Command create = group.command(
      "create", "Create an application; prints tenantId, clientId and clientSecret as JSON, the secret only this once");
  create.option("--tenant", options->tenant, "Its tenant, by id or name, when there are several");
  create.option("--name", options->name, "What people call it").required();
  create.option("--role", options->roles,
                "A permission for what it does itself; may be repeated. `vedette app roles` lists them");
  create.option("--scope", options->scopes,
                "A permission for what it does for the users who sign in (delegated); may be repeated. `vedette app "
                "scopes` lists them");
  create.option("--redirect-uri", options->redirect_uris,
                "Where its users may be sent back to, exactly; may be repeated");
  create.flag("--public", options->is_public, "It runs where it can keep no secret, and gets none");
  create.option("--data", options->data, "Data folder").with_default();
  create.examples(
      "  vedette app create --name hunter --role ThreatHunting.Read.All\n"
      "  vedette app create --tenant contoso --name soar --role SecurityAlert.ReadWrite.All "
      "--role SecurityIncident.ReadWrite.All\n"
      "  vedette app create --name tool --public --redirect-uri http://localhost --scope SecurityAlert.Read.All");
  create.action([options] { return run_create(*options); });
}

void add_list(Command group, const std::shared_ptr<AppCommand>& options) {
  const Command list = group.command("list", "List the applications as a JSON array, without their secrets");
  list.option("--tenant", options->tenant, "Only those of this tenant, by id or name");
  list.option("--data", options->data, "Data folder").with_default();
  list.examples("  vedette app list --tenant contoso");
  list.action([options] { return print_answer(list_apps(*options)); });
}

}  // namespace

void add_app_command(Command root) {
  const Command group = root.group("app", "Create and list applications, which ask the API with their roles");
  const auto options = std::make_shared<AppCommand>();
  add_create(group, options);
  add_list(group, options);
  const Command roles = group.command("roles", "List the roles that an application can have, one a line");
  roles.examples("  vedette app roles");
  roles.action([] { return print_answer(as_lines(known_roles())); });
  const Command scopes =
      group.command("scopes", "List the delegated permissions that an application can have, one a line");
  scopes.examples("  vedette app scopes");
  scopes.action([] { return print_answer(as_lines(known_scopes())); });
  add_app_secret_commands(group);
}

}  // namespace vedette::server
