// Texts and typed columns.
#pragma once

#include "query_context.h"

namespace vedette::kql {

// Text that was cut out of a string: what tolong(), todatetime(), … make of it.
base::Result<Vector> convert_text(const Vector& text, Type type, QueryContext& query);
// What tostring() makes of values.
base::Result<Vector> to_text(const Vector& values, QueryContext& query);

}  // namespace vedette::kql
