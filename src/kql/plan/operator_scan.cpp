// scan: rows in order run through steps. Source: kusto/query: scan-operator.
#include "operators.h"
#include "windows.h"

namespace vedette::kql {
namespace {

Result<StepScanNode::Output> output_of(const ast::Scan::Step& step) {
  switch (step.output) {
    case ast::Scan::Output::unstated:
    case ast::Scan::Output::all:
      return StepScanNode::Output::all;
    case ast::Scan::Output::last:
      return StepScanNode::Output::last;
    case ast::Scan::Output::none:
      return StepScanNode::Output::none;
  }
  return StepScanNode::Output::all;
}

// The declared columns join the row's; their defaults are constants. A step may assign to any of both.
Status bind_declared(Binding& binding, const ast::Scan& op, StepScanNode& node) {
  for (const ast::Parameter& parameter : op.declared) {
    if (parameter.tabular) return semantic_error("'scan' declares columns, not tables.", parameter.name.span);
    const Type type = to_type(parameter.type);
    if (columnar::find_column(node.output, parameter.name.text))
      return semantic_error("There is a column " + quoted(parameter.name.text) + " already.", parameter.name.span);
    BoundExpression value = null_constant(type, parameter.name.span);
    if (parameter.default_value)
      value = TRY(bind_constant(binding, *parameter.default_value, type, "The default " + quoted(parameter.name.text)));
    if (!is_constant(value)) return semantic_error("A default must be a constant.", parameter.name.span);
    node.defaults.push_back(value.constant);
    node.output.push_back({std::string(parameter.name.text), type});
  }
  return {};
}

Result<StepScanNode::Step> bind_step(Binding& binding, const ast::Scan::Step& step, const Rows& rows,
                                     const Schema& remembered) {
  if (step.optional) return not_supported("An optional step of 'scan'", step.span);
  StepScanNode::Step out;
  out.output = TRY(output_of(step));
  out.condition = TRY(bind_typed(binding, rows, *step.condition, Type::bool_, "The condition of a step"));
  for (const ast::Scan::Assignment& assignment : step.assignments) {
    const auto column = columnar::find_column(remembered, assignment.name.text);
    if (!column)
      return semantic_error(
          "A step assigns to columns, also declared ones; " + quoted(assignment.name.text) + " is none.",
          assignment.name.span);
    out.assignments.push_back({*column, TRY(bind_assigned(binding, rows, *assignment.value, remembered[*column].type,
                                                          "The assigned value"))});
  }
  return out;
}

}  // namespace

Result<PlanPtr> bind_scan(Binding& binding, const ast::Scan& op, PlanPtr input) {
  TRY(check_options(op, {"with_match_id"}));
  if (!op.order_by.empty() || !op.partition_by.empty())
    return not_supported("'order by' and 'partition by' in 'scan'", op.keyword.span);
  if (!is_in_order(binding, *input))
    return semantic_error("'scan' needs rows in order: after sort, serialize and the like.", op.keyword.span);
  if (op.steps.empty()) return semantic_error("'scan' needs a step.", op.span);
  const Schema row = input->output;
  auto node = make_node<StepScanNode>(op.span, std::move(input));
  TRY(bind_declared(binding, op, *node));
  const Schema remembered = node->output;
  std::vector<Qualifier> qualifiers;
  for (size_t i = 0; i < op.steps.size(); ++i) {
    for (const Qualifier& known : qualifiers)
      if (known.name == op.steps[i].name.text)
        return semantic_error("The step " + quoted(known.name) + " is defined twice.", op.steps[i].name.span);
    qualifiers.push_back({op.steps[i].name.text, &remembered, row.size() + i * remembered.size()});
  }
  Rows rows{&row, true, nullptr, nullptr, &qualifiers, nullptr};
  for (const ast::Scan::Step& step : op.steps) node->steps.push_back(TRY(bind_step(binding, step, rows, remembered)));
  if (op.option("with_match_id")) {
    node->match_id = true;
    node->output.push_back({std::string(op.option_text("with_match_id")), Type::long_});
  }
  return node;
}

}  // namespace vedette::kql
