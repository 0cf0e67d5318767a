#include "log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace vedette::server {

namespace {

constexpr size_t queue_lines_max = 8192;

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

}  // namespace

Log::Log(const base::Clock& clock) : clock_(clock) {
  spdlog::init_thread_pool(queue_lines_max, 1);
  auto logger = spdlog::create_async<spdlog::sinks::stderr_sink_mt>("vedette");
  logger->set_pattern("%v");
  logger->flush_on(spdlog::level::info);
}

Log::~Log() { spdlog::shutdown(); }

void Log::write(LogLevel level, std::string_view event, const json::Object& fields) {
  json::Object line{{"time", base::format_date_time(clock_.now())}, {"level", name(level)}, {"event", event}};
  for (const auto& [key, value] : fields) line[key] = value;
  if (const auto logger = spdlog::get("vedette")) logger->info(json::to_text(line));
}

void Log::problem(std::string_view event, const base::Error& error, json::Object fields) {
  fields["code"] = base::to_string(error.code);
  fields["message"] = error.message;
  if (!error.cause.empty()) fields["cause"] = error.cause;
  write(LogLevel::error, event, fields);
}

}  // namespace vedette::server
