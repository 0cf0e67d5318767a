// Rows of several sources in the order of the day of their Timestamp, so that a segment of them covers few days.
#pragma once

#include <vector>

#include "vedette/columnar/vector.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {

// Some rows of a source, in its order: those selected, or `count` from `begin` on.
struct RowPiece {
  size_t source = 0;
  size_t begin = 0, count = 0;
  columnar::Selection selected;  // null: contiguous
  columnar::Vector of(const columnar::Vector& column) const {
    return (selected ? column.select(selected) : column).slice(begin, count);
  }
};

// The rows of one day keep their order. Rows without a time come first. `times` is each source's Timestamp.
std::vector<RowPiece> order_by_day(const std::vector<columnar::Vector>& times);
// The rows of sources of `sizes` in their order.
std::vector<RowPiece> in_order(const std::vector<size_t>& sizes);
// The same rows in parts of `rows_max`, the last of the rest.
std::vector<std::vector<RowPiece>> cut(const std::vector<RowPiece>& pieces, size_t rows_max);

// A column of a source; called from several threads.
using ReadColumn = std::function<base::Result<columnar::Vector>(size_t source, size_t column)>;
// The pieces as what a segment is made of. A column is read once from each source.
SegmentRows rows_of(std::vector<RowPiece> pieces, ReadColumn read);

}  // namespace vedette::tables
