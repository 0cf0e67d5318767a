// Calls of the registry: the overload, implicit conversions and constant folding.
#include <algorithm>

#include "expressions.h"
#include "multi_results.h"
#include "vedette/base/nearest_name.h"
#include "vedette/kql/functions/call_scope.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

// A constant that costs more is computed when the query runs, under the query's own limits.
constexpr int64_t folding_bytes_max = 16 << 20;
constexpr int folding_steps_max = 64;   // about a millisecond each
constexpr int folding_weight_max = 16;  // 65,536 elements of a dynamic argument, which functions may copy

// Whether a name is a function's rather than an operator's: `has` is as good as one, `!has` and `matches regex` are
// not.
bool is_word(std::string_view name) {
  return !name.empty() && name.find(' ') == std::string_view::npos &&
         ((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z') || name[0] == '_');
}

std::string type_list(const std::vector<BoundExpression>& arguments) {
  std::string out;
  for (const BoundExpression& argument : arguments) {
    if (!out.empty()) out += ", ";
    out += columnar::to_string(argument.type);
  }
  return "(" + out + ")";
}

// "series_fft as a bag" is the binder's own name of what users call series_fft.
std::string_view shown(std::string_view name) { return name.substr(0, name.find(" as a bag")); }

// What else there is for texts, which < does not order.
std::string_view advice(std::string_view name, const std::vector<BoundExpression>& arguments) {
  static constexpr std::string_view orders[] = {"<", "<=", ">", ">=", "between", "!between"};
  const bool is_order = std::find(std::begin(orders), std::end(orders), name) != std::end(orders);
  const auto is_text = [](const BoundExpression& argument) { return argument.type == Type::string; };
  if (!is_order || std::none_of(arguments.begin(), arguments.end(), is_text)) return "";
  return " Convert a text to what it says, or compare two texts by strcmp().";
}

Error no_overload(std::string_view name, const std::vector<BoundExpression>& arguments, SourceSpan span) {
  const auto rows = find_scalar(name);
  if (rows.empty()) return unknown_function(name, span);
  const bool counts = std::any_of(rows.begin(), rows.end(),
                                  [&](const ScalarFunction& row) { return signature_of(row).takes(arguments.size()); });
  if (!counts)
    return semantic_error(quoted(shown(name)) + " does not take " + std::to_string(arguments.size()) +
                              " arguments: " + std::string(shown(name)) + std::string(rows.front().signature) + ".",
                          span);
  return semantic_error(quoted(shown(name)) + " is not defined for " + type_list(arguments) + ": it takes " +
                            std::string(shown(name)) + std::string(rows.front().signature) + "." +
                            std::string(advice(name, arguments)),
                        span);
}

// Whether the conversion makes a time of a number of ticks, or the reverse: only a query that says so means it.
bool counts_ticks(Type from, Type to) {
  const auto is_number = [](Type type) { return promoted(type, Type::long_).has_value(); };
  const auto is_time = [](Type type) { return type == Type::datetime || type == Type::timespan; };
  return (is_number(from) && is_time(to)) || (is_time(from) && is_number(to));
}

// A string beside dynamics is a dynamic string; todynamic() would read it as JSON.
BoundExpression as_dynamic_string(const BoundExpression& constant) {
  columnar::VectorBuilder builder(Type::dynamic, 1);
  builder.append_copy(columnar::Dynamic::string(constant.constant.view<std::string_view>()[0]));
  return constant_expression(builder.finish(), constant.span);
}

}  // namespace

Error unknown_function(std::string_view name, SourceSpan span) {
  for (const RefusedFunction& refused : refused_functions())
    if (refused.name == name)
      return Error(ErrorCode::not_supported,
                   "The function " + quoted(name) + " is not supported: " + std::string(refused.reason) + ".", span);
  if (names_several_results(name))
    return semantic_error("The function " + quoted(name) + " has several results and must stand alone.", span);
  const std::string what = is_word(name) ? "The function " : "The operator ";
  std::vector<std::string_view> names;
  for (const ScalarFunction& function : scalar_functions())
    if (is_word(function.name) && function.name != "and" && function.name != "or") names.push_back(function.name);
  for (const AggregateFunction& function : aggregate_functions()) names.push_back(function.name);
  return Error(ErrorCode::not_supported,
               what + quoted(name) + " is not known." + (is_word(name) ? base::suggestion(name, names) : ""), span);
}

Result<BoundExpression> converted(Binding& binding, BoundExpression value, Type type) {
  if (value.type == type) return value;
  if (type == Type::dynamic && value.type == Type::string && is_constant(value)) return as_dynamic_string(value);
  const SourceSpan span = value.span;
  if (counts_ticks(value.type, type))
    return semantic_error("A " + std::string(columnar::to_string(type)) + " is expected, not a " +
                              std::string(columnar::to_string(value.type)) + ": " + std::string(conversion_to(type)) +
                              "(…) counts ticks.",
                          span);
  std::vector<BoundExpression> arguments;
  arguments.push_back(std::move(value));
  return make_call(binding, conversion_to(type), std::move(arguments), span);
}

bool is_small_constant(const BoundExpression& argument) {
  if (!is_constant(argument)) return false;
  if (argument.type != Type::dynamic || argument.constant.is_null(0)) return true;
  return argument.constant.view<columnar::Dynamic>()[0].weight() <= folding_weight_max;
}

// Each call is bounded by itself; whoever waits for the query is asked between them.
Result<BoundExpression> folded(Binding& binding, BoundExpression call) {
  if (call.function == nullptr || call.function->determinism == Determinism::per_row) return call;
  if (!std::all_of(call.arguments.begin(), call.arguments.end(), is_small_constant)) return call;
  TRY(may_go_on());
  std::vector<Vector> arguments;
  for (const BoundExpression& argument : call.arguments) arguments.push_back(argument.constant);
  std::shared_ptr<void> state;
  base::MemoryBudget memory(folding_bytes_max);
  const CallContext context{binding.options.now, nullptr, &memory, &state};
  const CallScope scope(context);
  const WorkLimit work(folding_steps_max);
  auto value = call.function->kernel(context, arguments, 1);
  if (value)
    if (auto status = may_go_on(); !status) value = std::move(status).error();  // a loop inside it may have given up
  if (value)
    if (auto status = check_dynamics(*value); !status) value = std::move(status).error();
  if (!value && value.error().code == ErrorCode::limit_exceeded) return call;
  if (!value) {
    Error error = std::move(value).error();
    if (!error.span) error.span = call.span;
    return error;
  }
  if (value->type() != call.type || value->size() != 1)
    return Error(ErrorCode::internal,
                 quoted(call.function->name) + " gave a " + std::string(columnar::to_string(value->type())) +
                     " instead of a " + std::string(columnar::to_string(call.type)) + ".",
                 call.span);
  return constant_expression(std::move(*value), call.span);
}

Result<BoundExpression> make_call(Binding& binding, std::string_view name, std::vector<BoundExpression> arguments,
                                  SourceSpan span) {
  TRY(count_expression_nodes(binding, 1, span));
  std::vector<ArgumentType> types;
  for (const BoundExpression& argument : arguments) {
    const bool literal = is_constant(argument) && argument.type == Type::string;
    types.push_back({argument.type, literal, literal ? argument.constant.view<std::string_view>()[0] : ""});
  }
  ScalarOverload overload = resolve_scalar(name, types);
  if (overload.function == nullptr) return no_overload(name, arguments, span);
  BoundExpression call;
  call.kind = ExpressionKind::call;
  call.type = overload.types.result_types.front();
  call.span = span;
  call.function = overload.function;
  for (size_t i = 0; i < arguments.size(); ++i)
    call.arguments.push_back(TRY(converted(binding, std::move(arguments[i]), overload.types.argument_types[i])));
  return folded(binding, std::move(call));
}

}  // namespace vedette::kql
