// Records as columns, and rows as JSON.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/columnar/vector.h"
#include "vedette/ingest/record.h"
#include "vedette/json/value.h"

namespace vedette::ingest {

// The table `source`: Record, Text, File, $record (the index in `records`).
columnar::Batch source_batch(const std::shared_ptr<columnar::Arena>& arena, std::span<const Record> records);

// Rows of UnmappedEvents that say whose record it is, and the record itself.
columnar::Batch unmapped_batch(std::span<const Record* const> records, std::string_view source);

// One row as an object; nulls and empty strings are left out. limit_exceeded past `depth_max`.
base::Result<json::Object> row_object(const columnar::Schema& schema, const columnar::Batch& batch, size_t row,
                                      size_t depth_max);

}  // namespace vedette::ingest
