#include "operators.h"
#include "windows.h"

namespace vedette::kql {
namespace {

// Items over the input, with window functions where they stand; `keep` begins with the input's columns.
Result<PlanPtr> bind_items(Binding& binding, ast::List<ast::NamedExpr> items, PlanPtr input, Projection projection,
                           bool keep, SourceSpan span) {
  WindowSink windows{input};
  const Rows rows{&input->output, true, nullptr, &windows};
  if (keep) projection.add_columns(*rows.columns);
  for (const ast::NamedExpr& item : items) TRY(projection.add_item(binding, rows, item));
  return project(binding, std::move(input), projection.take(), span);
}

}  // namespace

Result<PlanPtr> bind_project(Binding& binding, const ast::Project& op, PlanPtr input) {
  TRY(check_options(op, {}));
  return bind_items(binding, op.items, std::move(input), Projection(Projection::Style::project), false, op.span);
}

Result<PlanPtr> bind_extend(Binding& binding, const ast::Extend& op, PlanPtr input) {
  TRY(check_options(op, {}));
  return bind_items(binding, op.items, std::move(input), Projection(Projection::Style::extend), true, op.span);
}

Result<PlanPtr> bind_serialize(Binding& binding, const ast::Serialize& op, PlanPtr input) {
  TRY(check_options(op, {}));
  PlanPtr node = make_node<SerializeNode>(op.span, std::move(input));
  return bind_items(binding, op.items, std::move(node), Projection(Projection::Style::extend), true, op.span);
}

Result<PlanPtr> without_window_columns(Binding& binding, PlanPtr plan, size_t columns, SourceSpan span) {
  if (plan->output.size() == columns) return plan;
  std::vector<Projected> kept;
  for (size_t i = 0; i < columns; ++i)
    kept.push_back({plan->output[i].name, column_expression(i, plan->output[i].type, span)});
  return project(binding, std::move(plan), std::move(kept), span);
}

}  // namespace vedette::kql
