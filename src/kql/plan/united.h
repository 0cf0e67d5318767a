// Rows of several tables brought under one schema, for union and search.
#pragma once

#include <string>
#include <vector>

#include "operators.h"

namespace vedette::kql {

struct Leg {
  PlanPtr plan;
  std::string source;  // what withsource and search's $table say
};

enum class CommonColumns : uint8_t { outer, inner };  // all columns, or those that every leg has

// Adds the tables of the catalog and the views in scope whose names match the pattern.
Status add_matching_tables(Binding& binding, const ast::Name& pattern, std::vector<Leg>& legs);
// The union of the legs; a column `source` comes first when it is named.
Result<PlanPtr> unite(Binding& binding, std::vector<Leg> legs, CommonColumns common, std::string_view source,
                      SourceSpan span);

}  // namespace vedette::kql
