#include <fmt/format.h>

#include "result_spool.h"
#include "vedette/base/work_scope.h"
#include "vedette/kql/exec/engine.h"
#include "vedette/resources/hunting/hunting.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using columnar::Type;

// The names that runHuntingQuery gives the types of columns (DESIGN: "Values as JSON").
std::string_view wire_type(Type type) {
  switch (type) {
    case Type::bool_:
      return "SByte";
    case Type::int_:
      return "Int32";
    case Type::long_:
      return "Int64";
    case Type::real:
      return "Double";
    case Type::decimal:
      return "SqlDecimal";
    case Type::string:
      return "String";
    case Type::datetime:
      return "DateTime";
    case Type::timespan:
      return "TimeSpan";
    case Type::guid:
      return "Guid";
    case Type::dynamic:
      return "Object";
  }
  return "String";
}

void append_head(std::string& out, const columnar::Schema& schema, std::string_view context) {
  out += '{';
  if (!context.empty()) {
    out += R"("@odata.context":)";
    json::append_string(out, context);
    out += ',';
  }
  out += R"("schema":[)";
  for (size_t i = 0; i < schema.size(); ++i) {
    out += i > 0 ? R"(,{"name":)" : R"({"name":)";
    json::append_string(out, schema[i].name);
    out += fmt::format(R"(,"type":"{}"}})", wire_type(schema[i].type));
  }
  out += R"(],"results":[)";
}

// `{"name":` and `,"name":` of each column, made once.
std::vector<std::string> member_heads(const columnar::Schema& schema) {
  std::vector<std::string> heads;
  for (const auto& column : schema) {
    std::string head(heads.empty() ? "{" : ",");
    json::append_string(head, column.name);
    heads.push_back(head += ':');
  }
  return heads;
}

void append_row(std::string& out, const std::vector<std::string>& heads, const columnar::Batch& batch, size_t row) {
  if (heads.empty()) out += '{';
  for (size_t i = 0; i < heads.size(); ++i) {
    out += heads[i];
    columnar::append_json(out, batch.columns[i], row);
  }
  out += '}';
}

base::Error too_many_rows() {
  return {ErrorCode::limit_exceeded,
          fmt::format("The query gives more than {} rows, the most that a hunting query may. Summarize the rows, or "
                      "take fewer of them.",
                      hunting_rows_max)};
}

base::Error too_many_bytes() {
  return {
      ErrorCode::limit_exceeded,
      fmt::format("Query execution has exceeded the allowed result size. Optimize your query by limiting the number "
                  "of results and try again. The limit is {} MiB.",
                  hunting_result_bytes_max >> 20)};
}

}  // namespace

Result<std::unique_ptr<http::BodyStream>> run_hunting_query(std::string_view query, const kql::Catalog& tables,
                                                            const HuntingOptions& options) {
  kql::EngineOptions engine;
  engine.now = options.now;
  engine.threads = options.threads;
  engine.memory_limit_bytes = options.memory_bytes_max;
  engine.stop = options.stop;
  engine.external_data = options.external_data;
  const auto execution = TRY(kql::run(query, tables, engine));
  const auto heads = member_heads(execution->schema());
  ResultSpool spool;
  base::MemoryBudget answer(hunting_result_bytes_max);
  const base::WorkScope scope(&engine.stop, &answer);
  append_head(spool.text(), execution->schema(), options.context);
  int64_t rows = 0;
  while (const auto batch = TRY(execution->next())) {
    for (size_t row = 0; row < batch->rows; ++row) {
      if (rows == hunting_rows_max) return too_many_rows();
      if (rows++ > 0) spool.text() += ',';
      append_row(spool.text(), heads, *batch, row);
      if (!answer.check() || spool.size() > hunting_result_bytes_max) return too_many_bytes();
      TRY(engine.stop.check());
      TRY(spool.flush_if_large());
    }
  }
  spool.text() += "]}";
  return std::move(spool).finish();
}

}  // namespace vedette::resources
