// as, invoke, assert-schema.
#include "hunting_functions.h"
#include "operators.h"

namespace vedette::kql {

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
  if (!find_variable(binding.scope, call->name.text)) {
    if (auto hunting = bind_hunting_function(binding, *call, input)) return std::move(*hunting);
    return not_supported("The function " + quoted(call->name.text) + " of 'invoke'", call->name.span);
  }
  return bind_tabular_call(binding, *call, std::move(input));
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
