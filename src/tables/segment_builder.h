// Puts the encoded columns of a segment together to the bytes of its file.
//
// Blocks of equal bytes are stored once: columns whose values go together (DeviceId and DeviceName, the hashes of a
// file) have the same codes.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "segment_footer.h"

namespace vedette::tables {

struct EncodedColumn {
  StoredColumn column;  // its references are offsets into `blocks`; the terms' into `terms`
  std::string blocks;
  std::string terms;
};

class SegmentBuilder {
 public:
  explicit SegmentBuilder(size_t expected_bytes);
  void add(EncodedColumn encoded);
  // `footer` without its columns.
  std::string finish(SegmentFooter footer);

 private:
  BlockRef store(std::string_view stored, BlockRef ref);

  std::string file_;
  std::vector<StoredColumn> columns_;
  std::unordered_multimap<uint64_t, BlockRef> by_checksum_;
};

}  // namespace vedette::tables
