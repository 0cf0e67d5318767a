// KQL that makes the columns of a hunting table out of an object that has them as members, as Microsoft's exports do.
#pragma once

#include <string>
#include <string_view>

#include "vedette/tables/declaration.h"

namespace vedette::ingest {

// " | project …": every declared column of the member of its name, converted; null where there is none. `row` is an
// expression of type dynamic.
std::string project_columns(const tables::TableDeclaration& table, std::string_view row);
// An expression: what keeps the object from being a row, "" when nothing does: it has no members, or the first value
// that its column's type cannot hold.
std::string misfit_of(const tables::TableDeclaration& table, std::string_view row);

}  // namespace vedette::ingest
