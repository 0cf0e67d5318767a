// The blocks of a column that is being made.
//
// A block is stored as it is, or as a zstd frame where that saves a sixteenth of it; the stored size says which.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "segment_footer.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {

class BlockWriter {
 public:
  explicit BlockWriter(Encodings encodings = Encodings::compact) : encodings_(encodings) {}
  BlockRef add(std::string_view raw);
  BlockRef add_plain(std::string_view raw) { return store(raw, raw.size()); }  // never compressed
  // Its frame when that takes fewer than `bytes_max` bytes, else nothing.
  std::optional<BlockRef> add_compressed(std::string_view raw, size_t bytes_max);
  // The blocks; the offsets of their references count from its beginning.
  std::string take() { return std::move(blocks_); }

 private:
  const Encodings encodings_;
  BlockRef store(std::string_view stored, size_t raw_bytes);
  std::string_view compress(std::string_view raw);

  std::string blocks_;
  std::string buffer_;
};

// What a frame may take at most, so that it is worth to be decompressed.
inline size_t frame_bytes_max(size_t raw_bytes) { return raw_bytes - raw_bytes / 16; }

}  // namespace vedette::tables
