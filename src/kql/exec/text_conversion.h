// Text that was cut out of a string, as a typed column: what tolong(), todatetime(), … make of it.
#pragma once

#include "query_context.h"

namespace vedette::kql {

base::Result<Vector> convert_text(const Vector& text, Type type, QueryContext& query);

}  // namespace vedette::kql
