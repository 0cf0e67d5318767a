#include "result_names.h"

#include <algorithm>
#include <array>

#include "vedette/kql/functions/function.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

// Functions whose result is named like their first argument, sorted.
constexpr std::array first_argument_names = std::to_array<std::string_view>({
    "abs",
    "acos",
    "asin",
    "atan",
    "atan2",
    "bin",
    "bin_at",
    "bin_auto",
    "binary_and",
    "binary_not",
    "binary_or",
    "binary_shift_left",
    "binary_shift_right",
    "binary_xor",
    "bitset_count_ones",
    "ceiling",
    "cos",
    "erf",
    "erfc",
    "exp",
    "exp10",
    "exp2",
    "floor",
    "format_bytes",
    "format_datetime",
    "format_timespan",
    "gamma",
    "log",
    "log10",
    "log2",
    "loggamma",
    "parse_csv",
    "parse_json",
    "parse_xml",
    "parsejson",
    "pow",
    "rand",
    "round",
    "series_fill_backward",
    "series_fill_const",
    "series_fill_forward",
    "series_fill_linear",
    "series_fir",
    "series_iir",
    "series_outliers",
    "sin",
    "split",
    "sqrt",
    "startofday",
    "tan",
    "tobool",
    "toboolean",
    "todatetime",
    "todecimal",
    "todouble",
    "todynamic",
    "toguid",
    "tohex",
    "toint",
    "tolong",
    "toobject",
    "toreal",
    "tostring",
    "totime",
    "totimespan",
});

struct Prefixed {
  std::string_view name, prefix;
};
// Functions whose result is a prefix and the name of their first argument.
constexpr std::array prefixed_names = {
    Prefixed{"dcount_hll", "dcount_hll"},
    Prefixed{"gettype", "type"},
    Prefixed{"percentile_tdigest", "percentile_tdigest"},
    Prefixed{"percentiles_array_tdigest", "percentile_tdigest"},
    Prefixed{"repeat", "repeat"},
    Prefixed{"string_size", "string_size"},
    Prefixed{"strlen", "strlen"},
    Prefixed{"treepath", "tree"},
};

struct Named {
  std::string_view name, result;
};
// Functions whose result has one name.
constexpr std::array result_names = {
    Named{"hll_merge", "hll_merged_result"},
    Named{"merge_tdigest", "tdigests_merge_result"},
    Named{"tdigest_merge", "tdigests_merge_result"},
};

std::optional<std::string> first_argument(const ast::Call& call) {
  return call.arguments.empty() ? std::nullopt : result_name(call.arguments[0]);
}

// nullopt when the function leaves its result unnamed.
std::optional<std::string> function_result_name(const ast::Call& call) {
  const std::string_view name = call.name.text;
  if (std::binary_search(first_argument_names.begin(), first_argument_names.end(), name)) return first_argument(call);
  for (const Named& row : result_names)
    if (row.name == name) return std::string(row.result);
  for (const Prefixed& row : prefixed_names)
    if (row.name == name) return std::string(row.prefix) + "_" + first_argument(call).value_or("");
  if ((name == "make_datetime" || name == "make_timespan") && call.arguments.size() == 1) return first_argument(call);
  if (is_column_if_exists(name)) {
    if (call.arguments.empty()) return std::nullopt;
    const auto* literal = call.arguments[0].expr->try_as<ast::Literal>();
    if (literal && literal->type == ast::ScalarType::string && !literal->is_null()) return std::string(literal->text());
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string> aggregate_result_name(const ast::Call& call, const AggregateFunction& function) {
  switch (function.naming) {
    case Naming::argument:
      return first_argument(call);
    case Naming::prefix_alone:  // count(), which may have an argument all the same
    case Naming::prefix_of_argument:
      return std::string(function.prefix) + "_" + first_argument(call).value_or("");
    case Naming::prefix_of_two:
      return std::string(function.prefix) + "_" + first_argument(call).value_or("") + "_" +
             (call.arguments.size() > 1 ? result_name(call.arguments[1]).value_or("") : "");
  }
  return std::nullopt;
}

std::optional<std::string> call_name(const ast::Call& call) {
  const auto aggregates = find_aggregate(call.name.text);
  if (aggregates.empty()) return function_result_name(call);
  // hll_merge(x) merges the rows of a group, hll_merge(x, y) the values of a row.
  const bool is_of_values =
      !find_scalar(call.name.text).empty() && !signature_of(aggregates.front()).takes(call.arguments.size());
  return is_of_values ? function_result_name(call) : aggregate_result_name(call, aggregates.front());
}

std::optional<std::string> selector_name(const ast::Expr& index) {
  const auto* literal = index.try_as<ast::Literal>();
  if (literal == nullptr || literal->is_null()) return std::nullopt;
  if (literal->type == ast::ScalarType::string) return std::string(literal->text());
  if (literal->type == ast::ScalarType::long_ || literal->type == ast::ScalarType::int_)
    return std::to_string(std::get<int64_t>(literal->value));
  return std::nullopt;
}

std::optional<std::string> path_name(const ast::Expr& target, std::optional<std::string> selector) {
  const auto left = result_name(target);
  if (left && !left->empty()) return *left + "_" + selector.value_or("");
  return selector;
}

}  // namespace

std::optional<std::string> result_name(const ast::Expr& expr) {
  switch (expr.kind) {
    case ast::ExprKind::name:
      return std::string(expr.as<ast::NameRef>().name.text);
    case ast::ExprKind::member: {
      const auto& member = expr.as<ast::Member>();
      return path_name(*member.target, std::string(member.name.text));
    }
    case ast::ExprKind::element: {
      const auto& element = expr.as<ast::Element>();
      return path_name(*element.target, selector_name(*element.index));
    }
    case ast::ExprKind::call:
      return call_name(expr.as<ast::Call>());
    default:
      return std::nullopt;
  }
}

std::optional<std::string> result_name(const ast::NamedExpr& expr) {
  if (!expr.names.empty()) return std::string(expr.names[0].text);
  return result_name(*expr.expr);
}

std::string UniqueNames::add(const std::string& name, const std::string& base) {
  const auto [entry, fresh] = suffixes_.try_emplace(name, 0);
  if (fresh) return name;
  for (;;) {
    std::string numbered = base + std::to_string(++entry->second);
    if (suffixes_.contains(numbered)) continue;
    suffixes_.emplace(numbered, 0);
    return numbered;
  }
}

}  // namespace vedette::kql
