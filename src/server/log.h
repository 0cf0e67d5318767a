// What the server says about itself: one JSON object a line on standard error, {"time","level","event",…}.
// Values are escaped, so that nothing a peer sends can make a line of its own. Secrets, tokens and query strings are
// never given to it.
//
// A thread of its own writes, so that nobody waits for who reads. Lines that come within 20 ms of each other are one
// write, and errors do not wait for others. When 4 MiB are waiting, further lines are lost, and their number is told as
// soon as there is somebody to tell. Threads: any.
#pragma once

#include <concepts>
#include <condition_variable>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <variant>

#include "vedette/base/clock.h"
#include "vedette/base/error.h"

namespace vedette::server {

enum class LogLevel : uint8_t { info, warning, error };

class Log {
 public:
  struct Field {
    Field(std::string_view field, std::string_view text) : name(field), value(text) {}
    Field(std::string_view field, const std::string& text) : name(field), value(std::string_view(text)) {}
    Field(std::string_view field, const char* text) : name(field), value(std::string_view(text)) {}
    Field(std::string_view field, std::integral auto number) : name(field), value(static_cast<int64_t>(number)) {}
    std::string_view name;
    std::variant<std::string_view, int64_t> value;
  };
  using Fields = std::initializer_list<Field>;

  explicit Log(const base::Clock& clock);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void write(LogLevel level, std::string_view event, Fields fields = {});
  // With the error's cause, which callers never see.
  void problem(std::string_view event, const base::Error& error, Fields fields = {});

 private:
  std::string begin_line(LogLevel level, std::string_view event, Fields fields) const;
  void end_line(LogLevel level, std::string line);
  void write_lines();

  const base::Clock& clock_;
  std::mutex mutex_;  // of what follows
  std::condition_variable has_lines_;
  std::string lines_;
  bool urgent_ = false, ending_ = false;
  uint64_t lines_lost_ = 0;
  std::thread writer_;
};

}  // namespace vedette::server
