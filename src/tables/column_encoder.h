// A column of a segment: its values to blocks. The format's grammar is in segment.h.
#pragma once

#include <span>

#include "segment_builder.h"
#include "vedette/columnar/vector.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {

// `parts` are the column's rows, one after the other. Without a term index the segment does not stay (it is a log's),
// and its codes are not worth compression.
EncodedColumn encode_column(const columnar::Column& declared, std::span<const columnar::Vector> parts,
                            const SegmentOptions& options);

}  // namespace vedette::tables
