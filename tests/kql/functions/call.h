// Calls of functions through the registry, with arguments and results as short as a test wants them.
#pragma once

#include <gtest/gtest.h>

#include "vedette/kql/functions/signature.h"

namespace vedette::kql::testing {

inline Vector text(std::string_view value) { return columnar::constant_string(value); }
inline Vector number(int64_t value) { return columnar::constant_long(value); }
inline Vector real(double value) { return columnar::constant_real(value); }

inline Vector json(std::string_view value) {
  columnar::VectorBuilder out(Type::dynamic);
  columnar::DynamicParser parser;
  out.append<columnar::Dynamic>(*parser.parse(value, out.arena()));
  return out.finish_constant(1);
}

// The value of `name(arguments)` as JSON, an error's message, or "none" when no overload takes these arguments as they
// are.
inline std::string call(std::string_view name, std::vector<Vector> arguments) {
  std::vector<ArgumentType> types;
  for (const Vector& argument : arguments) types.push_back({argument.type(), false});
  const ScalarOverload overload = resolve_scalar(name, types);
  if (!overload.function) return "none";
  for (size_t i = 0; i < arguments.size(); ++i)
    if (overload.types.argument_types[i] != arguments[i].type()) return "none";
  std::shared_ptr<void> state;
  CallContext context;
  context.state = &state;
  const auto result = overload.function->kernel(context, arguments, 1);
  if (!result) return result.error().message;
  EXPECT_EQ(result->type(), overload.types.result_types[0]) << name;
  std::string out;
  columnar::append_json(out, *result, 0);
  return out;
}

// The results of an aggregate over `columns`, whose row i belongs to groups[i]: JSON of each group, with '|' between
// the results of one group and ' ' between groups. The rows go in one by one, by two accumulators that are merged.
inline std::string aggregate(std::string_view name, std::vector<Vector> columns, std::vector<uint32_t> groups,
                             std::vector<Vector> constants = {}) {
  const size_t group_count = groups.empty() ? 1 : *std::max_element(groups.begin(), groups.end()) + size_t{1};
  std::vector<ArgumentType> types;
  BoundAggregate bound;
  for (const Vector& column : columns) types.push_back({column.type(), false}), bound.constants.emplace_back();
  for (const Vector& constant : constants)
    types.push_back({constant.type(), false}), bound.constants.push_back(constant);
  const AggregateFunction* function = nullptr;
  for (const AggregateFunction& row : find_aggregate(name)) {
    const auto resolved = match(signature_of(row), types, 0, DynamicArguments::refuse);
    if (!resolved) continue;
    function = &row, bound.argument_types = resolved->argument_types, bound.result_types = resolved->result_types;
    break;
  }
  if (!function) return "none";
  const auto& parameters = signature_of(*function).parameters;
  if (!parameters.empty() && parameters.back().star) bound.result_types = bound.argument_types;
  auto first = function->create(bound), second = function->create(bound);
  if (!first) return first.error().message;
  const CallContext context;
  for (size_t row = 0; row < groups.size(); ++row) {
    std::vector<Vector> arguments;
    for (const Vector& column : columns) arguments.push_back(column.slice(row, 1));
    for (const Vector& constant : constants) arguments.push_back(constant);
    auto& target = row % 2 == 0 ? *first : *second;
    const auto status = target->update(context, arguments, {&groups[row], 1}, group_count);
    if (!status) return status.error().message;
  }
  std::vector<uint32_t> same(group_count);
  for (uint32_t i = 0; i < group_count; ++i) same[i] = i;
  const auto merged = (*first)->merge(**second, same, group_count);
  if (!merged) return merged.error().message;
  const auto results = (*first)->finish(context, group_count);
  if (!results) return results.error().message;
  std::string out;
  for (size_t group = 0; group < group_count; ++group) {
    for (const Vector& result : *results) {
      if (!out.empty()) out += &result == &results->front() ? ' ' : '|';
      columnar::append_json(out, result, group);
    }
  }
  return out;
}

}  // namespace vedette::kql::testing
