// reduce: texts grouped by the terms that many of them have. Source: kusto/query: reduce-operator.
#include "operators.h"

namespace vedette::kql {
namespace {

Status bind_properties(Binding& binding, const ast::Reduce& op, ReduceNode& node) {
  for (const ast::Option& property : op.properties) {
    const std::string_view name = property.name.text;
    if (name == "characters") {
      node.characters = TRY(bind_text(binding, *property.value, "The characters of 'reduce'"));
    } else if (name == "threshold") {
      const BoundExpression value =
          TRY(bind_constant(binding, *property.value, Type::real, "The threshold of 'reduce'"));
      const bool known = is_constant(value) && !value.constant.is_null(0);
      node.threshold = known ? value.constant.view<double>()[0] : -1;
      if (!(node.threshold >= 0 && node.threshold <= 1))
        return semantic_error("The threshold of 'reduce' must be a constant from 0 to 1.", property.name.span);
    } else {
      return not_supported("The property " + quoted(name) + " of 'reduce'", property.name.span);
    }
  }
  return {};
}

}  // namespace

Result<PlanPtr> bind_reduce(Binding& binding, const ast::Reduce& op, PlanPtr input) {
  TRY(check_options(op, {"kind"}));
  auto node = make_node<ReduceNode>(op.span);
  TRY(bind_properties(binding, op, *node));
  if (op.option("kind") && op.option_text("kind") != "source")
    return semantic_error("'reduce' has the kind source only.", op.option("kind")->name.span);
  node->keeps_rows = op.option("kind") != nullptr;
  const Rows rows{&input->output, true, nullptr, nullptr};
  BoundExpression text = TRY(bind_expression(binding, rows, *op.by.expr));
  if (text.type != Type::string)
    return semantic_error("'reduce' takes a string; convert it first, as in tostring(…).", op.by.span);
  std::vector<Projected> columns;
  if (node->keeps_rows) {
    node->output = input->output;
    for (size_t i = 0; i < input->output.size(); ++i)
      columns.push_back({input->output[i].name, column_expression(i, input->output[i].type)});
  }
  columns.push_back({"__text", std::move(text)});
  for (const columnar::Column& made :
       Schema{{"Pattern", Type::string}, {"Count", Type::long_}, {"Representative", Type::string}}) {
    if (columnar::find_column(node->output, made.name))
      return semantic_error("The rows have a column " + quoted(made.name) + " already.", op.keyword.span);
    node->output.push_back(made);
  }
  node->inputs.push_back(TRY(project(binding, std::move(input), std::move(columns), op.span)));
  return node;
}

}  // namespace vedette::kql
