#include "plugin_text.h"

namespace vedette::kql {

PluginText::PluginText(Binding& binding, const ast::Call& call, PlanPtr input)
    : binding_(binding),
      call_(call),
      input_(std::move(input)),
      columns_(input_->output),
      text_(binding, std::string(call.name.text), call.span) {}

Status PluginText::check_count(size_t least, size_t most) const {
  if (argument_count() >= least && argument_count() <= most) return {};
  return semantic_error(quoted(call_.name.text) + " does not take " + std::to_string(argument_count()) + " arguments.",
                        call_.span);
}

bool PluginText::is_column(size_t index) { return column(index).has_value(); }
bool PluginText::is_table(size_t index) const {
  return is_tabular(binding_, Rows{&columns_, true, nullptr, nullptr}, argument(index));
}

Result<columnar::Column> PluginText::column(size_t index) {
  const BoundExpression value =
      TRY(bind_expression(binding_, Rows{&columns_, true, nullptr, nullptr}, argument(index)));
  if (value.kind != ExpressionKind::column)
    return semantic_error(
        "Argument " + std::to_string(index + 1) + " of " + quoted(call_.name.text) + " must be a column.",
        call_.arguments[index].span);
  return columns_[value.column];
}

Result<Schema> PluginText::columns_from(size_t index) {
  Schema columns;
  for (; index < argument_count(); ++index) columns.push_back(TRY(column(index)));
  return columns;
}

Result<BoundExpression> PluginText::value(size_t index) { return bind_expression(binding_, Rows{}, argument(index)); }

Status PluginText::add_value(std::string_view name, size_t index, Type type) {
  return add_value(name, TRY(converted(binding_, TRY(value(index)), type)));
}

Result<Schema> PluginText::add_table(std::string_view name, size_t index) {
  PlanPtr plan = TRY(bind_tabular(binding_, argument(index)));
  Schema columns = plan->output;
  TRY(text_.add_rows(name, std::move(plan)));
  return columns;
}

Result<PlanPtr> PluginText::bind(std::string text) {
  TRY(text_.add_rows("T", std::move(input_)));
  return text_.bind(std::move(text));
}

}  // namespace vedette::kql
