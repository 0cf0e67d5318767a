#include "vedette/federation/connector_transport.h"

#include <algorithm>
#include <tuple>

#include "toml_section.h"

namespace vedette::federation {

namespace {

using base::Result;
using base::Status;

constexpr int64_t days_max = 3650, rate_max = 1'000'000, action_timeout_s_max = 7 * 86'400;

Result<SettingDeclaration> read_setting(const std::string& name, const toml::node& node) {
  SettingDeclaration setting{name, {}, SettingKind::text, std::nullopt};
  TomlSection section(node, "setting." + name);
  std::string kind = "text", value;
  section.read("description", setting.description);
  section.read("kind", kind);
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
  TRY(section.finish());
  return setting;
}

Result<Authentication> read_authentication(const toml::node& node) {
  Authentication out;
  TomlSection section(node, "authentication");
  std::string type;
  section.require("type");
  section.read("type", type);
  if (type == "oauth2_client_credentials") {
    out.kind = Authentication::Kind::oauth2;
    for (const char* key : {"token_url", "client_id", "client_secret"}) section.require(key);
    section.read("token_url", out.token_url);
    section.read("client_id", out.client_id);
    section.read("client_secret", out.client_secret);
    section.read("scope", out.scope);
  } else if (type == "header") {
    out.kind = Authentication::Kind::header;
    for (const char* key : {"header", "value"}) section.require(key);
    section.read("header", out.header);
    section.read("value", out.value);
  } else if (!type.empty()) {
    section.fail("'type' is oauth2_client_credentials or header.");
  }
  TRY(section.finish());
  return out;
}

void read_span(TomlSection& section, const char* key, base::TimeSpan& to) {
  int64_t seconds = to.ticks / base::ticks_per_second;
  section.read(key, seconds, 0, days_max * 86'400);
  to.ticks = seconds * base::ticks_per_second;
}

void read_paging(TomlSection& section, PollTransport& poll) {
  std::string paging = "none";
  section.read("paging", paging);
  section.read("next", poll.next);
  section.read("record", poll.record);
  if (paging == "next_link")
    poll.paging = Paging::next_link;
  else if (paging == "cursor")
    poll.paging = Paging::cursor;
  else if (paging == "offset")
    poll.paging = Paging::offset;
  else if (paging != "none")
    section.fail("'paging' is none, next_link, cursor or offset.");
  const bool follows = poll.paging == Paging::next_link || poll.paging == Paging::cursor;
  if (follows && poll.next.empty()) section.fail("'paging' by " + paging + " needs 'next', where the page says it.");
  if (poll.paging == Paging::offset && poll.record.empty())
    section.fail("'paging' by offset needs 'record', the member that identifies a record: pages move when records do.");
  const auto places = poll.url.places();
  const auto has_place = [&](const char* name) { return std::count(places.begin(), places.end(), name) > 0; };
  if (poll.paging == Paging::cursor && !has_place("cursor")) section.fail("'url' has no {cursor}.");
  if (poll.paging == Paging::offset && !has_place("offset")) section.fail("'url' has no {offset}.");
  if (has_place("since") && poll.since.empty()) section.fail("'url' has {since}: 'since' names a record's member.");
}

Result<PollTransport> read_poll(const toml::node& node) {
  PollTransport poll;
  TomlSection section(node, "poll");
  section.require("url");
  section.read("url", poll.url);
  section.read("records", poll.records);
  section.read("since", poll.since);
  read_paging(section, poll);
  int64_t interval = poll.interval.count();
  section.read("interval_seconds", interval, poll_interval_s_min, poll_interval_s_max);
  poll.interval = std::chrono::seconds(interval);
  section.read("page_size", poll.page_size, 1, page_size_max);
  section.read("requests_per_minute", poll.requests_per_minute, 1, rate_max);
  read_span(section, "lookback_seconds", poll.lookback);
  read_span(section, "overlap_seconds", poll.overlap);
  if (const auto* headers = section.take("headers")) {
    const auto* table = headers->as_table();
    if (!table) section.fail(*headers, "'headers' must be a table.");
    for (const auto& [key, value] : table ? *table : toml::table()) {
      const auto text = value.value_exact<std::string>();
      if (!text) section.fail(value, "'headers' is a table of strings.");
      poll.headers[std::string(key.str())] = text.value_or("");
    }
  }
  TRY(section.finish());
  return poll;
}

Result<SyslogTransport> read_syslog(const toml::node& node) {
  SyslogTransport syslog;
  TomlSection section(node, "syslog");
  std::string content = "message";
  section.read("content", content);
  if (content == "record")
    syslog.content = SyslogTransport::Content::record;
  else if (content != "message")
    section.fail("'content' is message or record.");
  TRY(section.finish());
  return syslog;
}

Result<WriteBackRule> read_write_back(const toml::node& node) {
  WriteBackRule rule;
  TomlSection section(node, "write_back");
  section.read("current", rule.current);
  section.read("if_match", rule.if_match);
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
Status check_places(const ConnectorTransport& transport, const TextTemplate& text,
                    std::initializer_list<std::string_view> more) {
  for (const std::string& place : text.places()) {
    const bool is_known = transport.find_setting(place) || std::count(more.begin(), more.end(), place) > 0 ||
                          (std::count(more.begin(), more.end(), "alert") > 0 && place.starts_with("alert."));
    if (!is_known) return base::fail(base::ErrorCode::bad_request, "connector.toml: '{" + place + "}' is no setting.");
  }
  return {};
}

Status check_all_places(const ConnectorTransport& transport) {
  const auto& authentication = transport.authentication;
  for (const TextTemplate* text : {&authentication.token_url, &authentication.client_id, &authentication.client_secret,
                                   &authentication.scope, &authentication.value})
    TRY(check_places(transport, *text, {}));
  if (transport.poll) TRY(check_places(transport, transport.poll->url, {"since", "cursor", "offset", "page_size"}));
  if (transport.write_back) TRY(check_places(transport, transport.write_back->current, {"alert"}));
  if (transport.incidents) {
    TRY(check_places(transport, transport.incidents->url, {"since"}));
    TRY(check_places(transport, transport.incidents->current, {"id"}));
  }
  return {};
}

// What every instance that listens may say.
void add_listening_settings(ConnectorTransport& transport) {
  for (const auto& [name, description, value] :
       {std::tuple{"listen", "HOST:PORT, where messages come in", "127.0.0.1:6514"},
        std::tuple{"protocol", "udp, tcp or tls", "udp"},
        std::tuple{"certificate", "For tls: a PEM file with the chain, leaf first", ""},
        std::tuple{"certificate_key", "For tls: a PEM file with the certificate's key", ""}})
    transport.settings.push_back({name, description, SettingKind::text, value});
}

Result<ConnectorTransport> read_transport(const toml::table& root) {
  ConnectorTransport transport;
  if (const auto* settings = root.get("setting")) {
    if (!settings->is_table()) return wrong_toml(settings->source(), "write each setting as [setting.NAME].");
    for (const auto& [key, node] : *settings->as_table())
      transport.settings.push_back(TRY(read_setting(std::string(key.str()), node)));
  }
  if (const auto* node = root.get("authentication")) transport.authentication = TRY(read_authentication(*node));
  if (const auto* node = root.get("poll")) {
    transport.poll = TRY(read_poll(*node));
    transport.settings.push_back({"interval_seconds", "Seconds between two polls", SettingKind::seconds,
                                  std::to_string(transport.poll->interval.count())});
  }
  if (const auto* node = root.get("syslog")) {
    transport.syslog = TRY(read_syslog(*node));
    add_listening_settings(transport);
  }
  if (const auto* node = root.get("write_back")) transport.write_back = TRY(read_write_back(*node));
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
  TRY(check_all_places(transport));
  return transport;
}

}  // namespace

const SettingDeclaration* ConnectorTransport::find_setting(std::string_view name) const {
  const auto found =
      std::find_if(settings.begin(), settings.end(), [&](const auto& setting) { return setting.name == name; });
  return found == settings.end() ? nullptr : &*found;
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
