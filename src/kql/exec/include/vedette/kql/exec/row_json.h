// Rows on the wire, as DESIGN's "Values as JSON" has them.
#pragma once

#include <string>

#include "vedette/columnar/vector.h"

namespace vedette::kql {

// Row `row` as a JSON array in the order of the columns.
void append_row_json(std::string& out, const columnar::Batch& batch, size_t row);

}  // namespace vedette::kql
