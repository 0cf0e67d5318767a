// Rows of several tables brought under one schema, for union, search and find.
#pragma once

#include <string>
#include <vector>

#include "operators.h"

namespace vedette::kql {

struct Leg {
  PlanPtr plan;
  std::string source;  // what withsource, source_ and $table say
};

// `name`, else what the leg at that place is called by default: union_arg0, find_arg1, …
std::string source_of(std::string_view name, std::string_view prefix, size_t place);

// A column of the result.
struct UnitedColumn {
  std::string name;
  std::string source_name;  // in the legs
  Type type;
  bool converts = false;  // takes values of every type; else those of other types leave it null
};

// Gives the columns the names that they have in the legs. Several of one name there become name_type each, with a
// number when a column is called that already (union-operator of the documentation).
void name_columns(std::vector<UnitedColumn>& columns, std::string_view source);
// What a row of a leg with these columns has there.
Result<BoundExpression> united_value(Binding& binding, const Schema& have, const UnitedColumn& column, SourceSpan span);

enum class CommonColumns : uint8_t { outer, inner };  // all columns, or those that every leg has

// Adds the tables of the catalog and the views in scope whose names match the pattern.
Status add_matching_tables(Binding& binding, const ast::Name& pattern, std::vector<Leg>& legs);
// The union of the legs; a column `source` comes first when it is named.
Result<PlanPtr> unite(Binding& binding, std::vector<Leg> legs, CommonColumns common, std::string_view source,
                      SourceSpan span);

}  // namespace vedette::kql
