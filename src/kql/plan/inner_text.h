// Operators and plugins said in KQL: a text bound over rows and values that it knows by name.
#pragma once

#include "tabular.h"

namespace vedette::kql {

// A column's name as it may stand in a text: ['name'].
std::string column_text(std::string_view name);
// "['a'], ['b']", each with `prefix` before it.
std::string column_list(const Schema& columns, std::string_view prefix = {});

// "['a'] = v, ['b'] = w" of as many names and values; names that repeat are made unique, as by a join.
std::string assignments_text(const std::vector<std::string>& names, const std::vector<std::string>& values);

// Where a text names its rows. Those of mv-apply and partition can be read at one place only.
enum class RowReads : uint8_t { once, several };

class InnerText {
 public:
  // Names of `outer` are known to the text too. `who` is named in errors.
  InnerText(Binding& binding, std::string who, SourceSpan span, ScopePtr outer = nullptr)
      : binding_(binding), who_(std::move(who)), span_(span), scope_(std::move(outer)) {}

  Status add_value(std::string_view name, BoundExpression value);
  Status add_rows(std::string_view name, PlanPtr rows, RowReads reads = RowReads::several);
  Result<PlanPtr> bind(std::string text);

 private:
  Binding& binding_;
  std::string who_;
  SourceSpan span_;
  ScopePtr scope_;
};

}  // namespace vedette::kql
