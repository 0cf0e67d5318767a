// The head of a record of the manifest and of a log: body_size:u32 checksum:u64 (XXH3 of the body).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vedette::tables {

inline constexpr size_t record_head_bytes = 4 + 8;

// Head and body. `body` has room for the head before it: its first record_head_bytes bytes are overwritten.
std::string with_record_head(std::string body);

enum class RecordState : uint8_t {
  whole,
  cut_off,  // the file ends before the record does or has only zeros there, or its checksum, the last's, does not match
  damaged,
};

// What stands at the beginning of `bytes`. `body` is the record's when it is whole, and with a wrong checksum.
//
// A size that was changed by one bit and now points behind the end is not taken for a record that is cut off: with that
// bit put right the checksum matches.
RecordState read_record(std::string_view bytes, std::string_view& body);

}  // namespace vedette::tables
