#include "query_answer.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

#include "vedette/base/work_scope.h"
#include "vedette/json/value.h"
#include "vedette/kql/exec/row_json.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;

namespace {

double cpu_ms() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

struct Timer {
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  double cpu_started_ms = cpu_ms();

  double elapsed_ms() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count();
  }
};

void append_statistics(std::string& out, const Timer& timer, const kql::ScanStatistics& statistics) {
  fmt::format_to(std::back_inserter(out),
                 R"("stats":{{"elapsedMs":{:.3f},"cpuMs":{:.3f},"rowsScanned":{},"bytesRead":{}}})", timer.elapsed_ms(),
                 cpu_ms() - timer.cpu_started_ms, statistics.rows_scanned, statistics.bytes_read);
}

base::Result<std::string> results(std::string_view id, std::string_view query, const Timer& timer,
                                  const HuntOptions& options, const kql::Catalog& tables) {
  const kql::EngineOptions engine = engine_options(options);
  const auto execution = TRY(kql::run(query, tables, engine));
  base::MemoryBudget answer(static_cast<int64_t>(answer_bytes_max));
  const base::WorkScope scope(&engine.stop, &answer);
  std::string out = fmt::format(R"({{"id":{},"ok":true,)", id);
  append_schema(out, execution->schema());
  out += R"(,"results":[)";
  bool first = true;
  while (const auto batch = TRY(execution->next())) {
    for (size_t row = 0; row < batch->rows; ++row) {
      if (!first) out += ',';
      first = false;
      kql::append_row_json(out, *batch, row);
      if (!answer.check() || out.size() > answer_bytes_max)
        return fail(ErrorCode::limit_exceeded,
                    fmt::format("The answer is larger than {} bytes, the most a line may have.", answer_bytes_max));
      TRY(engine.stop.check());
    }
  }
  out += "],";
  append_statistics(out, timer, execution->statistics());
  out += '}';
  return out;
}

}  // namespace

void append_schema(std::string& out, const columnar::Schema& schema) {
  out += R"("schema":[)";
  for (size_t i = 0; i < schema.size(); ++i) {
    out += i > 0 ? R"(,{"name":)" : R"({"name":)";
    json::append_string(out, schema[i].name);
    out += R"(,"type":)";
    json::append_string(out, to_string(schema[i].type));
    out += '}';
  }
  out += ']';
}

std::string error_answer(std::string_view id, std::string_view code, const base::Error& error) {
  std::string out = fmt::format(R"({{"id":{},"ok":false,"error":{{"code":"{}","message":)", id, code);
  json::append_string(out, error.message);
  if (error.span) out += fmt::format(R"(,"line":{},"column":{})", error.span->line, error.span->column);
  return out += "}}";
}

std::string id_of_line(std::string_view line) {
  const auto value = json::parse(line);
  const json::Value* id = value ? json::find(*value, "id") : nullptr;
  return id ? json::to_text(*id) : "null";
}

std::string answer_line(std::string_view line, const HuntOptions& options, const kql::Catalog& tables) {
  const Timer timer;
  const auto request = json::parse(line);
  if (!request) return error_answer("null", "badLine", request.error());
  const json::Value* id = json::find(*request, "id");
  const std::string id_text = id ? json::to_text(*id) : "null";
  const json::Value* query = json::find(*request, "query");
  if (!query || !query->is_string())
    return error_answer(id_text, "badLine", fail(ErrorCode::bad_request, "The line has no text member 'query'."));
  const auto& text = query->get_string();
  auto answer = results(id_text, {text.data(), text.size()}, timer, options, tables);
  return answer ? std::move(*answer) : error_answer(id_text, batch_code(answer.error().code), answer.error());
}

}  // namespace vedette::server
