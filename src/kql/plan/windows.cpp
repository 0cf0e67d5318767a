#include "windows.h"

#include <array>

#include "tabular.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

struct Row {
  std::string_view name;
  WindowFunction function;
  size_t arguments_min, arguments_max;
};
constexpr std::array functions = {
    Row{"row_number", WindowFunction::row_number, 0, 2},
    Row{"row_rank_dense", WindowFunction::row_rank_dense, 1, 2},
    Row{"row_rank", WindowFunction::row_rank_dense, 1, 2},  // the old name
    Row{"row_rank_min", WindowFunction::row_rank_min, 1, 2},
    Row{"prev", WindowFunction::prev, 1, 3},
    Row{"next", WindowFunction::next, 1, 3},
    Row{"row_cumsum", WindowFunction::row_cumsum, 1, 2},
    Row{"row_window_session", WindowFunction::row_window_session, 3, 4},
};

const Row* find(std::string_view name) {
  for (const Row& row : functions)
    if (row.name == name) return &row;
  return nullptr;
}

bool is_number_or_span(Type type) {
  return type == Type::int_ || type == Type::long_ || type == Type::real || type == Type::decimal ||
         type == Type::timespan;
}

Status as_type(Binding& binding, BoundExpression& value, Type type, std::string_view what) {
  if (value.type != type && value.type != Type::dynamic && !widens(value.type, type))
    return semantic_error(std::string(what) + " must be a " + std::string(columnar::to_string(type)) + ", not a " +
                              std::string(columnar::to_string(value.type)) + ".",
                          value.span);
  value = TRY(converted(binding, std::move(value), type));
  return {};
}

Status must_be_constant(const BoundExpression& value, std::string_view what) {
  if (reads_columns(value)) return semantic_error(std::string(what) + " must be the same for every row.", value.span);
  return {};
}

// Argument `at` as a bool that starts anew; false when it was left out.
Status restart(Binding& binding, std::vector<BoundExpression>& arguments, size_t at) {
  if (arguments.size() == at) arguments.push_back(constant_expression(columnar::constant_bool(false)));
  return as_type(binding, arguments[at], Type::bool_, "restart");
}

Status number_arguments(Binding& binding, WindowCall& call) {
  auto& arguments = call.arguments;
  if (arguments.empty()) arguments.push_back(long_constant(1));
  TRY(must_be_constant(arguments[0], "The starting index"));
  TRY(as_type(binding, arguments[0], Type::long_, "The starting index"));
  call.type = Type::long_;
  return restart(binding, arguments, 1);
}

// A whole number beside times are the ticks of one, as tolong() has them.
bool is_ticks(const BoundExpression& value, Type wanted) {
  return (wanted == Type::datetime || wanted == Type::timespan) &&
         (value.type == Type::long_ || value.type == Type::int_) && constant_integer(value);
}

Status neighbour_arguments(Binding& binding, WindowCall& call) {
  auto& arguments = call.arguments;
  call.type = arguments[0].type;
  if (arguments.size() < 2) arguments.push_back(long_constant(1));
  if (arguments.size() < 3) arguments.push_back(null_constant(call.type));
  TRY(must_be_constant(arguments[1], "The offset"));
  TRY(as_type(binding, arguments[1], Type::long_, "The offset"));
  TRY(must_be_constant(arguments[2], "The default"));
  if (arguments[2].type == Type::string && is_constant(arguments[2])) {
    arguments[2] = TRY(converted(binding, std::move(arguments[2]), call.type));
    return {};
  }
  if (is_ticks(arguments[2], call.type)) {
    arguments[2] = constant_expression(columnar::constant_ticks(call.type, *constant_integer(arguments[2])));
    return {};
  }
  return as_type(binding, arguments[2], call.type, "The default");
}

Status cumsum_arguments(Binding& binding, WindowCall& call) {
  auto& arguments = call.arguments;
  if (!is_number_or_span(arguments[0].type))
    return semantic_error("row_cumsum() sums numbers or timespans.", arguments[0].span);
  call.type = arguments[0].type;
  return restart(binding, arguments, 1);
}

Status session_arguments(Binding& binding, WindowCall& call) {
  auto& arguments = call.arguments;
  TRY(as_type(binding, arguments[0], Type::datetime, "The time of row_window_session()"));
  for (const size_t i : {1, 2}) {
    TRY(must_be_constant(arguments[i], "A distance"));
    TRY(as_type(binding, arguments[i], Type::timespan, "A distance"));
  }
  call.type = Type::datetime;
  return restart(binding, arguments, 3);
}

Status complete(Binding& binding, WindowCall& call) {
  switch (call.function) {
    case WindowFunction::row_number:
      return number_arguments(binding, call);
    case WindowFunction::row_rank_dense:
    case WindowFunction::row_rank_min:
      call.type = Type::long_;
      return restart(binding, call.arguments, 1);
    case WindowFunction::prev:
    case WindowFunction::next:
      return neighbour_arguments(binding, call);
    case WindowFunction::row_cumsum:
      return cumsum_arguments(binding, call);
    case WindowFunction::row_window_session:
      return session_arguments(binding, call);
  }
  return {};
}

}  // namespace

std::vector<std::string_view> window_function_names() {
  std::vector<std::string_view> names;
  for (const Row& row : functions) names.push_back(row.name);
  return names;
}

bool is_window_function(std::string_view name) { return find(name) != nullptr; }

Result<BoundExpression> bind_window_call(Binding& binding, const Rows& rows, const ast::Call& call) {
  const Row& row = *find(call.name.text);
  if (rows.windows == nullptr)
    return semantic_error(
        quoted(row.name) + " needs rows in order; it belongs into extend, project, where or serialize.", call.span);
  if (call.arguments.size() < row.arguments_min || call.arguments.size() > row.arguments_max)
    return semantic_error(quoted(row.name) + " does not take " + std::to_string(call.arguments.size()) + " arguments.",
                          call.span);
  WindowCall window;
  window.function = row.function;
  for (const ast::NamedExpr& argument : call.arguments)
    window.arguments.push_back(TRY(bind_expression(binding, rows, *argument.expr)));
  TRY(complete(binding, window));
  PlanPtr& input = rows.windows->input;
  if (!is_in_order(binding, *input))
    return semantic_error(quoted(row.name) + " needs rows in order: sort or serialize them before.", call.span);
  TRY(count_plan_node(binding, call.span));
  auto node = make_node<WindowNode>(call.span, std::move(input));
  node->output.push_back({"$window" + std::to_string(node->output.size()), window.type});
  const Type type = window.type;
  node->calls.push_back(std::move(window));
  input = std::move(node);
  return column_expression(input->output.size() - 1, type, call.span);
}

bool is_in_order(const Binding& binding, const PlanNode& plan) {
  switch (plan.kind) {
    case NodeKind::sort:
    case NodeKind::top:
    case NodeKind::serialize:
    case NodeKind::window:
    case NodeKind::range:
    case NodeKind::values:
    case NodeKind::count:
    case NodeKind::apply_input:
    case NodeKind::step_scan:
      return true;
    case NodeKind::filter:
    case NodeKind::project:
    case NodeKind::take:
    case NodeKind::mv_expand:
    case NodeKind::parse:
    case NodeKind::parse_kv:
      return is_in_order(binding, *plan.inputs[0]);
    case NodeKind::subplan:
      return is_in_order(binding, *binding.subplans[static_cast<const SubplanNode&>(plan).index].plan);
    case NodeKind::scan:
    case NodeKind::summarize:
    case NodeKind::sample:
    case NodeKind::distinct:
    case NodeKind::join:
    case NodeKind::set_union:
    case NodeKind::mv_apply:
    case NodeKind::partition:
    case NodeKind::make_series:
    case NodeKind::graph:
    case NodeKind::graph_match:
    case NodeKind::graph_components:
    case NodeKind::reduce:
    case NodeKind::patterns:
      return false;
  }
  return false;
}

}  // namespace vedette::kql
