// The column `doc` of entities' tables: a document as it is, or compressed where that saves room, in the file and in
// its log: a zstd frame (RFC 8878) that holds its size, known by its first bytes, 28 B5 2F FD.
#pragma once

#include <zstd.h>

#include <string>
#include <string_view>

#include "vedette/base/owned.h"
#include "vedette/base/result.h"

namespace vedette::store {

inline constexpr size_t compressed_bytes_min = 1024;  // shorter ones are stored as they are

// Of one connection, for one thread at a time. What is returned is there until the next call.
class DocumentColumn {
 public:
  std::string_view stored(std::string_view json);
  // corrupt_data when it cannot be decompressed.
  base::Result<std::string_view> json(std::string_view stored);

 private:
  base::Owned<ZSTD_CCtx, ZSTD_freeCCtx> compression_;
  base::Owned<ZSTD_DCtx, ZSTD_freeDCtx> decompression_;
  std::string buffer_;
};

}  // namespace vedette::store
