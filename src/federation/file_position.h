// How far the files of an instance were read: one JSON object in the event store's state, written in the commit of the
// rows that stand before each place.
//
//   {"files":[{"device","inode","path","offset","skipping","mark","away"}, …]}
//
// A file is known by its device and inode, so that a new name is no new file; and by its mark, a hash of what stands at
// its beginning and before the place, so that a new file with an old inode, or one that was cut off and has grown
// again, is no old file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/io/outside_file.h"

namespace vedette::federation {

struct FilePosition {
  io::FileIdentity file = {};
  std::string path = {};  // where it was seen last
  uint64_t offset = 0;    // behind the last line that is stored
  bool skipping = false;  // what stands at `offset` is the rest of a line that is no record
  std::string mark = {};  // "": nothing was read yet
  bool away = false;      // it was not there when it was looked for
};

std::string encode(const std::vector<FilePosition>& positions);
base::Result<std::vector<FilePosition>> decode_file_positions(std::string_view text);  // corrupt_data; "": none

// The mark of a place. "" when the file is shorter.
base::Result<std::string> mark_of(const io::OutsideFile& file, uint64_t offset);

}  // namespace vedette::federation
