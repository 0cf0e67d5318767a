// `vedette app secret`: the secrets of an application, replaced one by one while it works.
#include <memory>

#include "commands.h"
#include "data_folder.h"
#include "printed_answer.h"
#include "vedette/json/value.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;

namespace {

struct SecretCommand {
  std::string data = "./vedette-data";
  std::string tenant, client_id, name, expires;
};

struct Place {
  std::unique_ptr<FolderDirectory> folder;
  auth::Tenant tenant;
  auth::Application application;
};

base::Result<Place> find_application(const SecretCommand& command) {
  Place place{TRY(FolderDirectory::open_existing(command.data)), {}, {}};
  const auto unknown = fail(ErrorCode::not_found, "There is no application '" + command.client_id + "'.");
  if (!place.folder) return unknown;
  place.folder = TRY(FolderDirectory::open(command.data));
  const auto& directory = place.folder->get();
  const auto tenant = command.tenant.empty() ? TRY(directory.tenant_of_application(command.client_id))
                                             : TRY(directory.find_tenant(command.tenant));
  if (!tenant) return unknown;
  auto application = TRY(directory.find_application(tenant->id, command.client_id));
  if (!application) return unknown;
  place.tenant = *tenant;
  place.application = std::move(*application);
  return place;
}

json::Object as_json(const auth::ApplicationSecret& secret, base::DateTime now) {
  json::Object object{{"secretId", secret.id}, {"name", secret.name}, {"hint", secret.hint}};
  object["created"] = secret.created ? json::Value(base::format_date_time(*secret.created)) : json::Value();
  object["expires"] = secret.expires ? json::Value(base::format_date_time(*secret.expires)) : json::Value();
  object["expired"] = secret.expires && *secret.expires <= now;
  return object;
}

base::Result<std::optional<base::TimeSpan>> lifetime_of(const std::string& text) {
  if (text.empty()) return std::optional<base::TimeSpan>();
  if (const auto lifetime = base::parse_time_span(text)) return lifetime;
  if (const auto lifetime = base::parse_iso_duration(text)) return lifetime;
  const auto end = base::parse_iso_date_time(text);
  if (!end) return fail(ErrorCode::bad_request, "'" + text + "' is no time: write 180d, 12h, P6M or 2030-12-31.");
  return std::optional<base::TimeSpan>(*end - base::SystemClock().now());
}

base::Result<std::string> add_secret(const SecretCommand& command) {
  const auto lifetime = TRY(lifetime_of(command.expires));
  Place place = TRY(find_application(command));
  if (place.application.is_public) return fail(ErrorCode::bad_request, "A public client has no secrets.");
  const std::string& client = place.application.client_id;
  const auto made = TRY(place.folder->secrets().add(place.tenant.id, client, command.name, lifetime));
  json::Object answer{{"tenantId", place.tenant.id}, {"clientId", client}, {"clientSecret", made.text}};
  for (const auto& [key, value] : as_json(made.secret, base::SystemClock().now())) answer[key] = value;
  return json::to_text(answer) + "\n";
}

base::Result<std::string> list_secrets(const SecretCommand& command) {
  const Place place = TRY(find_application(command));
  json::Array list;
  for (const auto& secret : TRY(place.folder->secrets().list(place.tenant.id, place.application.client_id)))
    list.push_back(as_json(secret, base::SystemClock().now()));
  return json::to_text(list) + "\n";
}

base::Result<std::string> remove_secret(const SecretCommand& command) {
  const Place place = TRY(find_application(command));
  TRY(place.folder->secrets().remove(place.tenant.id, place.application.client_id, command.name));
  return json::to_text(json::Object{{"clientId", place.application.client_id}, {"removed", command.name}}) + "\n";
}

void add_place(const Command& command, const std::shared_ptr<SecretCommand>& options) {
  command.option("--app", options->client_id, "The application, by its clientId").required();
  command.option("--tenant", options->tenant, "Its tenant, by id or name");
  command.option("--data", options->data, "Data folder").with_default();
}

}  // namespace

void add_app_secret_commands(Command app) {
  const Command group = app.group("secret", "Add, list and remove the secrets of an application");
  const auto options = std::make_shared<SecretCommand>();

  const Command add = group.command("add", "Add a secret; prints it as JSON, only this once");
  add_place(add, options);
  add.option("--name", options->name, "What people call it").required();
  add.option("--expires", options->expires, "After which time it is good no more: 180d, 12h, or a date");
  add.examples("  vedette app secret add --app 7a4c… --name autumn --expires 180d");
  add.action([options] { return print_answer(add_secret(*options)); });

  const Command list = group.command("list", "List the secrets as a JSON array, without the secrets themselves");
  add_place(list, options);
  list.examples("  vedette app secret list --app 7a4c…");
  list.action([options] { return print_answer(list_secrets(*options)); });

  const Command remove = group.command("remove", "Remove a secret; it is good no more at once");
  add_place(remove, options);
  remove.option("--name", options->name, "Its name or secretId").required();
  remove.examples("  vedette app secret remove --app 7a4c… --name spring");
  remove.action([options] { return print_answer(remove_secret(*options)); });
}

}  // namespace vedette::server
