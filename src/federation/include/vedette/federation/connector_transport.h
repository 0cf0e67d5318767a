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
#include "vedette/federation/request_template.h"

namespace vedette::federation {

enum class SettingKind : uint8_t { text, url, secret, seconds };

// What an instance of the connector must say, or may.
struct SettingDeclaration {
  std::string name, description;
  SettingKind kind = SettingKind::text;
  std::optional<std::string> default_value;  // without one it is required
  std::string transport = {};                // only instances of this transport must say it; "": all
  bool optional = false;                     // it has no default, and need not be said
};

enum class Paging : uint8_t {
  none,       // one page is all
  next_link,  // a member of the page is the URL of the next
  cursor,     // a member of the page is what `{cursor}` is in the next request, without a `since` also of the next poll
  offset,     // `{offset}` counts records
  page,       // `{page}` counts pages, from 1; one without records is the last
};

// Of `{since}` and `{until}`, and of the member that `since` names.
enum class TimeForm : uint8_t {
  iso,
  iso_microseconds,
  iso_seconds,
  seconds,
  milliseconds,
  age_seconds,  // how long ago it was; members are iso
};

// A page lists what is to be fetched (poll_details.h).
struct DetailRule : RequestTemplate {
  std::string records;  // the path of the answer's array, or of its one record
  std::string into;     // the member of what was fetched that is the listed record; "" for none
  bool keep = false;    // listed records are records too

  // Whether one request asks for all that a page lists.
  bool at_once() const;
};

struct PollTransport : RequestTemplate {
  std::map<std::string, std::string> headers;
  std::string records;  // the path of the page's array; "" for a page that is one
  Paging paging = Paging::none;
  std::string next;               // the path of the next link or cursor
  std::string next_header;        // or the header that is the next link
  std::string next_record;        // or the path in the page's last record: what comes next is behind it
  TextTemplate next_url = {};     // where there is a {cursor}; empty: `url`
  std::string more;               // the path of what is true when there are further pages; "": `next` says it
  bool may_lack_records = false;  // a page without the array is one without records
  std::string since_header;       // or the field of an answer that has the next poll's {since}
  std::string since;   // the path of a record's time of change; "" when the provider cannot be asked for changes
  std::string record;  // the path of a record's identity, for offsets
  int64_t page_size = 100;
  std::chrono::seconds interval{60};
  base::TimeSpan lookback{30 * base::ticks_per_day};  // of the first poll
  base::TimeSpan overlap{5 * base::ticks_per_minute};
  TimeForm time = TimeForm::iso;
  // Windows from {since} to {until}, without overlap; 0: there are none. Each ends `delay` before now at the latest.
  base::TimeSpan window{0}, delay{5 * base::ticks_per_minute};
  base::TimeSpan reach_back{0};  // how old {since} may be: what is older, the provider refuses to say; 0: any age
  std::optional<DetailRule> each;
  bool events = true;               // false: what is fetched are alerts and the like, and events.kql is not asked
  int64_t requests_per_minute = 0;  // 0: no limit but the provider's

  std::vector<std::string> places() const;  // of `next_url` too
  // Whether a sweep asks for what changed; a cursor is a place in one sweep then.
  bool asks_since() const { return !since.empty() || !since_header.empty(); }
};

struct SyslogTransport {
  enum class Content : uint8_t {
    message,  // a record is the text of a message
    line,     // a record is a message as it was sent, with its header
    record,   // a record is an object: the header's fields, and the text as SyslogMessage
  };
  Content content = Content::message;
};

// Files are followed as they grow.
struct TailTransport {
  std::string path;  // the default of the setting; "": there is none
};

// Bodies are sent here, with a proof that who sends them has the instance's secret.
struct PushTransport {
  enum class Algorithm : uint8_t { none, sha1, sha256, sha512 };  // none: the field has the secret itself
  enum class Encoding : uint8_t { text, hex, base64 };
  std::string signature;  // the name of the header field
  std::string prefix;     // before the signature there
  Algorithm algorithm = Algorithm::sha256;
  Encoding encoding = Encoding::hex;
  Encoding secret_encoding = Encoding::text;
  TextTemplate signed_text;                 // of {body}, {timestamp} and {delivery}
  std::string timestamp, timestamp_prefix;  // header field; "": there is none
  std::chrono::seconds tolerance{300};
  std::string delivery;  // header field whose value is the same when a body is sent again; "": there is none
};

// Messages of Kafka topics are records.
struct KafkaTransport {
  std::vector<std::string> topics;  // the default of the setting; empty: there is none
};

// Where an alert is at its provider: there, or in the array that `records` is the path of.
struct CurrentRule : RequestTemplate {
  std::string records;
};

struct WriteBackRule {
  CurrentRule current;  // empty: it cannot be read
  bool if_match = false;
  bool each = false;  // `current` is what a page lists: [poll.each] is asked for the alert
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
  std::vector<Authentication> authentication;
  std::optional<PollTransport> poll;
  std::optional<SyslogTransport> syslog;
  std::optional<TailTransport> tail;
  std::optional<PushTransport> push;
  std::optional<KafkaTransport> kafka;
  std::optional<WriteBackRule> write_back;  // write_back.kql says the requests
  std::optional<IncidentRule> incidents;    // where alerts are polled and can be read
  std::vector<ActionDeclaration> actions;   // actions.kql says the requests
  std::vector<std::string> known_as;        // other names of the provider, in actions that are asked for

  const SettingDeclaration* find_setting(std::string_view name) const;
  // Transports may have a setting in common: the first declaration counts.
  void add_setting(SettingDeclaration setting);
  // By a name without regard to case.
  const ActionDeclaration* find_action(std::string_view name) const;
};

// The ways in which instances get their records by themselves, the usual one first.
std::vector<std::string> transport_names();                                   // that there are
std::vector<std::string> transports_of(const ConnectorTransport& transport);  // that the connector declares

// bad_request naming the line and the key that is wrong. Keys of records (ingest/connector_config.h) are not looked at.
base::Result<ConnectorTransport> parse_connector_transport(std::string_view toml);

inline constexpr int64_t page_size_max = 10'000;
inline constexpr int64_t poll_interval_s_min = 1, poll_interval_s_max = 86'400;

}  // namespace vedette::federation
