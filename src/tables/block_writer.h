// Appends blocks to a segment file that is being made.
//
// A block is stored as it is, or as a zstd frame where that saves a sixteenth of it; the stored size says which. Blocks
// of equal bytes are stored once: columns whose values go together (DeviceId and DeviceName, the hashes of a file) have
// the same codes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "segment_footer.h"

typedef struct ZSTD_CCtx_s ZSTD_CCtx;

namespace vedette::tables {

class BlockWriter {
 public:
  BlockWriter();
  ~BlockWriter();
  BlockRef add(std::string_view raw);
  BlockRef add_plain(std::string_view raw) { return store(raw, raw.size()); }  // never compressed
  // The smaller of two forms of the same contents: `plain` is stored as it is, `compressible` compressed.
  BlockRef add_smaller(std::string_view plain, std::string_view compressible);
  uint64_t append(std::string_view bytes);  // as it is, without a reference; returns its offset
  std::string take() { return std::move(file_); }

 private:
  BlockRef store(std::string_view stored, size_t raw_bytes);
  std::string_view compress(std::string_view raw);

  std::string file_;
  std::string buffer_;
  std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context_;
  std::unordered_multimap<uint64_t, BlockRef> by_checksum_;
};

}  // namespace vedette::tables
