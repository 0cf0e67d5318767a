#include "document_column.h"

namespace vedette::store {

namespace {

constexpr std::string_view compressed = "\x28\xB5\x2F\xFD";  // no JSON text begins so
constexpr int zstd_level = 1;
constexpr unsigned long long document_bytes_max = 1ULL << 30;

base::Error damaged() {
  return base::fail(base::ErrorCode::corrupt_data, "A document of the entity store is damaged.");
}

}  // namespace

std::string_view DocumentColumn::stored(std::string_view json) {
  if (json.size() < compressed_bytes_min) return json;
  if (!compression_) compression_.reset(ZSTD_createCCtx());
  buffer_.resize(ZSTD_compressBound(json.size()));
  const size_t size =
      ZSTD_compressCCtx(compression_.get(), buffer_.data(), buffer_.size(), json.data(), json.size(), zstd_level);
  if (ZSTD_isError(size) || size > json.size() - json.size() / 8) return json;
  buffer_.resize(size);
  return buffer_;
}

base::Result<std::string_view> DocumentColumn::json(std::string_view stored) {
  if (!stored.starts_with(compressed)) return stored;
  const unsigned long long size = ZSTD_getFrameContentSize(stored.data(), stored.size());
  if (size > document_bytes_max) return damaged();  // as are the two errors it may return
  if (!decompression_) decompression_.reset(ZSTD_createDCtx());
  buffer_.resize(size);
  if (ZSTD_decompressDCtx(decompression_.get(), buffer_.data(), size, stored.data(), stored.size()) != size)
    return damaged();
  return buffer_;
}

}  // namespace vedette::store
