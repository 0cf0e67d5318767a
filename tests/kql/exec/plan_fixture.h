// Plans made by hand, and their rows as JSON lines.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "vedette/kql/exec/engine.h"
#include "vedette/kql/exec/row_json.h"

namespace vedette::kql::testing {

using columnar::Dynamic;
using columnar::VectorBuilder;

inline Vector longs(const std::vector<std::optional<int64_t>>& values, Type type = Type::long_) {
  VectorBuilder out(type);
  for (const auto& value : values) value ? out.append(*value) : out.append_null();
  return out.finish();
}

inline Vector strings(const std::vector<std::string>& values) {
  VectorBuilder out(Type::string);
  for (const std::string& value : values) out.append_copy(std::string_view(value));
  return out.finish();
}

inline Vector reals(const std::vector<std::optional<double>>& values) {
  VectorBuilder out(Type::real);
  for (const auto& value : values) value ? out.append(*value) : out.append_null();
  return out.finish();
}

inline Vector dynamics(const std::vector<std::string>& json) {
  VectorBuilder out(Type::dynamic);
  columnar::DynamicParser parser;
  for (const std::string& text : json) {
    if (text.empty())
      out.append_null();
    else
      out.append(parser.parse(text, out.arena()).value());
  }
  return out.finish();
}

inline PlanPtr table(const std::vector<std::pair<std::string, Vector>>& columns) {
  auto node = std::make_unique<ValuesNode>();
  for (const auto& [name, values] : columns) {
    node->output.push_back({name, values.type()});
    node->rows.columns.push_back(values);
    node->rows.rows = values.size();
  }
  return node;
}

// A node over inputs; its output is the first input's until the caller says otherwise.
template <class Node>
std::unique_ptr<Node> over(PlanPtr input, PlanPtr second = nullptr) {
  auto node = std::make_unique<Node>();
  node->output = input->output;
  node->inputs.push_back(std::move(input));
  if (second) node->inputs.push_back(std::move(second));
  return node;
}

inline BoundExpression column(const PlanNode& input, size_t index) {
  return column_expression(index, input.output[index].type);
}

inline BoundExpression call(const ScalarFunction& function, Type type, std::vector<BoundExpression> arguments) {
  BoundExpression expression;
  expression.kind = ExpressionKind::call;
  expression.type = type;
  expression.function = &function;
  expression.arguments = std::move(arguments);
  return expression;
}

inline base::Result<std::vector<std::string>> rows_of(const std::shared_ptr<const BoundQuery>& query,
                                                      const EngineOptions& options) {
  auto execution = TRY(start(query, options));
  std::vector<std::string> rows;
  while (const auto batch = TRY(execution->next())) {
    EXPECT_GT(batch->rows, 0u);
    EXPECT_LE(batch->rows, options.batch_rows);
    EXPECT_EQ(batch->columns.size(), execution->schema().size());
    for (size_t i = 0; i < batch->columns.size(); ++i) {
      EXPECT_EQ(batch->columns[i].type(), execution->schema()[i].type);
      EXPECT_EQ(batch->columns[i].size(), batch->rows);
    }
    for (size_t row = 0; row < batch->rows; ++row) {
      rows.emplace_back();
      append_row_json(rows.back(), *batch, row);
    }
  }
  return rows;
}

using Lines = std::vector<std::string>;

// The rows of the plan, which must be the same whatever the batch size is.
inline Lines rows_of(PlanPtr root, std::vector<Subplan> subplans = {}) {
  auto query = std::make_shared<BoundQuery>();
  query->root = std::move(root);
  query->subplans = std::move(subplans);
  std::vector<Lines> runs;
  for (const size_t batch_rows : {size_t{1}, size_t{3}, size_t{2048}}) {
    EngineOptions options;
    options.batch_rows = batch_rows;
    auto rows = rows_of(query, options);
    EXPECT_TRUE(rows.has_value()) << (rows ? "" : rows.error().message);
    if (!rows) return {};
    runs.push_back(*rows);
  }
  EXPECT_EQ(runs[0], runs[2]);
  EXPECT_EQ(runs[1], runs[2]);
  return runs[2];
}

}  // namespace vedette::kql::testing
