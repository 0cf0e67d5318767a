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
#include "vedette/federation/authentication.h"
#include "vedette/federation/body_template.h"
#include "vedette/federation/text_template.h"

namespace vedette::federation {

enum class SettingKind : uint8_t { text, url, secret, seconds };

// What an instance of the connector must say, or may.
struct SettingDeclaration {
  std::string name, description;
  SettingKind kind = SettingKind::text;
  std::optional<std::string> default_value;  // without one it is required
};

enum class Paging : uint8_t {
  none,       // one page is all
  next_link,  // a member of the page is the URL of the next
  cursor,     // a member of the page is what `{cursor}` is in the next request, without `since` also of the next poll
  offset,     // `{offset}` counts records
  page,       // `{page}` counts pages, from 1; one without records is the last
};

// Of `{since}` and `{until}`, and of the member that `since` names.
enum class TimeForm : uint8_t {
  iso,
  iso_seconds,
  seconds,
  milliseconds,
  age_seconds,  // how long ago it was; members are iso
};

// A page lists what is to be fetched (poll_details.h).
struct DetailRule {
  std::string method = "GET";
  TextTemplate url;
  BodyTemplate body;
  std::string records;  // the path of the answer's array, or of its one record
  std::string into;     // the member of what was fetched that is the listed record; "" for none
  bool keep = false;    // listed records are records too

  // Whether one request asks for all that a page lists.
  bool at_once() const;
};

struct PollTransport {
  std::string method = "GET";
  TextTemplate url;
  BodyTemplate body;
  std::map<std::string, std::string> headers;
  std::string records;  // the path of the page's array; "" for a page that is one
  Paging paging = Paging::none;
  std::string next;         // the path of the next link or cursor
  std::string next_header;  // or the header that is the next link
  std::string next_record;  // or the path in the page's last record: what comes next is behind it
  std::string since;        // the path of a record's time of change; "" when the provider cannot be asked for changes
  std::string record;       // the path of a record's identity, for offsets
  int64_t page_size = 100;
  std::chrono::seconds interval{60};
  base::TimeSpan lookback{30 * base::ticks_per_day};  // of the first poll
  base::TimeSpan overlap{5 * base::ticks_per_minute};
  TimeForm time = TimeForm::iso;
  // Windows from {since} to {until}, without overlap; 0: there are none. Each ends `delay` before now at the latest.
  base::TimeSpan window{0}, delay{5 * base::ticks_per_minute};
  std::optional<DetailRule> each;
  bool events = true;               // false: what is fetched are alerts and the like, and events.kql is not asked
  int64_t requests_per_minute = 0;  // 0: no limit but the provider's

  std::vector<std::string> places() const;  // of the URL and the body
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
  bool each = false;  // `current` is what a page lists: [poll.each] is asked for the alert
};

struct ActionDeclaration {
  std::string name, description;
  std::vector<std::string> parameters;  // that a request must have
  std::chrono::seconds timeout{3600};   // from when it was asked for
};

struct ConnectorTransport {
  std::vector<SettingDeclaration> settings;
  std::vector<Authentication> authentication;
  std::optional<PollTransport> poll;
  std::optional<SyslogTransport> syslog;
  std::optional<WriteBackRule> write_back;  // write_back.kql says the requests
  std::vector<ActionDeclaration> actions;   // actions.kql says the requests
  std::vector<std::string> known_as;        // other names of the provider, in actions that are asked for

  const SettingDeclaration* find_setting(std::string_view name) const;
  // By a name without regard to case.
  const ActionDeclaration* find_action(std::string_view name) const;
};

// bad_request naming the line and the key that is wrong. Keys of records (ingest/connector_config.h) are not looked at.
base::Result<ConnectorTransport> parse_connector_transport(std::string_view toml);

inline constexpr int64_t page_size_max = 10'000;
inline constexpr int64_t poll_interval_s_min = 1, poll_interval_s_max = 86'400;

}  // namespace vedette::federation
