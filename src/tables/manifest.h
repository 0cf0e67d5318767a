// The log of commits that says which segments exist.
//
//   manifest := "VDMAN02\n" record*
//   record   := body_size:u32 checksum:u64 (XXH3 of the body) body
//   body     := added_count:varint segment* removed_count:varint segment* state_count:varint (key:text value:text)*
//               sealed_log:varint
//   segment  := table:text number:varint
//
// The rows of the logs up to the number `sealed_log` are in segments (write_ahead_log.h). Format 1 ("VDMAN01\n") had no
// logs and no sealed_log.
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
  uint64_t sealed_log = 0;
};

inline constexpr std::string_view manifest_magic = "VDMAN02\n";
inline constexpr std::string_view manifest_magic_v1 = "VDMAN01\n";

std::string encode_record(const ManifestRecord& record);

struct ManifestContents {
  std::vector<ManifestRecord> records;
  int version = 2;
  size_t valid_bytes = 0;  // what follows is the remains of an interrupted commit
};

// not_supported when the format is newer than this program.
base::Result<ManifestContents> decode_manifest(std::string_view bytes);

}  // namespace vedette::tables
