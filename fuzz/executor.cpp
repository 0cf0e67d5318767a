// Running what could be bound, under a deadline and a small memory: it stops in time, and ends in rows or in an error.

#include "errors.h"
#include "tables.h"
#include "target.h"
#include "vedette/base/work_scope.h"
#include "vedette/kql/exec/engine.h"
#include "vedette/kql/exec/row_json.h"

namespace vedette::fuzz {
namespace {

constexpr std::chrono::milliseconds time_max{300};
constexpr double late_seconds_max = 1;
constexpr int64_t memory_bytes_max = 64 << 20;
constexpr size_t rows_max = 2000;

kql::EngineOptions options() {
  kql::EngineOptions out;
  out.now = now();
  out.batch_rows = 64;
  out.memory_limit_bytes = memory_bytes_max;
  out.stop = base::StopCheck({}, std::chrono::steady_clock::now() + time_max);
  return out;
}

base::Status run_to_end(std::string_view input) {
  const kql::EngineOptions engine = options();
  const auto execution = TRY(kql::run(input, tables(), engine));
  const base::WorkScope writing(&engine.stop, nullptr);
  std::string row_text;
  size_t rows = 0;
  while (const auto batch = TRY(execution->next())) {
    if (batch->columns.size() != execution->schema().size())
      return base::fail(base::ErrorCode::internal, "a batch has another number of columns than the schema");
    for (size_t row = 0; row < batch->rows && rows < rows_max; ++row, ++rows) {
      row_text.clear();
      kql::append_row_json(row_text, *batch, row);
      TRY(engine.stop.check());
    }
    if (rows >= rows_max) break;
  }
  return {};
}

}  // namespace

std::string_view target_name() { return "executor"; }

std::string run_input(std::string_view input) {
  tables();
  const double started = cpu_seconds();
  const base::Status status = run_to_end(input);
  const double taken = cpu_seconds() - started;
  if (taken > std::chrono::duration<double>(time_max).count() + late_seconds_max)
    return "it ran for " + std::to_string(taken) + " s of CPU" + (status ? "" : ": " + status.error().message);
  return status ? "" : flaw_of(status.error(), input);
}

}  // namespace vedette::fuzz
