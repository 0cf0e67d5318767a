#include "syslog_message.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace vedette::federation {

namespace {

constexpr std::array<std::string_view, 24> facilities{"kern",   "user",   "mail",   "daemon", "auth",     "syslog",
                                                      "lpr",    "news",   "uucp",   "cron",   "authpriv", "ftp",
                                                      "ntp",    "audit",  "alert",  "clock",  "local0",   "local1",
                                                      "local2", "local3", "local4", "local5", "local6",   "local7"};
constexpr std::array<std::string_view, 8> severities{"emerg",   "alert",  "crit", "err",
                                                     "warning", "notice", "info", "debug"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr int priority_max = 191;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Up to the next blank, which is passed.
std::string_view take_word(std::string_view& rest) {
  const size_t blank = rest.find(' ');
  const std::string_view word = rest.substr(0, blank);
  rest.remove_prefix(blank == rest.npos ? rest.size() : blank + 1);
  return word;
}

std::string value_or_nothing(std::string_view word) { return word == "-" ? "" : std::string(word); }

// "<34>": true when there is one.
bool take_priority(std::string_view& rest, SyslogMessage& message) {
  const size_t close = rest.substr(0, 5).find('>');
  if (!rest.starts_with('<') || close == rest.npos || close < 2) return false;
  int priority = 0;
  const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + close, priority);
  if (error != std::errc() || end != rest.data() + close || priority < 0 || priority > priority_max) return false;
  message.facility = priority / 8;
  message.severity = priority % 8;
  rest.remove_prefix(close + 1);
  return true;
}

// "-" or elements in brackets, in which '\' escapes '"', '\' and ']'.
std::string_view take_structured_data(std::string_view& rest) {
  size_t at = 0;
  bool quoted = false;
  if (rest.starts_with('-')) {
    at = 1;
  } else {
    while (at < rest.size() && rest[at] == '[') {
      for (++at; at < rest.size() && (quoted || rest[at] != ']'); ++at) {
        if (quoted && rest[at] == '\\')
          ++at;
        else if (rest[at] == '"')
          quoted = !quoted;
      }
      at = std::min(at + 1, rest.size());
    }
  }
  const std::string_view data = rest.substr(0, at);
  rest.remove_prefix(at);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  return data;
}

void read_rfc5424(std::string_view rest, SyslogMessage& message) {
  message.time = base::parse_iso_date_time(take_word(rest));
  message.host = value_or_nothing(take_word(rest));
  message.app = value_or_nothing(take_word(rest));
  message.process_id = value_or_nothing(take_word(rest));
  message.message_id = value_or_nothing(take_word(rest));
  message.structured_data = value_or_nothing(take_structured_data(rest));
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  message.text = rest;
}

// "Oct 11 22:14:15": of this year, or of the last one where this one's would lie ahead.
std::optional<base::DateTime> take_bsd_time(std::string_view& rest, base::DateTime now) {
  constexpr size_t length = 15;
  if (rest.size() < length + 1 || rest[length] != ' ' || rest[3] != ' ' || rest[6] != ' ') return std::nullopt;
  const auto month = std::find(months.begin(), months.end(), rest.substr(0, 3));
  if (month == months.end() || rest[9] != ':' || rest[12] != ':') return std::nullopt;
  const auto two = [&](size_t at) {
    return is_digit(rest[at + 1]) && (is_digit(rest[at]) || rest[at] == ' ')
               ? (rest[at] == ' ' ? 0 : rest[at] - '0') * 10 + rest[at + 1] - '0'
               : -1;
  };
  base::CivilTime civil = to_civil(now);
  civil.month = static_cast<int>(month - months.begin()) + 1;
  civil.day = two(4);
  civil.hour = two(7);
  civil.minute = two(10);
  civil.second = two(13);
  civil.fraction_ticks = 0;
  auto time = from_civil(civil);
  if (time && time->ticks > now.ticks + base::ticks_per_day) {
    --civil.year;
    time = from_civil(civil);
  }
  if (time) rest.remove_prefix(length + 1);
  return time;
}

// "su[123]: text"; a text without a tag is all text. The colon of a tag has a blank behind it, that of "CEF:0|…" has
// not.
void read_tag(std::string_view rest, SyslogMessage& message) {
  constexpr size_t tag_bytes_max = 48;
  const size_t end = rest.find_first_of("[: ");
  const bool is_tag = end != rest.npos && end > 0 && end <= tag_bytes_max && rest[end] != ' ';
  message.text = rest;
  if (!is_tag) return;
  std::string_view behind = rest.substr(end);
  std::string_view process;
  if (behind.front() == '[') {
    const size_t close = behind.find(']');
    if (close == behind.npos || close + 1 >= behind.size() || behind[close + 1] != ':') return;
    process = behind.substr(1, close - 1);
    behind.remove_prefix(close + 1);
  }
  behind.remove_prefix(1);
  if (!behind.empty() && behind.front() != ' ') return;
  if (!behind.empty()) behind.remove_prefix(1);
  message.app = rest.substr(0, end);
  message.process_id = process;
  message.text = behind;
}

void read_rfc3164(std::string_view rest, base::DateTime now, SyslogMessage& message) {
  message.time = take_bsd_time(rest, now);
  if (!message.time) {
    // Many write the time of RFC 3339 in its place.
    std::string_view after = rest;
    message.time = base::parse_iso_date_time(take_word(after));
    if (message.time) rest = after;
  }
  if (message.time) message.host = take_word(rest);
  read_tag(rest, message);
}

}  // namespace

SyslogMessage parse_syslog(std::string_view text, base::DateTime now) {
  SyslogMessage message;
  while (text.ends_with('\n') || text.ends_with('\r') || text.ends_with('\0')) text.remove_suffix(1);
  std::string_view rest = text;
  if (!take_priority(rest, message)) {
    message.text = text;
  } else if (rest.starts_with("1 ")) {
    read_rfc5424(rest.substr(2), message);
  } else {
    read_rfc3164(rest, now, message);
  }
  return message;
}

json::Object syslog_record(const SyslogMessage& message, const std::string& peer, base::DateTime now) {
  json::Object record{{"Type", "Syslog"},
                      {"TimeGenerated", base::format_date_time(message.time.value_or(now))},
                      {"Computer", message.host.empty() ? peer : message.host},
                      {"HostIP", peer},
                      {"Facility", facilities[static_cast<size_t>(message.facility)]},
                      {"SeverityLevel", severities[static_cast<size_t>(message.severity)]},
                      {"ProcessName", message.app},
                      {"SyslogMessage", message.text}};
  if (!message.process_id.empty()) record["ProcessID"] = message.process_id;
  if (!message.message_id.empty()) record["MessageID"] = message.message_id;
  if (!message.structured_data.empty()) record["StructuredData"] = message.structured_data;
  return record;
}

SyslogFramer::Found SyslogFramer::next(std::string_view rest, std::string_view& message, size_t& used) const {
  constexpr size_t digits_max = 7;
  if (rest.empty()) return Found::incomplete;
  if (rest.front() >= '1' && rest.front() <= '9') {
    const size_t blank = rest.find_first_not_of("0123456789");
    if (blank == rest.npos && rest.size() <= digits_max) return Found::incomplete;
    if (blank != rest.npos && rest[blank] == ' ' && blank <= digits_max) {
      size_t length = 0;
      std::from_chars(rest.data(), rest.data() + blank, length);
      if (length > syslog_message_bytes_max) return Found::too_large;
      if (rest.size() < blank + 1 + length) return Found::incomplete;
      message = rest.substr(blank + 1, length);
      used = blank + 1 + length;
      return Found::message;
    }
  }
  const size_t end = rest.find_first_of(std::string_view("\n\0", 2));
  if (end == rest.npos) return rest.size() > syslog_message_bytes_max ? Found::too_large : Found::incomplete;
  message = rest.substr(0, end);
  used = end + 1;
  return Found::message;
}

bool SyslogFramer::add(std::string_view bytes, const Take& take) {
  pending_ += bytes;
  std::string_view rest = pending_, message;
  size_t used = 0;
  Found found{};
  while ((found = next(rest, message, used)) == Found::message) {
    rest.remove_prefix(used);
    if (!message.empty() && !take(message)) return pending_.clear(), false;
  }
  if (found == Found::too_large) return pending_.clear(), false;
  pending_.erase(0, pending_.size() - rest.size());
  return true;
}

void SyslogFramer::finish(const Take& take) {
  if (!pending_.empty()) take(pending_);
  pending_.clear();
}

}  // namespace vedette::federation
