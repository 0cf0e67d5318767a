#include "request_query.h"

#include <algorithm>

#include "vedette/columnar/dynamic.h"
#include "vedette/ingest/batch_table.h"
#include "vedette/kql/exec/engine.h"
#include "vedette/kql/plan/bind.h"
#include "vedette/kql/syntax/parse.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;
using columnar::Schema;
using columnar::Type;

namespace {

constexpr const char* source_name = "source";

struct RequestColumn {
  std::string_view name;
  Type type;
};
constexpr RequestColumn request_columns[] = {
    {"Method", Type::string},  {"Url", Type::string},     {"Body", Type::dynamic},   {"Headers", Type::dynamic},
    {"ReadUrl", Type::string}, {"Expect", Type::dynamic}, {"Written", Type::dynamic}};
constexpr std::string_view methods[] = {"POST", "PATCH", "PUT", "DELETE"};

Status check_columns(const Schema& output, const RequestSource& source) {
  for (const auto& column : output) {
    const auto* known = std::find_if(std::begin(request_columns), std::end(request_columns),
                                     [&](const auto& one) { return one.name == column.name; });
    if (known == std::end(request_columns))
      return fail(ErrorCode::semantic_error, "A request has no column '" + column.name + "'.");
    if (known->type != column.type)
      return fail(ErrorCode::semantic_error, "The column '" + column.name + "' of a request is " +
                                                 std::string(to_string(known->type)) + ", the query gives " +
                                                 std::string(to_string(column.type)) + ".");
  }
  std::vector<const char*> required{"Method", "Url"};
  if (source.says_written) required.push_back("Written");
  for (const char* name : required)
    if (!columnar::find_column(output, name))
      return fail(ErrorCode::semantic_error, "There is no column '" + std::string(name) + "'.");
  return {};
}

Result<json::Value> row_value(const Schema& output, const columnar::Batch& batch, size_t row) {
  std::string text = "{";
  for (size_t i = 0; i < output.size(); ++i) {
    if (text.size() > 1) text += ',';
    json::append_string(text, output[i].name);
    text += ':';
    append_json(text, batch.columns[i], row);
  }
  return json::parse(text + "}");
}

Result<std::optional<ProviderRequest>> request_of(const json::Value& row) {
  ProviderRequest request;
  request.method = json::find_string(row, "Method");
  if (request.method.empty()) return std::optional<ProviderRequest>();
  if (std::find(std::begin(methods), std::end(methods), request.method) == std::end(methods))
    return fail(ErrorCode::bad_request, "A request's method is POST, PATCH, PUT or DELETE.");
  request.url = json::find_string(row, "Url");
  request.read_url = json::find_string(row, "ReadUrl");
  if (const json::Value* body = json::find(row, "Body"); body && !body->is_null()) request.body = json::to_text(*body);
  const json::Value* headers = json::find(row, "Headers");
  if (headers && headers->is_object()) request.headers = headers->get_object();
  if (const json::Value* expect = json::find(row, "Expect")) request.expect = *expect;
  const json::Value* written = json::find(row, "Written");
  if (written && written->is_array()) request.written = written->get_array();
  return std::optional(std::move(request));
}

json::Object as_json(const ProviderRequest& request) {
  return {{"Method", request.method},   {"Url", request.url},          {"Body", request.body},
          {"Headers", request.headers}, {"ReadUrl", request.read_url}, {"Expect", request.expect}};
}

ProviderRequest read_request(const json::Value& value) {
  ProviderRequest request;
  request.method = json::find_string(value, "Method");
  request.url = json::find_string(value, "Url");
  request.body = json::find_string(value, "Body");
  request.read_url = json::find_string(value, "ReadUrl");
  if (const json::Value* headers = json::find(value, "Headers"); headers && headers->is_object())
    request.headers = headers->get_object();
  if (const json::Value* expect = json::find(value, "Expect")) request.expect = *expect;
  return request;
}

}  // namespace

RequestSource write_back_source() { return {{"Alert", "Changes", "Comments", "Setting"}, true}; }
RequestSource action_source() { return {{"Action", "Parameter", "Setting"}}; }

json::Array as_json(const std::vector<ProviderRequest>& requests) {
  json::Array all;
  for (const ProviderRequest& request : requests) all.push_back(as_json(request));
  return all;
}

std::vector<ProviderRequest> read_requests(const json::Value& document, const char* member) {
  std::vector<ProviderRequest> requests;
  const json::Value* all = json::find(document, member);
  if (!all || !all->is_array()) return requests;
  for (const json::Value& request : all->get_array()) requests.push_back(read_request(request));
  return requests;
}

Result<std::shared_ptr<const RequestQuery>> RequestQuery::bind(std::string_view text, const RequestSource& source) {
  auto made = std::make_shared<RequestQuery>();
  for (const std::string& name : source.columns) made->source_.push_back({name, Type::dynamic});
  ingest::NamedTables tables;
  tables.add(source_name, std::make_shared<ingest::BatchTable>(made->source_));
  const auto query = TRY(kql::parse_or_error(text));
  auto bound = TRY(kql::bind(query, tables, {.now = {}, .optimizer = kql::Optimizer::on, .rows_of_plan = nullptr}));
  TRY(check_columns(bound.root->output, source));
  made->query_ = std::make_shared<const kql::BoundQuery>(std::move(bound));
  return std::shared_ptr<const RequestQuery>(std::move(made));
}

Result<std::vector<ProviderRequest>> RequestQuery::run(const std::vector<json::Value>& values) const {
  const auto arena = std::make_shared<columnar::Arena>();
  columnar::DynamicParser parser;
  columnar::Batch batch{.columns = {}, .rows = 1};
  for (const json::Value& value : values) {
    columnar::VectorBuilder builder(Type::dynamic, 1);
    builder.keep_alive(arena);
    builder.append<columnar::Dynamic>(TRY(parser.parse(arena->copy(json::to_text(value)), *arena)));
    batch.columns.push_back(builder.finish());
  }
  ingest::NamedTables tables;
  tables.add(source_name, std::make_shared<ingest::BatchTable>(source_, std::vector<columnar::Batch>{batch}));
  const auto execution = TRY(kql::start(query_, {}, &tables));
  std::vector<ProviderRequest> requests;
  while (const auto rows = TRY(execution->next())) {
    for (size_t row = 0; row < rows->rows; ++row) {
      auto request = TRY(request_of(TRY(row_value(execution->schema(), *rows, row))));
      if (!request) continue;
      requests.push_back(std::move(*request));
      if (requests.size() > requests_max)
        return fail(ErrorCode::limit_exceeded,
                    "There are more than " + std::to_string(requests_max) + " requests for one change.");
    }
  }
  return requests;
}

}  // namespace vedette::federation
