// What connector.toml says beyond the meaning of records: how a provider is reached, and what can be asked of it. The
// form is in connectors/README.md.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/federation/text_template.h"

namespace vedette::federation {

enum class SettingKind : uint8_t { text, url, secret, seconds };

// What an instance of the connector must say, or may.
struct SettingDeclaration {
  std::string name, description;
  SettingKind kind = SettingKind::text;
  std::optional<std::string> default_value;  // without one it is required
};

// Of every request to the provider.
struct Authentication {
  enum class Kind : uint8_t { none, oauth2, header };
  Kind kind = Kind::none;
  TextTemplate token_url, client_id, client_secret, scope;  // oauth2: client credentials (RFC 6749, section 4.4)
  std::string header = {};                                  // header: its name and value
  TextTemplate value = {};
};

enum class Paging : uint8_t {
  none,       // one page is all
  next_link,  // a member of the page is the URL of the next
  cursor,     // a member of the page is what `{cursor}` is in the URL of the next, also of the next poll
  offset,     // `{offset}` in the URL counts records
};

struct PollTransport {
  TextTemplate url;
  std::map<std::string, std::string> headers;
  std::string records;  // the path of the page's array; "" for a page that is one
  Paging paging = Paging::none;
  std::string next;    // the path of the next link or cursor
  std::string since;   // the path of a record's time of change; "" when the provider cannot be asked for changes
  std::string record;  // the path of a record's identity, for offsets
  int64_t page_size = 100;
  std::chrono::seconds interval{60};
  base::TimeSpan lookback{30 * base::ticks_per_day};  // of the first poll
  base::TimeSpan overlap{5 * base::ticks_per_minute};
  int64_t requests_per_minute = 0;  // 0: no limit but the provider's
};

struct SyslogTransport {
  enum class Content : uint8_t {
    message,  // a record is the text of a message
    record,   // a record is an object: the header's fields, and the text as SyslogMessage
  };
  Content content = Content::message;
};

struct WriteBackRule {
  TextTemplate current;  // where the alert is at the provider; empty: it cannot be read
  bool if_match = false;
};

// Of a provider that speaks this API: incidents in the form of microsoft.graph.security.incident, with their alerts.
struct IncidentRule {
  TextTemplate url;      // of those that changed {since}
  TextTemplate current;  // of the one that is called {id} there; it takes PATCH, and POST to its comments
};

struct ActionDeclaration {
  std::string name, description;
  std::vector<std::string> parameters;  // that a request must have
  std::chrono::seconds timeout{3600};   // from when it was asked for
};

struct ConnectorTransport {
  std::vector<SettingDeclaration> settings;
  Authentication authentication;
  std::optional<PollTransport> poll;
  std::optional<SyslogTransport> syslog;
  std::optional<WriteBackRule> write_back;  // write_back.kql says the requests
  std::optional<IncidentRule> incidents;    // where alerts are polled and can be read
  std::vector<ActionDeclaration> actions;   // actions.kql says the requests

  const SettingDeclaration* find_setting(std::string_view name) const;
};

// bad_request naming the line and the key that is wrong. Keys of records (ingest/connector_config.h) are not looked at.
base::Result<ConnectorTransport> parse_connector_transport(std::string_view toml);

inline constexpr int64_t page_size_max = 10'000;
inline constexpr int64_t poll_interval_s_min = 1, poll_interval_s_max = 86'400;

}  // namespace vedette::federation
