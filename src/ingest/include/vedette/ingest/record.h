// What a file or a pushed body is cut into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/columnar/arena.h"
#include "vedette/columnar/dynamic.h"

namespace vedette::ingest {

// One thing a provider said, in one of the forms a connector understands: JSON (`value`) or a line of text (`value` is
// null). Views live as long as their batch's arena.
struct Record {
  columnar::Dynamic value;
  std::string_view text;  // as it was sent
  std::string_view file;  // the member's name inside its archive, or the file's
  uint64_t ordinal = 0;   // from 0 within the input; also counts what is quarantined
  uint32_t parts = 1;     // how many records of the input it joins (Grouper)
};

// What could not be read, kept so that nothing disappears.
struct QuarantinedRecord {
  std::string reason;
  std::string text;  // the first ReadLimits::quarantine_text_bytes_max bytes
  std::string file;
  uint64_t ordinal = 0;
  uint64_t offset = 0;  // in the (decompressed) member
  uint64_t line = 0;    // from 1
  uint32_t parts = 1;   // as a record's
};

struct RecordBatch {
  std::shared_ptr<columnar::Arena> arena = std::make_shared<columnar::Arena>();
  std::vector<Record> records;
  std::vector<QuarantinedRecord> quarantined;
  size_t text_bytes = 0;
  size_t rows_built = 0;  // records before these that ReadOptions::rows took

  bool empty() const { return records.empty() && quarantined.empty() && rows_built == 0; }
};

}  // namespace vedette::ingest
