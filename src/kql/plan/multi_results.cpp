#include "multi_results.h"

#include <algorithm>

namespace vedette::kql {
namespace {

struct ResultColumn {
  std::string_view name;
  Type type = Type::real;
};

constexpr ResultColumn statistics[] = {
    {"min"}, {"min_idx", Type::long_}, {"max"}, {"max_idx", Type::long_}, {"avg"}, {"stdev"}, {"variance"}};
constexpr ResultColumn line[] = {{"rsquare"},   {"slope"},        {"variance"},
                                 {"rvariance"}, {"interception"}, {"line_fit", Type::dynamic}};
constexpr ResultColumn parts[] = {{"real", Type::dynamic}, {"imag", Type::dynamic}};
constexpr ResultColumn polynomial[] = {
    {"rsquare"}, {"coefficients", Type::dynamic}, {"variance"}, {"rvariance"}, {"poly_fit", Type::dynamic}};
constexpr ResultColumn decomposition[] = {
    {"baseline", Type::dynamic}, {"seasonal", Type::dynamic}, {"trend", Type::dynamic}, {"residual", Type::dynamic}};
constexpr ResultColumn anomalies[] = {
    {"ad_flag", Type::dynamic}, {"ad_score", Type::dynamic}, {"baseline", Type::dynamic}};

struct MultiResultFunction {
  std::string_view name, bag_function;
  std::span<const ResultColumn> columns;
};
constexpr MultiResultFunction functions[] = {
    {"series_stats", "series_stats_dynamic", statistics},
    {"series_fit_line", "series_fit_line_dynamic", line},
    {"series_fit_poly", "series_fit_poly as a bag", polynomial},
    {"series_fft", "series_fft as a bag", parts},
    {"series_ifft", "series_ifft as a bag", parts},
    {"series_decompose", "series_decompose as a bag", decomposition},
    {"series_decompose_forecast", "series_decompose_forecast as a bag", decomposition},
    {"series_decompose_anomalies", "series_decompose_anomalies as a bag", anomalies},
};

const MultiResultFunction* find_function(std::string_view name) {
  const auto found = std::find_if(std::begin(functions), std::end(functions),
                                  [&](const MultiResultFunction& function) { return function.name == name; });
  return found == std::end(functions) ? nullptr : &*found;
}

// array_sort_asc(a, b, …): an array a column. The call itself gives an array of them.
std::string_view sort_of_several(std::string_view name) {
  if (name == "array_sort_asc") return "array_sort_asc of several";
  if (name == "array_sort_desc") return "array_sort_desc of several";
  return {};
}

bool is_bool_literal(const ast::NamedExpr& argument) {
  const auto* literal = argument.expr->try_as<ast::Literal>();
  return literal != nullptr && literal->type == ast::ScalarType::boolean;
}

struct SortedArrays {
  BoundExpression arrays;  // an array of them
  size_t count = 0;
};

Result<SortedArrays> bind_sorted_arrays(Binding& binding, const Rows& rows, const ast::Call& call) {
  std::vector<BoundExpression> arguments;
  for (const ast::NamedExpr& argument : call.arguments)
    arguments.push_back(TRY(bind_expression(binding, rows, *argument.expr)));
  const bool has_nulls_last = arguments.back().type == Type::bool_;
  const size_t count = arguments.size() - (has_nulls_last ? 1 : 0);
  if (!has_nulls_last) arguments.push_back(constant_expression(columnar::constant_bool(true), call.span));
  std::rotate(arguments.begin(), arguments.end() - 1, arguments.end());
  return SortedArrays{TRY(make_call(binding, sort_of_several(call.name.text), std::move(arguments), call.span)), count};
}

Result<std::vector<Projected>> sorted_columns(Binding& binding, const Rows& rows, const ast::Call& call) {
  const SortedArrays sorted = TRY(bind_sorted_arrays(binding, rows, call));
  std::vector<Projected> columns;
  for (size_t i = 0; i < sorted.count; ++i) {
    const std::string name = result_name(call.arguments[i]).value_or("");
    columns.push_back({(name.empty() ? "array" + std::to_string(i) : name) + "_sorted",
                       array_item(sorted.arrays, static_cast<int64_t>(i), call.span)});
  }
  return columns;
}

Result<BoundExpression> bind_bag(Binding& binding, const Rows& rows, const ast::Call& call, std::string_view function) {
  std::vector<BoundExpression> arguments;
  for (const ast::NamedExpr& argument : call.arguments)
    arguments.push_back(TRY(bind_expression(binding, rows, *argument.expr)));
  return make_call(binding, function, std::move(arguments), call.span);
}

}  // namespace

std::optional<Result<BoundExpression>> bind_arrays_of_results(Binding& binding, const Rows& rows,
                                                              const ast::Call& call) {
  if (sort_of_several(call.name.text).empty() || !has_multiple_results(call)) return std::nullopt;
  auto sorted = bind_sorted_arrays(binding, rows, call);
  if (!sorted) return std::move(sorted).error();
  return sorted->count == 1 ? array_item(std::move(sorted->arrays), 0, call.span) : std::move(sorted->arrays);
}

std::vector<std::string_view> multi_result_names() {
  std::vector<std::string_view> names;
  for (const MultiResultFunction& function : functions) names.push_back(function.name);
  return names;
}

bool names_several_results(std::string_view function) { return find_function(function) != nullptr; }

bool has_multiple_results(const ast::Call& call) {
  if (!sort_of_several(call.name.text).empty())
    return call.arguments.size() > 1 && (call.arguments.size() > 2 || !is_bool_literal(call.arguments[1]));
  return find_function(call.name.text) != nullptr;
}

Result<std::vector<Projected>> bind_multiple_results(Binding& binding, const Rows& rows, const ast::Call& call) {
  if (!sort_of_several(call.name.text).empty()) return sorted_columns(binding, rows, call);
  const MultiResultFunction& function = *find_function(call.name.text);
  const std::string argument =
      call.arguments.empty() ? std::string() : result_name(call.arguments[0]).value_or(std::string());
  std::vector<Projected> columns;
  for (const ResultColumn& column : function.columns) {
    BoundExpression bag = TRY(bind_bag(binding, rows, call, function.bag_function));
    columns.push_back({std::string(function.name) + "_" + argument + "_" + std::string(column.name),
                       TRY(converted(binding, bag_member(std::move(bag), column.name, call.span), column.type))});
  }
  return columns;
}

}  // namespace vedette::kql
