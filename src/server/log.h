// What the server says about itself: one JSON object a line on standard error, {"time","level","event",…}.
// Values are escaped, so that nothing a peer sends can make a line of its own. Secrets, tokens and query strings are
// never given to it. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "vedette/base/clock.h"
#include "vedette/base/error.h"
#include "vedette/json/value.h"

namespace vedette::server {

enum class LogLevel : uint8_t { info, warning, error };

class Log {
 public:
  explicit Log(const base::Clock& clock);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void write(LogLevel level, std::string_view event, const json::Object& fields = {});
  // With the error's cause, which callers never see.
  void problem(std::string_view event, const base::Error& error, json::Object fields = {});

 private:
  const base::Clock& clock_;
};

}  // namespace vedette::server
