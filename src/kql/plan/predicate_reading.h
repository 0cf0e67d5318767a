// What the predicate of find or search reads of its tables.
#pragma once

#include <string_view>
#include <vector>

#include "binding.h"

namespace vedette::kql {

struct Reading {
  std::vector<std::string_view> names;  // of columns, in the order of the text
  bool everywhere = false;              // a term, `*` or pack_all() reads every column
};

Reading reading_of(const Binding& binding, const ast::Expr& predicate);
bool reads(const Reading& reading, std::string_view column);
bool reads_any(const Reading& reading, const Schema& columns);

}  // namespace vedette::kql
