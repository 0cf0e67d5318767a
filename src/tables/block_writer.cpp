#include "block_writer.h"

#include <xxhash.h>
#include <zstd.h>

#include <algorithm>

#include "vedette/base/owned.h"
#include "vedette/base/spares.h"

namespace vedette::tables {
namespace {

constexpr int zstd_level = 1;

// Making its tables takes longer than to compress a small block.
using Compression = base::Owned<ZSTD_CCtx, ZSTD_freeCCtx>;
base::Spares<Compression> compressions([] { return Compression(ZSTD_createCCtx()); });

}  // namespace

// "" when it cannot be compressed.
std::string_view BlockWriter::compress(std::string_view raw) {
  const size_t bound = ZSTD_compressBound(raw.size());
  if (buffer_.size() < bound) buffer_.resize(bound);
  auto context = compressions.take();
  const size_t size =
      ZSTD_compressCCtx((*context).get(), buffer_.data(), buffer_.size(), raw.data(), raw.size(), zstd_level);
  return ZSTD_isError(size) ? std::string_view() : std::string_view(buffer_).substr(0, size);
}

BlockRef BlockWriter::add(std::string_view raw) {
  const auto compressed = add_compressed(raw, frame_bytes_max(raw.size()));
  return compressed ? *compressed : store(raw, raw.size());
}

std::optional<BlockRef> BlockWriter::add_compressed(std::string_view raw, size_t bytes_max) {
  if (raw.empty() || encodings_ != Encodings::compact) return std::nullopt;
  const std::string_view compressed = compress(raw);
  if (compressed.empty() || compressed.size() >= std::min(bytes_max, raw.size())) return std::nullopt;
  return store(compressed, raw.size());
}

BlockRef BlockWriter::store(std::string_view stored, size_t raw_bytes) {
  BlockRef ref;
  ref.offset = blocks_.size();
  ref.stored_bytes = stored.size();
  ref.raw_bytes = raw_bytes;
  ref.checksum = XXH3_64bits(stored.data(), stored.size());
  blocks_ += stored;
  return ref;
}

}  // namespace vedette::tables
