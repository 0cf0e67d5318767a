// How far an input was stored, as the event store's state keeps it: one JSON object.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/ingest/pipeline.h"

namespace vedette::ingest {

struct Cursor {
  uint64_t next_ordinal = 0;
  std::vector<uint64_t> pending;
  uint64_t quarantine_bytes = 0;
  uint64_t bytes = 0;  // of the input that had been read
  std::string hash;    // of these bytes
  bool complete = false;
  IngestSummary summary;  // counts only
};

std::string to_text(const Cursor& cursor);
base::Result<Cursor> parse_cursor(std::string_view text);  // corrupt_data

}  // namespace vedette::ingest
