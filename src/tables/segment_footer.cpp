#include "segment_footer.h"

#include "integer_block.h"
#include "vedette/base/bytes.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {
namespace {

void write(base::ByteWriter& out, const BlockRef& ref) {
  out.varint(ref.offset);
  out.varint(ref.stored_bytes);
  out.varint(ref.raw_bytes);
  out.fixed(ref.checksum);
}

BlockRef read_ref(base::ByteReader& in) {
  BlockRef ref;
  ref.offset = in.varint();
  ref.stored_bytes = in.varint();
  ref.raw_bytes = in.varint();
  ref.checksum = in.fixed<uint64_t>();
  return ref;
}

void write(base::ByteWriter& out, const std::vector<RangeBlock>& blocks) {
  out.varint(blocks.size());
  for (const RangeBlock& block : blocks) {
    write(out, block.ref);
    out.fixed(block.least);
    out.fixed(block.most);
  }
}

void read(base::ByteReader& in, std::vector<RangeBlock>& blocks) {
  const uint64_t count = in.varint();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    RangeBlock& block = blocks.emplace_back();
    block.ref = read_ref(in);
    block.least = in.fixed<int64_t>();
    block.most = in.fixed<int64_t>();
  }
}

void write_dictionary(base::ByteWriter& out, const StoredColumn& column) {
  out.varint(column.value_count);
  out.varint(column.chunks.size());
  for (const ValueChunk& chunk : column.chunks) {
    out.varint(chunk.count);
    write(out, chunk.ref);
  }
  write(out, column.blocks);
  out.byte(column.terms ? 1 : 0);
  if (!column.terms) return;
  out.varint(column.terms->offset);
  write(out, column.terms->directory);
}

void read_dictionary(base::ByteReader& in, StoredColumn& column) {
  column.value_count = in.varint();
  const uint64_t chunk_count = in.varint();
  uint64_t first = 0;
  for (uint64_t i = 0; i < chunk_count && in.ok(); ++i) {
    ValueChunk& chunk = column.chunks.emplace_back();
    chunk.first = first;
    chunk.count = in.varint();
    chunk.ref = read_ref(in);
    first += chunk.count;
  }
  if (first != column.value_count || first > segment_rows_max) in.fail();
  read(in, column.blocks);
  if (in.byte() == 0) return;
  column.terms.emplace();
  column.terms->offset = in.varint();
  column.terms->directory = read_ref(in);
}

// Format 1: both encodings have two blocks.
void read_v1_blocks(base::ByteReader& in, StoredColumn& column) {
  const uint8_t count = in.byte();
  if (count != (column.encoding == Encoding::absent ? 0 : 2)) return in.fail();
  if (column.encoding == Encoding::fixed) column.validity = read_ref(in);
  if (column.encoding != Encoding::absent) column.values = read_ref(in);
  if (column.encoding == Encoding::plain_dictionary) column.blocks.push_back({read_ref(in), 0, 0});
}

void read_blocks(base::ByteReader& in, StoredColumn& column, uint64_t rows) {
  const size_t block_count = (rows + block_rows - 1) / block_rows;
  switch (column.encoding) {
    case Encoding::absent:
      return;
    case Encoding::fixed:
      column.validity = read_ref(in);
      column.values = read_ref(in);
      return;
    case Encoding::integers:
      column.validity = read_ref(in);
      read(in, column.blocks);
      break;
    case Encoding::packed_dictionary:
      read_dictionary(in, column);
      break;
    case Encoding::plain_dictionary:
      in.fail();
  }
  if (column.blocks.size() != block_count) in.fail();
}

}  // namespace

std::string encode_footer(const SegmentFooter& footer) {
  base::ByteWriter out;
  out.varint(footer.rows);
  for (const int64_t ticks : {footer.min_ticks, footer.max_ticks, footer.ingested_first, footer.ingested_last})
    out.fixed(ticks);
  out.varint(footer.columns.size());
  for (const StoredColumn& column : footer.columns) {
    out.text(column.column.name);
    out.byte(static_cast<uint8_t>(column.column.type));
    out.byte(static_cast<uint8_t>(column.encoding));
    out.varint(column.null_count);
    if (column.encoding == Encoding::packed_dictionary) write_dictionary(out, column);
    if (column.encoding == Encoding::fixed || column.encoding == Encoding::integers) write(out, column.validity);
    if (column.encoding == Encoding::fixed) write(out, column.values);
    if (column.encoding == Encoding::integers) write(out, column.blocks);
  }
  return out.take();
}

std::optional<SegmentFooter> decode_footer(std::string_view bytes, int version) {
  base::ByteReader in(bytes);
  SegmentFooter out;
  out.rows = in.varint();
  out.min_ticks = in.fixed<int64_t>();
  out.max_ticks = in.fixed<int64_t>();
  if (version > 1) {
    out.ingested_first = in.fixed<int64_t>();
    out.ingested_last = in.fixed<int64_t>();
  }
  if (out.rows > segment_rows_max) return std::nullopt;
  const uint64_t column_count = in.varint();
  for (uint64_t i = 0; i < column_count && in.ok(); ++i) {
    StoredColumn& column = out.columns.emplace_back();
    column.column.name = in.text();
    const uint8_t type = in.byte(), encoding = in.byte();
    if (type >= columnar::type_count || encoding > (version > 1 ? 4 : 2)) return std::nullopt;
    column.column.type = static_cast<columnar::Type>(type);
    column.encoding = static_cast<Encoding>(encoding);
    column.null_count = in.varint();
    version > 1 ? read_blocks(in, column, out.rows) : read_v1_blocks(in, column);
    if (version < 3) column.terms.reset();
  }
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return out;
}

}  // namespace vedette::tables
