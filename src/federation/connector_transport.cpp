#include "vedette/federation/connector_transport.h"

#include <algorithm>
#include <tuple>

#include "authentication_section.h"
#include "poll_section.h"
#include "toml_section.h"
#include "transports.h"
#include "vedette/base/ascii_case.h"

namespace vedette::federation {

namespace {

using base::Result;
using base::Status;

constexpr int64_t action_timeout_s_max = 7 * 86'400;

Result<SettingDeclaration> read_setting(const std::string& name, const toml::node& node) {
  SettingDeclaration setting{name, {}, SettingKind::text, std::nullopt};
  TomlSection section(node, "setting." + name);
  std::string kind = "text", value;
  section.read("description", setting.description);
  section.read("kind", kind);
  section.read("transport", setting.transport);
  section.read("optional", setting.optional);
  if (section.take("default")) {
    section.read("default", value);
    setting.default_value = value;
  }
  if (kind == "url")
    setting.kind = SettingKind::url;
  else if (kind == "secret")
    setting.kind = SettingKind::secret;
  else if (kind != "text")
    section.fail("'kind' is text, url or secret.");
  if (setting.kind == SettingKind::secret && setting.default_value) section.fail("a secret has no default.");
  const auto transports = transport_names();
  if (!setting.transport.empty() &&
      std::find(transports.begin(), transports.end(), setting.transport) == transports.end())
    section.fail("there is no transport '" + setting.transport + "'.");
  TRY(section.finish());
  return setting;
}

Result<SyslogTransport> read_syslog(const toml::node& node) {
  SyslogTransport syslog;
  TomlSection section(node, "syslog");
  std::string content = "message";
  section.read("content", content);
  if (content == "record")
    syslog.content = SyslogTransport::Content::record;
  else if (content == "line")
    syslog.content = SyslogTransport::Content::line;
  else if (content != "message")
    section.fail("'content' is message, line or record.");
  TRY(section.finish());
  return syslog;
}

// A request, or the URL of a GET.
Status read_current(TomlSection& section, CurrentRule& rule) {
  const auto* node = section.take("current");
  if (!node || !node->is_table()) return section.read("current", rule.url), Status();
  TomlSection current(*node, "write_back.current");
  read_request(current, rule);
  current.read("records", rule.records);
  return current.finish();
}

Result<WriteBackRule> read_write_back(const toml::node& node) {
  WriteBackRule rule;
  TomlSection section(node, "write_back");
  TRY(read_current(section, rule.current));
  section.read("if_match", rule.if_match);
  section.read("each", rule.each);
  TRY(section.finish());
  return rule;
}

Result<IncidentRule> read_incidents(const toml::node& node) {
  IncidentRule rule;
  TomlSection section(node, "incidents");
  section.require("url");
  section.read("url", rule.url);
  section.require("current");
  section.read("current", rule.current);
  TRY(section.finish());
  return rule;
}

Result<ActionDeclaration> read_action(const toml::node& node) {
  ActionDeclaration action;
  TomlSection section(node, "action");
  section.require("name");
  section.read("name", action.name);
  section.read("description", action.description);
  section.read("parameters", action.parameters);
  int64_t timeout = action.timeout.count();
  section.read("timeout_seconds", timeout, 1, action_timeout_s_max);
  action.timeout = std::chrono::seconds(timeout);
  TRY(section.finish());
  return action;
}

// Every place of a template is a setting, or one of `more`.
Status check_places(const ConnectorTransport& transport, const std::vector<std::string>& places,
                    std::initializer_list<std::string_view> more) {
  // `alert` stands for its members too.
  const auto is_more = [&](const std::string& place) {
    return std::any_of(more.begin(), more.end(), [&](std::string_view name) {
      return place == name || place.starts_with(std::string(name) + ".");
    });
  };
  for (const std::string& place : places) {
    const bool is_known = transport.find_setting(place) || is_more(place);
    if (!is_known) return base::fail(base::ErrorCode::bad_request, "connector.toml: '{" + place + "}' is no setting.");
  }
  return {};
}

Status check_all_places(const ConnectorTransport& transport) {
  for (const Authentication& authentication : transport.authentication)
    TRY(check_places(transport, authentication.places(), {}));
  if (transport.poll)
    TRY(check_places(transport, transport.poll->places(), {"since", "until", "cursor", "offset", "page", "page_size"}));
  if (transport.poll && transport.poll->each)
    TRY(check_places(transport, transport.poll->each->places(), {"record", "records"}));
  if (transport.write_back) TRY(check_places(transport, transport.write_back->current.places(), {"alert"}));
  if (transport.incidents) {
    TRY(check_places(transport, transport.incidents->url.places(), {"since"}));
    TRY(check_places(transport, transport.incidents->current.places(), {"id"}));
  }
  return {};
}

Result<ConnectorTransport> read_transport(const toml::table& root) {
  ConnectorTransport transport;
  if (const auto* settings = root.get("setting")) {
    if (!settings->is_table()) return wrong_toml(settings->source(), "write each setting as [setting.NAME].");
    for (const auto& [key, node] : *settings->as_table())
      transport.settings.push_back(TRY(read_setting(std::string(key.str()), node)));
  }
  if (const auto* node = root.get("authentication")) transport.authentication = TRY(read_authentications(*node));
  for (const TransportKind& kind : transport_kinds())
    if (const auto* node = root.get(kind.name)) TRY(kind.read(*node, transport));
  if (const auto* node = root.get("write_back")) {
    transport.write_back = TRY(read_write_back(*node));
    const bool has_each = transport.poll && transport.poll->each && !transport.poll->each->at_once();
    if (transport.write_back->each && !has_each)
      return wrong_toml(node->source(), "'each' of [write_back] needs [poll.each], which asks for one record each.");
  }
  if (const auto* node = root.get("incidents")) {
    transport.incidents = TRY(read_incidents(*node));
    if (!transport.poll || !transport.write_back || transport.write_back->current.empty())
      return wrong_toml(node->source(), "'incidents' need '[poll]', and 'current' of '[write_back]'.");
  }
  if (const auto* node = root.get("action")) {
    const auto* list = node->as_array();
    if (!list) return wrong_toml(node->source(), "write each action as [[action]].");
    for (const auto& item : *list) transport.actions.push_back(TRY(read_action(item)));
  }
  if (const auto* node = root.get("known_as")) {
    const auto* names = node->as_array();
    if (!names) return wrong_toml(node->source(), "'known_as' is an array of strings.");
    for (const auto& name : *names) transport.known_as.push_back(name.value_or(std::string()));
  }
  TRY(check_all_places(transport));
  return transport;
}

}  // namespace

Status read_poll_section(const toml::node& node, ConnectorTransport& transport) {
  transport.poll = TRY(read_poll(node));
  transport.add_setting({"interval_seconds", "Seconds between two polls", SettingKind::seconds,
                         std::to_string(transport.poll->interval.count())});
  return {};
}

Status read_syslog_section(const toml::node& node, ConnectorTransport& transport) {
  transport.syslog = TRY(read_syslog(node));
  for (const auto& [name, description, value] :
       {std::tuple{"listen", "HOST:PORT, where messages come in", "127.0.0.1:6514"},
        std::tuple{"protocol", "udp, tcp or tls", "udp"},
        std::tuple{"certificate", "For tls: a PEM file with the chain, leaf first", ""},
        std::tuple{"certificate_key", "For tls: a PEM file with the certificate's key", ""}})
    transport.add_setting({name, description, SettingKind::text, value});
  return {};
}

const SettingDeclaration* ConnectorTransport::find_setting(std::string_view name) const {
  const auto found =
      std::find_if(settings.begin(), settings.end(), [&](const auto& setting) { return setting.name == name; });
  return found == settings.end() ? nullptr : &*found;
}

void ConnectorTransport::add_setting(SettingDeclaration setting) {
  if (!find_setting(setting.name)) settings.push_back(std::move(setting));
}

const ActionDeclaration* ConnectorTransport::find_action(std::string_view name) const {
  const auto found = std::find_if(actions.begin(), actions.end(), [&](const auto& action) {
    return base::equal_ignoring_ascii_case(action.name, name);
  });
  return found == actions.end() ? nullptr : &*found;
}

Result<ConnectorTransport> parse_connector_transport(std::string_view text) {
  try {
    const toml::table root = toml::parse(text);
    return read_transport(root);
  } catch (const toml::parse_error& error) {  // what toml++ has for a result
    return wrong_toml(error.source(), std::string(error.description()) + ".");
  }
}

}  // namespace vedette::federation
