#include "block_writer.h"

#include <xxhash.h>
#include <zstd.h>

namespace vedette::tables {
namespace {

constexpr int compression_level = 1;

bool pays(size_t compressed, size_t raw) { return compressed > 0 && compressed < raw - raw / 16; }

}  // namespace

BlockWriter::BlockWriter() : file_(segment_magic), context_(ZSTD_createCCtx(), ZSTD_freeCCtx) {}
BlockWriter::~BlockWriter() = default;

// "" when it cannot be compressed.
std::string_view BlockWriter::compress(std::string_view raw) {
  buffer_.resize(ZSTD_compressBound(raw.size()));
  const size_t size =
      ZSTD_compressCCtx(context_.get(), buffer_.data(), buffer_.size(), raw.data(), raw.size(), compression_level);
  return ZSTD_isError(size) ? std::string_view() : std::string_view(buffer_).substr(0, size);
}

BlockRef BlockWriter::add(std::string_view raw) {
  const std::string_view compressed = compress(raw);
  return store(pays(compressed.size(), raw.size()) ? compressed : raw, raw.size());
}

BlockRef BlockWriter::add_smaller(std::string_view plain, std::string_view compressible) {
  const std::string_view compressed = compress(compressible);
  if (pays(compressed.size(), plain.size()) && compressed.size() < compressible.size())
    return store(compressed, compressible.size());
  return store(plain, plain.size());
}

BlockRef BlockWriter::store(std::string_view stored, size_t raw_bytes) {
  BlockRef ref;
  ref.stored_bytes = stored.size();
  ref.raw_bytes = raw_bytes;
  ref.checksum = XXH3_64bits(stored.data(), stored.size());
  const auto [first, end] = by_checksum_.equal_range(ref.checksum);
  for (auto at = first; at != end; ++at)
    if (at->second.raw_bytes == raw_bytes &&
        std::string_view(file_).substr(at->second.offset, at->second.stored_bytes) == stored)
      return at->second;
  ref.offset = append(stored);
  by_checksum_.emplace(ref.checksum, ref);
  return ref;
}

uint64_t BlockWriter::append(std::string_view bytes) {
  const uint64_t offset = file_.size();
  file_ += bytes;
  return offset;
}

}  // namespace vedette::tables
