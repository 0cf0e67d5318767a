#include "log.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "vedette/json/text.h"

namespace vedette::server {

namespace {

constexpr std::chrono::milliseconds gathering_time{20};
constexpr size_t waiting_bytes_max = 4 << 20;

std::string_view name(LogLevel level) {
  switch (level) {
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "";
}

void append(std::string& line, const Log::Field& field) {
  line += ',';
  json::append_string(line, field.name);
  line += ':';
  if (const auto* text = std::get_if<std::string_view>(&field.value))
    json::append_string(line, *text);
  else
    line += std::to_string(std::get<int64_t>(field.value));
}

// What nobody reads any more is lost, as there is nobody to tell.
void write_to_standard_error(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

Log::Log(const base::Clock& clock) : clock_(clock), writer_([this] { write_lines(); }) {}

Log::~Log() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  has_lines_.notify_one();
  writer_.join();
}

std::string Log::begin_line(LogLevel level, std::string_view event, Fields fields) const {
  std::string line;
  line.reserve(256);
  line += "{\"time\":\"";
  line += base::format_date_time(clock_.now());
  line += '"';
  append(line, {"level", name(level)});
  append(line, {"event", event});
  for (const Field& field : fields) append(line, field);
  return line;
}

void Log::end_line(LogLevel level, std::string line) {
  line += "}\n";
  const std::scoped_lock lock(mutex_);
  if (lines_.size() + line.size() > waiting_bytes_max) {
    ++lines_lost_;
    return;
  }
  const bool first = lines_.empty();
  if (level == LogLevel::error) urgent_ = true;
  lines_ += line;
  if (first || urgent_) has_lines_.notify_one();
}

void Log::write_lines() {
  std::string taken;
  std::unique_lock lock(mutex_);
  while (true) {
    has_lines_.wait(lock, [this] { return ending_ || !lines_.empty(); });
    if (lines_.empty()) return;
    has_lines_.wait_for(lock, gathering_time, [this] { return ending_ || urgent_; });
    urgent_ = false;
    taken.clear();
    taken.swap(lines_);
    const uint64_t lost = std::exchange(lines_lost_, 0);
    lock.unlock();
    if (lost > 0) taken += begin_line(LogLevel::warning, "log_lines_lost", {{"count", lost}}) + "}\n";
    write_to_standard_error(taken);
    lock.lock();
  }
}

void Log::write(LogLevel level, std::string_view event, Fields fields) {
  end_line(level, begin_line(level, event, fields));
}

void Log::problem(std::string_view event, const base::Error& error, Fields fields) {
  std::string line = begin_line(LogLevel::error, event, fields);
  append(line, {"code", base::to_string(error.code)});
  append(line, {"message", error.message});
  if (!error.cause.empty()) append(line, {"cause", error.cause});
  end_line(LogLevel::error, std::move(line));
}

}  // namespace vedette::server
