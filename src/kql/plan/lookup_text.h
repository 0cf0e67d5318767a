// What the lookup plugins have in common: rows of a source beside those of a table that they belong to.
#pragma once

#include <set>

#include "inner_text.h"

namespace vedette::kql {

enum class LookupOrder : uint8_t { source_first, table_first };

// The columns of the source are __l0, __l1, … in a text, those of the table __r0, __r1, …
struct LookupColumns {
  Schema source, table;
  std::set<size_t> left_out;  // columns of the table that the result does not have

  std::string source_text() const;  // "__l0 = ['a'], __l1 = ['b']"
  std::string table_text() const;
  // The result's columns under names made unique.
  std::string result_text(LookupOrder order) const;
};

}  // namespace vedette::kql
