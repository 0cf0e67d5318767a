// Plugins said in KQL: a text over the plugin's input, which it calls `T`, and over its arguments. A name of the text's
// own begins with `__`, so that a column of the input does not hide it.
#pragma once

#include "inner_text.h"

namespace vedette::kql {

class PluginText {
 public:
  PluginText(Binding& binding, const ast::Call& call, PlanPtr input);

  const Schema& input() const { return columns_; }
  size_t argument_count() const { return call_.arguments.size(); }
  const ast::Expr& argument(size_t index) const { return *call_.arguments[index].expr; }

  Status check_count(size_t least, size_t most) const;
  bool is_column(size_t index);
  bool is_table(size_t index) const;
  // The argument as a column of the input.
  Result<columnar::Column> column(size_t index);
  // All arguments from there on, as columns: dimensions.
  Result<Schema> columns_from(size_t index);
  Result<BoundExpression> value(size_t index);
  // The argument's value, converted; the text calls it `name`.
  Status add_value(std::string_view name, size_t index, Type type);
  Status add_value(std::string_view name, BoundExpression value) { return text_.add_value(name, std::move(value)); }
  // The argument's rows, which the text calls `name`; their columns.
  Result<Schema> add_table(std::string_view name, size_t index);

  Result<PlanPtr> bind(std::string text);

 private:
  Binding& binding_;
  const ast::Call& call_;
  PlanPtr input_;
  const Schema columns_;
  InnerText text_;
};

}  // namespace vedette::kql
