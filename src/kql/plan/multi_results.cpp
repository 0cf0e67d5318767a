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

struct MultiResultFunction {
  std::string_view name, bag_function;
  std::span<const ResultColumn> columns;
};
constexpr MultiResultFunction functions[] = {
    {"series_stats", "series_stats_dynamic", statistics},
    {"series_fit_line", "series_fit_line_dynamic", line},
};

const MultiResultFunction* find_function(std::string_view name) {
  const auto found = std::find_if(std::begin(functions), std::end(functions),
                                  [&](const MultiResultFunction& function) { return function.name == name; });
  return found == std::end(functions) ? nullptr : &*found;
}

Result<BoundExpression> bind_bag(Binding& binding, const Rows& rows, const ast::Call& call, std::string_view function) {
  std::vector<BoundExpression> arguments;
  for (const ast::NamedExpr& argument : call.arguments)
    arguments.push_back(TRY(bind_expression(binding, rows, *argument.expr)));
  return make_call(binding, function, std::move(arguments), call.span);
}

}  // namespace

bool has_multiple_results(std::string_view function) { return find_function(function) != nullptr; }

Result<std::vector<Projected>> bind_multiple_results(Binding& binding, const Rows& rows, const ast::Call& call) {
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
