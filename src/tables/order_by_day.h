// Rows in the order of the day of their Timestamp, so that a segment of them covers few days.
#pragma once

#include <vector>

#include "vedette/columnar/vector.h"

namespace vedette::tables {

// The rows of one day keep their order. Rows without a time come first.
std::vector<columnar::Batch> order_by_day(const columnar::Schema& schema, std::vector<columnar::Batch> batches);
// The same rows in parts of `rows_max`, the last of the rest.
std::vector<std::vector<columnar::Batch>> cut(std::vector<columnar::Batch> batches, size_t rows_max);

}  // namespace vedette::tables
