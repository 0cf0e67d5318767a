#include "aggregates.h"

#include <algorithm>
#include <unordered_set>

#include "result_names.h"
#include "vedette/base/nearest_name.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

struct Argument {
  BoundExpression value;
  std::optional<std::string> name;  // of the column it gives, where the aggregate gives columns
};

// Aggregates with one result per argument, which also take `*`.
bool gives_columns(std::string_view name) {
  return name == "arg_max" || name == "arg_min" || name == "argmax" || name == "argmin" || name == "take_any" ||
         name == "any";
}
// Those with one result per percentile: the arguments before the first percentile.
std::optional<size_t> percentile_offset(std::string_view name) {
  if (name == "percentile" || name == "percentiles") return 1;
  if (name == "percentilew" || name == "percentilesw") return 2;
  return std::nullopt;
}

bool is_optimum(std::string_view name) { return name.starts_with("arg"); }

bool is_old_optimum(std::string_view name) { return name == "argmax" || name == "argmin"; }

std::string default_argument_name(std::string_view function, const ast::Call& call, size_t index) {
  if (!is_optimum(function)) return "any_arg" + std::to_string(index);
  const std::string prefix = function.ends_with("max") ? "max_" : "min_";
  if (index == 0) return prefix;
  return prefix + result_name(*call.arguments[0].expr).value_or("") + "_arg" + std::to_string(index);
}

// `*` is every column that is neither a key nor named before.
void add_star(const AggregateSink& sink, const std::unordered_set<size_t>& seen, SourceSpan span,
              std::vector<Argument>& out) {
  for (size_t i = 0; i < sink.rows.columns->size(); ++i) {
    const auto& keys = sink.key_columns;
    if (seen.contains(i) || std::find(keys.begin(), keys.end(), i) != keys.end()) continue;
    const auto& column = (*sink.rows.columns)[i];
    out.push_back({column_expression(i, column.type, span), column.name});
  }
}

Result<std::vector<Argument>> column_arguments(Binding& binding, const AggregateSink& sink, const ast::Call& call) {
  std::vector<Argument> out;
  std::unordered_set<size_t> seen;
  const bool has_star = std::any_of(call.arguments.begin(), call.arguments.end(),
                                    [](const auto& argument) { return argument.expr->kind == ast::ExprKind::star; });
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const ast::NamedExpr& argument = call.arguments[i];
    if (argument.expr->kind == ast::ExprKind::star) {
      if (i == 0 && is_optimum(call.name.text))
        return semantic_error("'*' cannot be what " + quoted(call.name.text) + " compares.", argument.span);
      add_star(sink, seen, argument.span, out);
      continue;
    }
    BoundExpression value = TRY(bind_expression(binding, sink.rows, *argument.expr));
    if (value.kind == ExpressionKind::column) {
      const auto& keys = sink.key_columns;
      const bool known = seen.contains(value.column) || std::find(keys.begin(), keys.end(), value.column) != keys.end();
      if (has_star && known && i > 0) continue;
      seen.insert(value.column);
    }
    std::optional<std::string> name = result_name(argument);
    if (!name || name->empty()) name = default_argument_name(call.name.text, call, i);
    out.push_back({std::move(value), std::move(name)});
  }
  return out;
}

Result<std::vector<Argument>> plain_arguments(Binding& binding, const AggregateSink& sink, const ast::Call& call) {
  std::vector<Argument> out;
  for (const ast::NamedExpr& argument : call.arguments) {
    if (argument.expr->kind == ast::ExprKind::star && call.name.text == "count" && call.arguments.size() == 1) break;
    if (argument.expr->kind == ast::ExprKind::star)
      return semantic_error(quoted(call.name.text) + " does not take '*'.", argument.span);
    out.push_back({TRY(bind_expression(binding, sink.rows, *argument.expr)), std::nullopt});
  }
  return out;
}

std::string type_list(const std::vector<Argument>& arguments) {
  std::string out;
  for (const Argument& argument : arguments)
    out += (out.empty() ? "" : ", ") + std::string(columnar::to_string(argument.value.type));
  return "(" + out + ")";
}

struct Overload {
  const AggregateFunction* function = nullptr;
  ResolvedSignature types;
};

Overload resolve(std::string_view name, const std::vector<ArgumentType>& types) {
  for (int exactness = 0; exactness <= 2; ++exactness)
    for (const AggregateFunction& row : find_aggregate(name))
      if (auto match_types = match(signature_of(row), types, exactness, DynamicArguments::refuse))
        return {&row, std::move(*match_types)};
  return {};
}

bool is_orderable(Type type) { return type != Type::dynamic && type != Type::guid; }

// arg_max, take_any, …: what goes in comes out, so only the compared argument has a type to check.
Result<Overload> column_overload(const ast::Call& call, const std::vector<Argument>& arguments) {
  if (arguments.empty()) return semantic_error(quoted(call.name.text) + " takes at least one argument.", call.span);
  if (is_optimum(call.name.text) && !is_orderable(arguments[0].value.type))
    return semantic_error(quoted(call.name.text) + " cannot order values of type " +
                              std::string(columnar::to_string(arguments[0].value.type)) + ".",
                          call.arguments[0].span);
  Overload out;
  out.function = &find_aggregate(call.name.text).front();
  for (const Argument& argument : arguments) {
    out.types.argument_types.push_back(argument.value.type);
    out.types.result_types.push_back(argument.value.type);
  }
  return out;
}

Result<Overload> plain_overload(const ast::Call& call, const std::vector<Argument>& arguments) {
  std::vector<ArgumentType> types;
  for (const Argument& argument : arguments)
    types.push_back({argument.value.type, argument.value.type == Type::string && is_constant(argument.value)});
  Overload out = resolve(call.name.text, types);
  if (out.function == nullptr)
    return semantic_error(
        "The aggregate " + quoted(call.name.text) + " is not defined for " + type_list(arguments) + ".", call.span);
  if (const auto offset = percentile_offset(call.name.text))
    out.types.result_types.assign(arguments.size() - *offset, out.types.result_types[0]);
  return out;
}

// The digits of a percentile as they may stand in a name: 99.9 → 99_9.
std::string name_fragment(const Vector& constant) {
  std::string text;
  columnar::append_json(text, constant, 0);
  for (char& c : text)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return text;
}

std::string percentile_name(const ast::Call& call, const AggregateCall& bound, size_t index) {
  const std::string_view function = call.name.text;
  const std::string of = result_name(call.arguments[0]).value_or("");
  const Vector& percentile = bound.bound.constants[index + *percentile_offset(function)];
  const char* parameter = "percentile_";
  return parameter + of + "_" + (percentile.size() == 0 ? "" : name_fragment(percentile));
}

std::string result_name_of(const ast::Call& call, const AggregateCall& bound, const std::vector<Argument>& arguments,
                           size_t index) {
  if (gives_columns(call.name.text)) {
    const std::string& name = *arguments[index].name;
    if (is_old_optimum(call.name.text)) {  // argmax(x, y) → max_x, max_x_y
      const std::string first = std::string(bound.function->prefix) + "_" + *arguments[0].name;
      return index == 0 ? first : first + "_" + name;
    }
    return bound.function->naming == Naming::prefix_of_argument ? std::string(bound.function->prefix) + "_" + name
                                                                : name;
  }
  if (percentile_offset(call.name.text)) return percentile_name(call, bound, index);
  return result_name(call).value_or("Column1");
}

}  // namespace

bool is_aggregate(std::string_view name) { return !find_aggregate(name).empty(); }

BoundExpression result_column(const AggregateSink& sink, size_t result, SourceSpan span) {
  return column_expression(sink.keys + result, sink.results[result].type, span);
}

Result<AggregateResults> bind_aggregate(Binding& binding, AggregateSink& sink, const ast::Call& call) {
  const bool columns = gives_columns(call.name.text);
  std::vector<Argument> arguments =
      columns ? TRY(column_arguments(binding, sink, call)) : TRY(plain_arguments(binding, sink, call));
  Overload overload = columns ? TRY(column_overload(call, arguments)) : TRY(plain_overload(call, arguments));
  TRY(count_expression_nodes(binding, arguments.size() + 1, call.span));
  AggregateCall bound;
  bound.function = overload.function;
  bound.bound.argument_types = std::move(overload.types.argument_types);
  bound.bound.result_types = std::move(overload.types.result_types);
  for (size_t i = 0; i < arguments.size(); ++i) {
    BoundExpression value = TRY(converted(binding, std::move(arguments[i].value), bound.bound.argument_types[i]));
    bound.bound.constants.push_back(is_constant(value) ? value.constant : Vector());
    bound.arguments.push_back(std::move(value));
  }
  const AggregateResults results{sink.results.size(), bound.bound.result_types.size()};
  for (size_t i = 0; i < results.count; ++i)
    sink.results.push_back({result_name_of(call, bound, arguments, i), bound.bound.result_types[i]});
  sink.calls.push_back(std::move(bound));
  return results;
}

}  // namespace vedette::kql
