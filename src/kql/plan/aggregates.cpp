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
  std::string column;  // the name of the column it gives, where the aggregate gives columns
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

// The column of the argument at `index`, which has the name `name` or none: take_any(x) → x, any(x) → any_x,
// arg_max(x, y) → x, y, argmax(x, y) → max_x, max_x_y.
std::string column_name(const ast::Call& call, size_t index, const std::optional<std::string>& name) {
  const AggregateFunction& function = find_aggregate(call.name.text).front();
  const std::string prefix = std::string(function.prefix) + "_", number = "arg" + std::to_string(index);
  const bool is_prefixed = is_old_optimum(function.name) || function.naming == Naming::prefix_of_argument;
  const bool is_named = name && !name->empty();
  if (!is_optimum(function.name)) {
    if (is_named) return is_prefixed ? prefix + *name : *name;
    return is_prefixed && call.arguments.size() == 1 ? prefix : prefix + number;
  }
  const std::string of_first = prefix + result_name(call.arguments[0]).value_or("");
  if (index == 0) return is_named && !is_prefixed ? *name : of_first;
  if (!is_named) return of_first + "_" + number;
  return is_prefixed ? of_first + "_" + *name : *name;
}

// `*` is every column that is neither a key nor named before.
void add_star(const AggregateSink& sink, const std::unordered_set<size_t>& seen, const ast::Call& call, size_t index,
              std::vector<Argument>& out) {
  for (size_t i = 0; i < sink.rows.columns->size(); ++i) {
    const auto& keys = sink.key_columns;
    if (seen.contains(i) || std::find(keys.begin(), keys.end(), i) != keys.end()) continue;
    const auto& column = (*sink.rows.columns)[i];
    out.push_back(
        {column_expression(i, column.type, call.arguments[index].span), column_name(call, index, column.name)});
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
      add_star(sink, seen, call, i, out);
      continue;
    }
    BoundExpression value = TRY(bind_expression(binding, sink.rows, *argument.expr));
    if (value.kind == ExpressionKind::column) {
      const auto& keys = sink.key_columns;
      const bool known = seen.contains(value.column) || std::find(keys.begin(), keys.end(), value.column) != keys.end();
      if (has_star && known && i > 0) continue;
      seen.insert(value.column);
    }
    out.push_back({std::move(value), column_name(call, i, result_name(argument))});
  }
  return out;
}

Result<std::vector<Argument>> plain_arguments(Binding& binding, const AggregateSink& sink, const ast::Call& call) {
  std::vector<Argument> out;
  for (const ast::NamedExpr& argument : call.arguments) {
    if (argument.expr->kind == ast::ExprKind::star && call.name.text == "count" && call.arguments.size() == 1) break;
    if (argument.expr->kind == ast::ExprKind::star)
      return semantic_error(quoted(call.name.text) + " does not take '*'.", argument.span);
    out.push_back({TRY(bind_expression(binding, sink.rows, *argument.expr)), {}});
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
  if (gives_columns(call.name.text)) return arguments[index].column;
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
