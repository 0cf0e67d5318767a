#include <algorithm>
#include <utility>

#include "aggregates.h"
#include "hunting_functions.h"
#include "operators.h"
#include "tabular.h"
#include "vedette/base/nearest_name.h"

namespace vedette::kql {
namespace {

Result<PlanPtr> bind_table_name(Binding& binding, const ast::Name& name) {
  if (const Variable* variable = find_variable(binding.scope, name.text)) {
    if (variable->kind == Variable::Kind::tabular) return read_variable(binding, *variable, name.span);
    if (variable->kind == Variable::Kind::function && variable->is_tabular_function &&
        variable->function->parameters.empty())
      return bind_tabular_function(binding, *variable, {}, nullptr, name.span);
    return semantic_error(quoted(name.text) + " is no table.", name.span);
  }
  return scan_table(binding, name.text, name.span);
}

bool ends_a_pipe(ast::OperatorKind kind) {
  return kind == ast::OperatorKind::consume || kind == ast::OperatorKind::facet || kind == ast::OperatorKind::fork;
}

// The name that rows have once the operator is done with them.
std::string_view name_after(const ast::Operator& op) {
  const auto* as = op.try_as<ast::As>();
  return as ? as->name.text : std::string_view();
}

Result<PlanPtr> bind_operators(Binding& binding, const ast::Pipe& pipe, PlanPtr plan) {
  std::string_view name = pipe.source ? name_of_rows(binding, *pipe.source) : std::string_view();
  for (const ast::Operator* op : pipe.operators) {
    if (binding.left_out.contains(op)) continue;
    if (ends_a_pipe(op->kind) && op != pipe.operators.back())
      return semantic_error(quoted(op->keyword.text) + " must be the last operator.", op->keyword.span);
    const bool has_input = plan != nullptr;  // else nothing stands for it when it is left out
    binding.input_name = std::exchange(name, name_after(*op));
    auto bound = bind_operator(binding, *op, std::move(plan));
    if (!bound && has_input && binding.failed_operator == nullptr) binding.failed_operator = op;
    plan = TRY(std::move(bound));
  }
  return plan;
}

Result<PlanPtr> bind_pipe(Binding& binding, const ast::Pipe& pipe) {
  return bind_operators(binding, pipe, pipe.source ? TRY(bind_tabular(binding, *pipe.source)) : nullptr);
}

// What a call of an unknown name or of a function of tables means.
bool is_tabular_call(const Binding& binding, const ast::Call& call) {
  const std::string_view name = call.name.text;
  if (call.target != nullptr) return name == "table" || name == "database" || name == "cluster";
  if (const Variable* variable = find_variable(binding.scope, name))
    return variable->kind == Variable::Kind::function && variable->is_tabular_function;
  return is_hunting_table(name) || name == "table" || name == "materialize" || name == "external_table" ||
         name == "materialized_view" || name == "database" || name == "cluster";
}

}  // namespace

bool is_tabular(const Binding& binding, const Rows& rows, const ast::Expr& expr) {
  if (pattern_call(binding, expr)) return true;
  switch (expr.kind) {
    case ast::ExprKind::pipe:
    case ast::ExprKind::datatable:
    case ast::ExprKind::external_data:
    case ast::ExprKind::contextual_datatable:
    case ast::ExprKind::materialized_view_combine:
    case ast::ExprKind::data_scope:
      return true;
    case ast::ExprKind::name: {
      const ast::Name& name = expr.as<ast::NameRef>().name;
      if (rows.columns && rows.names_visible && columnar::find_column(*rows.columns, name.text)) return false;
      if (const Variable* variable = find_variable(binding.scope, name.text))
        return variable->kind == Variable::Kind::tabular || variable->is_tabular_function;
      return binding.catalog.find(name.text) != nullptr;
    }
    case ast::ExprKind::call:
      return is_tabular_call(binding, expr.as<ast::Call>());
    case ast::ExprKind::member: {
      const auto* target = expr.as<ast::Member>().target->try_as<ast::Call>();
      return target != nullptr && (target->name.text == "database" || target->name.text == "cluster");
    }
    default:
      return false;
  }
}

std::string_view name_of_rows(const Binding& binding, const ast::Expr& table) {
  if (const auto* name = table.try_as<ast::NameRef>()) return name->name.text;
  if (const auto* call = table.try_as<ast::Call>())
    return find_variable(binding.scope, call->name.text) ? call->name.text : std::string_view();
  const auto* pipe = table.try_as<ast::Pipe>();
  return pipe && !pipe->operators.empty() ? name_after(*pipe->operators.back()) : std::string_view();
}

Result<PlanPtr> bind_tabular(Binding& binding, const ast::Expr& expr) {
  const Level level(binding);
  TRY(level.check(expr.span));
  if (const auto call = pattern_call(binding, expr)) return bind_pattern_call(binding, *call, expr.span);
  switch (expr.kind) {
    case ast::ExprKind::name:
      return bind_table_name(binding, expr.as<ast::NameRef>().name);
    case ast::ExprKind::pipe:
      return bind_pipe(binding, expr.as<ast::Pipe>());
    case ast::ExprKind::call:
      return bind_tabular_call(binding, expr.as<ast::Call>());
    case ast::ExprKind::datatable:
      return bind_datatable(binding, expr.as<ast::Datatable>());
    case ast::ExprKind::data_scope:
      return bind_tabular(binding, *expr.as<ast::DataScope>().target);
    case ast::ExprKind::external_data:
      return bind_external_data(binding, expr.as<ast::ExternalData>());
    case ast::ExprKind::member:
      if (is_tabular(binding, Rows{}, expr)) return not_supported("A table of another database", expr.span);
      return semantic_error("This is no table.", expr.span);
    case ast::ExprKind::materialized_view_combine:
      return not_supported("'materialized-view-combine'", expr.span);
    case ast::ExprKind::contextual_datatable:
      return not_supported("'__contextual_datatable'", expr.span);
    case ast::ExprKind::entity_group:
      return not_supported("'entity_group'", expr.span);
    default:
      return semantic_error("This is no table.", expr.span);
  }
}

Result<PlanPtr> bind_pipe_over(Binding& binding, const ast::Expr& body, PlanPtr input) {
  const auto* pipe = body.try_as<ast::Pipe>();
  if (pipe == nullptr || pipe->source != nullptr)
    return not_supported("A sub-query with a source of its own", body.span);
  return bind_operators(binding, *pipe, std::move(input));
}

Error unknown_table(const Binding& binding, std::string_view name, SourceSpan span) {
  const std::vector<std::string> tables = binding.catalog.table_names();
  std::vector<std::string_view> known(tables.begin(), tables.end());
  for (const Scope* at = binding.scope.get(); at != nullptr; at = at->outer.get())
    if (at->variable.kind == Variable::Kind::tabular) known.push_back(at->variable.name);
  return semantic_error("There is no table " + quoted(name) + "." + base::suggestion(name, known), span);
}

Result<PlanPtr> scan_table(Binding& binding, std::string_view name, SourceSpan span) {
  TRY(count_plan_node(binding, span));
  auto table = binding.catalog.find(name);
  if (table == nullptr) return unknown_table(binding, name, span);
  auto scan = make_node<ScanNode>(span);
  scan->table_name = std::string(name);
  const Schema& schema = table->schema();
  for (size_t i = 0; i < schema.size(); ++i) {
    if (schema[i].name.starts_with('$')) continue;  // hidden
    scan->output.push_back(schema[i]);
    scan->request.columns.push_back(i);
  }
  scan->table = std::move(table);
  return scan;
}

Result<PlanPtr> bind_tabular_call(Binding& binding, const ast::Call& call, PlanPtr invoked) {
  const std::string_view name = call.name.text;
  if (call.target != nullptr) return not_supported("A table of another database", call.span);
  if (const Variable* variable = find_variable(binding.scope, name)) {
    if (variable->kind != Variable::Kind::function)
      return semantic_error(quoted(name) + " is no function.", call.name.span);
    if (!variable->is_tabular_function) return semantic_error(quoted(name) + " gives a value, not a table.", call.span);
    return bind_tabular_function(binding, *variable, call.arguments, std::move(invoked), call.span);
  }
  if (is_hunting_table(name)) return bind_hunting_table(binding, call);
  if (name == "table") {
    if (call.arguments.empty()) return semantic_error("table() takes the name of a table.", call.span);
    const std::string table = TRY(bind_text(binding, *call.arguments[0].expr, "The name of a table"));
    return scan_table(binding, table, call.span);
  }
  if (name == "materialize") {
    if (call.arguments.size() != 1) return semantic_error("materialize() takes one table.", call.span);
    PlanPtr plan = TRY(bind_tabular(binding, *call.arguments[0].expr));
    if (reads_apply_input(*plan)) return not_supported("materialize() of a sub-query's own rows", call.span);
    const size_t index = TRY(subplan_of(binding, std::move(plan), call.span));
    binding.materialized.insert(index);
    return read_subplan(binding, index, call.span);
  }
  if (name == "database" || name == "cluster" || name == "external_table" || name == "materialized_view")
    return not_supported("The function " + quoted(name), call.span);
  return semantic_error("There is no function " + quoted(name) + " that gives a table.", call.name.span);
}

bool reads_apply_input(const PlanNode& plan) {
  if (plan.kind == NodeKind::apply_input) return true;
  return std::any_of(plan.inputs.begin(), plan.inputs.end(), [](const PlanPtr& in) { return reads_apply_input(*in); });
}

Result<size_t> subplan_of(Binding& binding, PlanPtr plan, SourceSpan span) {
  if (plan->kind == NodeKind::subplan) return static_cast<const SubplanNode&>(*plan).index;
  if (reads_apply_input(*plan))
    return semantic_error("This sub-query cannot depend on the rows that it is computed for.", span);
  TRY(check_depth(*plan, span));
  binding.subplans.push_back({std::move(plan)});
  return binding.subplans.size() - 1;
}

Result<PlanPtr> read_subplan(Binding& binding, size_t index, SourceSpan span) {
  TRY(count_plan_node(binding, span));
  auto node = make_node<SubplanNode>(span);
  node->index = index;
  node->output = binding.subplans[index].plan->output;
  return node;
}

Result<Variable> named_rows(Binding& binding, std::string_view name, PlanPtr plan, SourceSpan span) {
  Variable variable;
  variable.name = name;
  variable.kind = Variable::Kind::tabular;
  if (reads_apply_input(*plan))
    variable.rows = std::make_shared<PlanPtr>(std::move(plan));
  else
    variable.subplan = TRY(subplan_of(binding, std::move(plan), span));
  return variable;
}

Result<std::unique_ptr<ValuesNode>> rows_known_now(Binding& binding, PlanPtr plan, const std::string& what,
                                                   SourceSpan span) {
  if (!binding.options.rows_of_plan) return not_supported(what + " here", span);
  if (reads_apply_input(*plan)) return not_supported(what + " in mv-apply or partition", span);
  auto values = make_node<ValuesNode>(span);
  values->rows = TRY(binding.options.rows_of_plan(*plan, binding.subplans));
  values->output = std::move(plan->output);
  return values;
}

Result<PlanPtr> read_variable(Binding& binding, const Variable& variable, SourceSpan span) {
  if (variable.rows == nullptr) return read_subplan(binding, variable.subplan, span);
  if (*variable.rows == nullptr)
    return not_supported("Reading " + quoted(variable.name) + " twice inside mv-apply or partition", span);
  return std::move(*variable.rows);
}

}  // namespace vedette::kql
