// The log of commits that says which segments exist.
//
//   manifest := "VDMAN01\n" record*
//   record   := body_size:u32 checksum:u64 (XXH3 of the body) body
//   body     := added_count:varint segment* removed_count:varint segment* state_count:varint (key:text value:text)*
//   segment  := table:text number:varint
//
// A record that the file's end cuts off, or the last one when its checksum does not match, is an interrupted commit
// that was never acknowledged: it is dropped. Damage before that is corrupt_data.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::tables {

struct SegmentName {
  std::string table;
  uint64_t number = 0;
  bool operator==(const SegmentName&) const = default;
};

struct ManifestRecord {
  std::vector<SegmentName> added, removed;
  std::map<std::string, std::string> state;  // an empty value removes the key
};

inline constexpr std::string_view manifest_magic = "VDMAN01\n";

std::string encode_record(const ManifestRecord& record);

struct ManifestContents {
  std::vector<ManifestRecord> records;
  size_t valid_bytes = 0;  // what follows is the remains of an interrupted commit
};

// not_supported when the format is newer than this program.
base::Result<ManifestContents> decode_manifest(std::string_view bytes);

}  // namespace vedette::tables
