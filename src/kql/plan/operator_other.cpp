// as, invoke, partition, evaluate, assert-schema.
#include <algorithm>

#include "operators.h"

namespace vedette::kql {
namespace {

// evaluate bag_unpack(bag [, prefix]) : (schema) is a projection of the declared members.
Result<PlanPtr> bind_bag_unpack(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  const ast::Call& call = *op.call;
  if (op.schema == nullptr)
    return not_supported("bag_unpack without a declared schema, as in ': (*, a:string)',", call.span);
  if (call.arguments.empty() || call.arguments.size() > 2)
    return not_supported("bag_unpack with these arguments", call.span);
  const Rows rows{&input->output, true, nullptr, nullptr};
  const BoundExpression bag = TRY(bind_expression(binding, rows, *call.arguments[0].expr));
  if (bag.kind != ExpressionKind::column || bag.type != Type::dynamic)
    return semantic_error("bag_unpack() takes a dynamic column.", call.arguments[0].span);
  std::string prefix;
  if (call.arguments.size() == 2) prefix = TRY(bind_text(binding, *call.arguments[1].expr, "The prefix"));
  std::vector<Projected> columns;
  for (size_t i = 0; op.schema->open && i < input->output.size(); ++i)
    if (i != bag.column) columns.push_back({input->output[i].name, column_expression(i, input->output[i].type)});
  for (const ast::Column& column : op.schema->columns) {
    const std::string name(column.name.text);
    const auto known = columnar::find_column(input->output, name);
    if (known && *known != bag.column) {
      if (input->output[*known].type != to_type(column.type))
        return semantic_error("The column " + quoted(name) + " has another type.", column.name.span);
      if (!op.schema->open) columns.push_back({name, column_expression(*known, input->output[*known].type)});
      continue;
    }
    BoundExpression member;
    member.kind = ExpressionKind::member;
    member.type = Type::dynamic;
    member.span = column.name.span;
    member.arguments.push_back(bag);
    const bool prefixed = name.starts_with(prefix);
    member.path.push_back({PathStep::Kind::key, prefixed ? name.substr(prefix.size()) : name, 0, 0});
    columns.push_back({name, prefixed ? TRY(converted(binding, std::move(member), to_type(column.type)))
                                      : null_constant(to_type(column.type))});
  }
  return project(binding, std::move(input), std::move(columns), op.span);
}

}  // namespace

Result<PlanPtr> bind_as(Binding& binding, const ast::As& op, PlanPtr input) {
  TRY(check_options(op, {}));
  Variable variable = TRY(named_rows(binding, op.name.text, std::move(input), op.span));
  if (variable.rows != nullptr) return not_supported("'as' inside mv-apply or partition", op.span);
  const size_t index = variable.subplan;
  binding.scope = with(binding.scope, std::move(variable));
  return read_subplan(binding, index, op.span);
}

Result<PlanPtr> bind_invoke(Binding& binding, const ast::Invoke& op, PlanPtr input) {
  TRY(check_options(op, {}));
  const auto* call = op.call->try_as<ast::Call>();
  if (call == nullptr) return not_supported("invoke of anything but a function", op.call->span);
  if (!find_variable(binding.scope, call->name.text))
    return not_supported("The function " + quoted(call->name.text) + " of 'invoke'", call->name.span);
  return bind_tabular_call(binding, *call, std::move(input));
}

Result<PlanPtr> bind_partition(Binding& binding, const ast::Partition& op, PlanPtr input) {
  TRY(check_options(op, {}));
  if (op.full_query || op.in != nullptr) return not_supported("This form of 'partition'", op.span);
  const Rows rows{&input->output, true, nullptr, nullptr};
  const BoundExpression by = TRY(bind_expression(binding, rows, *op.by));
  if (by.kind != ExpressionKind::column) return semantic_error("partition takes a column.", op.by->span);
  if (by.type == Type::dynamic) return semantic_error("partition does not take a dynamic column.", op.by->span);
  auto node = make_node<PartitionNode>(op.span);
  node->key = by.column;
  auto leaf = make_node<ApplyInputNode>(op.span);
  leaf->output = input->output;
  node->subplan = TRY(bind_pipe_over(binding, *op.body, std::move(leaf)));
  node->output = node->subplan->output;
  node->inputs.push_back(std::move(input));
  return node;
}

Result<PlanPtr> bind_evaluate(Binding& binding, const ast::Evaluate& op, PlanPtr input) {
  TRY(check_options(op, {}));
  const std::string_view name = op.call->name.text;
  if (name == "bag_unpack" && input != nullptr) return bind_bag_unpack(binding, op, std::move(input));
  return not_supported("The plugin " + quoted(name), op.call->name.span);
}

Result<PlanPtr> bind_assert_schema(Binding&, const ast::AssertSchema& op, PlanPtr input) {
  const Schema& have = input->output;
  if (!op.schema.open && have.size() != op.schema.columns.size())
    return semantic_error("The schema has " + std::to_string(have.size()) + " columns.", op.schema.span);
  for (const ast::Column& column : op.schema.columns) {
    const auto found = columnar::find_column(have, column.name.text);
    if (!found || have[*found].type != to_type(column.type))
      return semantic_error(
          "The schema has no column " + quoted(column.name.text) + " of type " + ast::to_string(column.type) + ".",
          column.name.span);
  }
  return input;
}

}  // namespace vedette::kql
