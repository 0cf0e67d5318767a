// `vedette connector`: the connectors of a tenant, which fetch what providers have; also while a server runs on the
// data folder, which sees what is added or removed within a second.
#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>

#include "commands.h"
#include "data_folder.h"
#include "entities.h"
#include "federation_worker.h"
#include "printed_answer.h"
#include "vedette/federation/connector_library.h"
#include "vedette/federation/instance.h"
#include "vedette/io/file_system.h"
#include "vedette/json/value.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

struct ConnectorCommand {
  std::string data = "./vedette-data";
  std::string tenant, name, connector, transport;
  std::vector<std::string> settings, secrets;
  bool read_only = false, live = false;
};

using Texts = std::map<std::string, std::string>;

Result<std::pair<std::string, std::string>> name_and_value(const std::string& text, const char* option) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    return fail(ErrorCode::bad_request, std::string(option) + " takes NAME=VALUE, not '" + text + "'.");
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

// Secrets on a command line can be read by everybody on the machine.
Result<std::string> secret_text(const std::string& source, const std::string& name) {
  std::string text;
  if (source == "-")
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  else if (source.starts_with('@'))
    text = TRY(io::read_file(io::posix_file_system(), source.substr(1)));
  else
    return fail(ErrorCode::bad_request, "A secret is read from a file (" + name + "=@FILE) or from standard input (" +
                                            name + "=-): a command line can be read by others.");
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

Result<federation::Instance> instance_of(const ConnectorCommand& command,
                                         const federation::ConnectorTransport& transport) {
  federation::Instance instance;
  instance.name = command.name;
  instance.connector = command.connector;
  const auto declared = federation::transports_of(transport);
  if (declared.empty())
    return fail(ErrorCode::bad_request,
                "The connector '" + command.connector + "' has no transport: its records are pushed or ingested.");
  instance.transport = command.transport.empty() ? declared.front() : command.transport;
  if (std::find(declared.begin(), declared.end(), instance.transport) == declared.end())
    return fail(ErrorCode::bad_request,
                "The connector '" + command.connector + "' has no transport '" + instance.transport + "'.");
  instance.write_back = transport.write_back && !command.read_only;
  instance.live = command.live;
  if (instance.live && instance.transport != "poll")
    return fail(ErrorCode::bad_request, "--live is for connectors that are polled.");
  instance.created = base::SystemClock().now();
  for (const std::string& text : command.settings) {
    auto setting = TRY(name_and_value(text, "--set"));
    instance.settings[setting.first] = std::move(setting.second);
  }
  return instance;
}

Result<std::string> add_connector(const ConnectorCommand& command) {
  const auto loaded = TRY(federation::ConnectorLibrary(command.data).load(command.connector));
  auto wanted = TRY(instance_of(command, loaded->transport));
  Texts secrets;
  for (const std::string& text : command.secrets) {
    const auto secret = TRY(name_and_value(text, "--secret"));
    secrets[secret.first] = TRY(secret_text(secret.second, secret.first));
  }
  const std::string tenant = TRY(tenant_to_write(command.data, command.tenant));
  const base::SystemClock clock;
  const auto store = TRY(open_entities(command.data, clock));
  const auto box = TRY(federation::SecretBox::open(io::posix_file_system(), secrets_key_file(command.data)));
  const auto instance = TRY(federation::make_instance(tenant, std::move(wanted), loaded->transport, secrets, box));
  const auto& config = loaded->connector->config();
  TRY(federation::add_instance(*store, tenant, instance, loaded->transport, config.vendor, config.provider));
  json::Object added{{"tenantId", tenant},
                     {"name", instance.name},
                     {"connector", instance.connector},
                     {"transport", instance.transport}};
  if (instance.transport == "push") added["path"] = "/vedette/push/" + tenant + "/" + instance.name;
  return json::to_text(added) + "\n";
}

Result<std::string> remove_connector(const ConnectorCommand& command) {
  const std::string tenant = TRY(tenant_to_write(command.data, command.tenant));
  const base::SystemClock clock;
  const auto store = TRY(open_entities(command.data, clock));
  TRY(federation::remove_instance(*store, tenant, command.name));
  return json::to_text(json::Object{{"tenantId", tenant}, {"removed", command.name}}) + "\n";
}

json::Object described(const federation::SettingDeclaration& setting) {
  json::Object object{{"name", setting.name}, {"description", setting.description}};
  if (setting.kind == federation::SettingKind::secret) object["secret"] = true;
  if (setting.default_value) object["default"] = *setting.default_value;
  return object;
}

json::Object described(const std::string& name, const federation::LoadedConnector& loaded) {
  const auto& config = loaded.connector->config();
  json::Array transports{"api", "file"}, settings, actions;
  for (const std::string& transport : federation::transports_of(loaded.transport)) transports.emplace_back(transport);
  for (const auto& setting : loaded.transport.settings) settings.push_back(described(setting));
  for (const auto& action : loaded.transport.actions) actions.emplace_back(action.name);
  return {{"name", name},
          {"vendor", config.vendor},
          {"provider", config.provider},
          {"transports", std::move(transports)},
          {"settings", std::move(settings)},
          {"writeBack", loaded.transport.write_back.has_value()},
          {"actions", std::move(actions)}};
}

// One that is wrong does not hide the others.
Result<std::string> list_connectors(const ConnectorCommand& command) {
  const federation::ConnectorLibrary library(command.data);
  json::Array list;
  for (const std::string& name : library.names()) {
    const auto loaded = library.load(name);
    list.push_back(loaded ? described(name, **loaded)
                          : json::Object{{"name", name}, {"error", loaded.error().message}});
  }
  return json::to_text(list) + "\n";
}

Result<std::string> connector_status(const ConnectorCommand& command) {
  const std::string tenant = TRY(tenant_to_read(command.data, command.tenant));
  const base::SystemClock clock;
  const auto store = TRY(open_entities(command.data, clock, store::Access::read_only));
  json::Array list;
  for (const auto& instance : TRY(federation::load_instances(*store, tenant))) {
    if (!command.name.empty() && instance.name != command.name) continue;
    const auto entity = TRY(store->get(tenant, federation::health_collection, instance.name));
    if (entity) list.push_back(TRY(json::parse(entity->json)));
  }
  if (list.empty() && !command.name.empty())
    return fail(ErrorCode::not_found, "There is no connector '" + command.name + "'.");
  return json::to_text(list) + "\n";
}

void add_place(const Command& command, const std::shared_ptr<ConnectorCommand>& options) {
  command.option("--tenant", options->tenant, "Its tenant, by id or name, when there are several");
  command.option("--data", options->data, "Data folder").with_default();
}

void add_add(Command group, const std::shared_ptr<ConnectorCommand>& options) {
  const Command add = group.command("add", "Set a connector up for a tenant; a running server begins within a second");
  add.option("NAME", options->name, "What it is called").required();
  add.option("--connector", options->connector, "Which one of `vedette connector list`").required();
  add.option("--transport", options->transport, "Which one, where the connector has several")
      .one_of(federation::transport_names());
  add.option("--set", options->settings, "NAME=VALUE, a setting of the connector; may be repeated").one_value_each();
  add.option("--secret", options->secrets, "NAME=@FILE or NAME=- (standard input), sealed at rest; may be repeated")
      .one_value_each();
  add.flag("--read-only", options->read_only, "Write no changes of alerts back to the provider");
  add.flag("--live", options->live,
           "Ask the provider whenever alerts are listed at /security/alerts, for at most 10 seconds");
  add_place(add, options);
  add.examples(
      "  vedette connector add head-office --connector microsoft-graph --set base_url=https://graph.example.org "
      "--set token_url=https://graph.example.org/TENANT/oauth2/v2.0/token --set client_id=7a4c… "
      "--secret client_secret=@secret.txt\n"
      "  vedette connector add hosts --connector linux --set listen=0.0.0.0:6514 --set protocol=tcp");
  add.action([options] { return print_answer(add_connector(*options)); });
}

}  // namespace

void add_connector_command(Command root) {
  const Command group = root.group("connector", "Connect providers: set up, look after, write and test connectors");
  const auto options = std::make_shared<ConnectorCommand>();
  add_add(group, options);

  const Command list =
      group.command("list", "List the connectors there are, their settings and actions, as a JSON array");
  list.option("--data", options->data, "Data folder, whose connectors/ holds further ones").with_default();
  list.examples("  vedette connector list");
  list.action([options] { return print_answer(list_connectors(*options)); });

  const Command status = group.command("status", "How the connectors that are set up fare, as a JSON array");
  status.option("NAME", options->name, "Only this one");
  add_place(status, options);
  status.examples("  vedette connector status\n  vedette connector status head-office --data /var/lib/vedette");
  status.action([options] { return print_answer(connector_status(*options)); });

  const Command remove = group.command("remove", "Remove a connector that was set up; what it brought stays");
  remove.option("NAME", options->name, "Which one").required();
  add_place(remove, options);
  remove.examples("  vedette connector remove head-office");
  remove.action([options] { return print_answer(remove_connector(*options)); });
  add_connector_author_commands(group);
}

}  // namespace vedette::server
