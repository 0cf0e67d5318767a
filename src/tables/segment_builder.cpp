#include "segment_builder.h"

#include <xxhash.h>

#include "vedette/base/bytes.h"

namespace vedette::tables {

SegmentBuilder::SegmentBuilder(size_t expected_bytes) {
  constexpr size_t footer_bytes = 64 << 10;
  file_.reserve(expected_bytes + footer_bytes);
  file_ = segment_magic;
}

void SegmentBuilder::add(EncodedColumn encoded) {
  StoredColumn& column = encoded.column;
  const auto move = [&](BlockRef& ref) {
    ref = store(std::string_view(encoded.blocks).substr(ref.offset, ref.stored_bytes), ref);
  };
  if (column.encoding == Encoding::fixed || column.encoding == Encoding::integers) move(column.validity);
  if (column.encoding == Encoding::fixed) move(column.values);
  for (ValueChunk& chunk : column.chunks) move(chunk.ref);
  for (RangeBlock& block : column.blocks) move(block.ref);
  if (column.terms) {
    column.terms->offset = file_.size();
    file_ += encoded.terms;
    move(column.terms->directory);
  }
  columns_.push_back(std::move(column));
}

BlockRef SegmentBuilder::store(std::string_view stored, BlockRef ref) {
  const auto [first, end] = by_checksum_.equal_range(ref.checksum);
  for (auto at = first; at != end; ++at)
    if (at->second.raw_bytes == ref.raw_bytes &&
        std::string_view(file_).substr(at->second.offset, at->second.stored_bytes) == stored)
      return at->second;
  ref.offset = file_.size();
  file_ += stored;
  by_checksum_.emplace(ref.checksum, ref);
  return ref;
}

std::string SegmentBuilder::finish(SegmentFooter footer) {
  footer.columns = std::move(columns_);
  const std::string end = encode_footer(footer);
  base::ByteWriter tail;
  tail.fixed(static_cast<uint32_t>(end.size()));
  tail.fixed<uint64_t>(XXH3_64bits(end.data(), end.size()));
  tail.raw(segment_end_magic);
  file_ += end;
  file_ += tail.take();
  if (file_.capacity() > 2 * file_.size()) file_.shrink_to_fit();  // a few rows of the log, kept in memory
  return std::move(file_);
}

}  // namespace vedette::tables
