// Messages of syslog: RFC 5424 and what RFC 3164 describes, over UDP (RFC 5426), TCP (RFC 6587) and TLS (RFC 5425).
//
//   stream = *( frame )
//   frame  = length SP message        length: decimal, without a leading zero (octet counting)
//          | message ( LF | NUL )     (non-transparent framing)
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/base/time.h"
#include "vedette/json/value.h"

namespace vedette::federation {

inline constexpr size_t syslog_message_bytes_max = 1 << 20;

struct SyslogMessage {
  int facility = 1, severity = 5;  // user, notice: what a message without a priority has (RFC 3164, section 4.3.3)
  std::optional<base::DateTime> time;
  std::string host, app, process_id, message_id;
  std::string structured_data;  // as it was sent
  std::string text;             // MSG, without its byte order mark
};

// Every text is a message: what has no header is all text. `now` gives the year that RFC 3164 leaves out.
SyslogMessage parse_syslog(std::string_view text, base::DateTime now);

// In the form of Log Analytics' table Syslog: Type, TimeGenerated, Computer, HostIP, Facility, SeverityLevel,
// ProcessName, ProcessID, SyslogMessage, and MessageID and StructuredData where there are any.
json::Object syslog_record(const SyslogMessage& message, const std::string& peer, base::DateTime now);

// Cuts a stream into messages.
class SyslogFramer {
 public:
  using Take = std::function<bool(std::string_view message)>;
  // False when `take` was false, or a message is larger than syslog_message_bytes_max: the stream has no further frame.
  bool add(std::string_view bytes, const Take& take);
  // The end of the stream, which ends a message.
  void finish(const Take& take);

 private:
  enum class Found : uint8_t { message, incomplete, too_large };
  Found next(std::string_view rest, std::string_view& message, size_t& used) const;
  std::string pending_;
};

}  // namespace vedette::federation
