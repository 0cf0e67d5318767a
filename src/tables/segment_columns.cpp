// Segment: decoding the blocks of a column.
#include <algorithm>

#include "dynamic_codec.h"
#include "integer_block.h"
#include "segment_file.h"
#include "vedette/base/bytes.h"

namespace vedette::tables {

using columnar::Selection;
using columnar::Type;
using columnar::Vector;
using columnar::VectorBuilder;

namespace {

size_t rows_of_block(size_t rows, size_t block) { return std::min(block_rows, rows - block * block_rows); }

// Appends the values of a chunk that `wanted(i)` asks for; they point into `bytes`.
template <class Wanted>
bool append_values(VectorBuilder& out, std::string_view bytes, size_t count, const Wanted& wanted) {
  base::ByteReader sizes(bytes);
  std::vector<size_t> ends(count);
  uint64_t total = 0;
  for (size_t& end : ends) end = total += sizes.varint();
  if (!sizes.ok() || sizes.remaining() != total) return false;
  const std::string_view values = bytes.substr(bytes.size() - total);
  for (size_t i = 0; i < count; ++i) {
    if (!wanted(i)) continue;
    const size_t begin = i == 0 ? 0 : ends[i - 1];
    const std::string_view value = values.substr(begin, ends[i] - begin);
    if (out.type() == Type::string) {
      out.append(value);
      continue;
    }
    base::ByteReader encoded(value);
    out.append(decode(encoded, out.arena()));
    if (!encoded.ok()) return false;
  }
  return true;
}

template <class Code>
bool unpack_plain_codes(std::string_view packed, std::vector<uint32_t>& codes) {
  if (packed.size() != codes.size() * sizeof(Code)) return false;
  for (size_t i = 0; i < codes.size(); ++i) {
    Code code;
    std::memcpy(&code, packed.data() + i * sizeof code, sizeof code);
    codes[i] = code;
  }
  return true;
}

bool below(const std::vector<uint32_t>& codes, size_t limit) {
  uint32_t most = 0;
  for (const uint32_t code : codes) most = std::max(most, code);
  return codes.empty() || most < limit;
}

template <class T>
void put_integers(VectorBuilder& out, std::span<const int64_t> values) {
  T* to = out.resize<T>(values.size());
  for (size_t i = 0; i < values.size(); ++i) to[i] = static_cast<T>(values[i]);
}

}  // namespace

Vector vector_of_integers(Type type, const std::vector<int64_t>& values, std::string_view valid) {
  VectorBuilder out(type, values.size());
  if (type == Type::bool_)
    put_integers<uint8_t>(out, values);
  else if (type == Type::int_)
    put_integers<int32_t>(out, values);
  else
    put_integers<int64_t>(out, values);
  for (size_t row = 0; row < valid.size(); ++row)
    if (!valid[row]) out.set_null(row);
  return out.finish();
}

std::vector<BlockRef> refs_of(const std::vector<RangeBlock>& blocks) {
  std::vector<BlockRef> refs;
  for (const RangeBlock& block : blocks) refs.push_back(block.ref);
  return refs;
}
std::vector<BlockRef> refs_of(const std::vector<ValueChunk>& chunks) {
  std::vector<BlockRef> refs;
  for (const ValueChunk& chunk : chunks) refs.push_back(chunk.ref);
  return refs;
}

bool has_dictionary(const StoredColumn& column) {
  return column.encoding == Encoding::packed_dictionary || column.encoding == Encoding::plain_dictionary;
}

base::Result<Vector> Segment::read_values(const StoredColumn& column, int64_t& bytes_read) const {
  const Type type = column.column.type;
  if (column.encoding == Encoding::plain_dictionary) {
    auto bytes =
        std::make_shared<const std::string>(TRY(impl_->read_block(column, column.values, "values", bytes_read)));
    base::ByteReader in(*bytes);
    const uint64_t count = in.varint();
    VectorBuilder out(type, std::min<uint64_t>(count, segment_rows_max));
    for (uint64_t i = 0; i < count && in.ok(); ++i) {
      base::ByteReader encoded(in.text());
      if (type == Type::string)
        out.append(encoded.raw(encoded.remaining()));
      else
        out.append(decode(encoded, out.arena()));
      if (!encoded.ok()) in.fail();
    }
    if (!in.ok()) return impl_->damaged(column, "values");
    out.keep_alive(std::move(bytes));
    return out.finish();
  }
  VectorBuilder out(type, column.value_count);
  // In one place, so that those who go through the texts find them on few, large pages.
  size_t total = 0;
  for (const ValueChunk& chunk : column.chunks) {
    if (chunk.ref.raw_bytes > raw_bytes_max) return impl_->damaged(column, "values");
    total += chunk.ref.raw_bytes;
  }
  const std::shared_ptr<char[]> bytes = std::make_shared_for_overwrite<char[]>(total);
  TRY(impl_->read_blocks_into(column, refs_of(column.chunks), "values", bytes_read, {bytes.get(), total}));
  size_t at = 0;
  for (size_t i = 0; i < column.chunks.size(); ++i) {
    const auto& [first, count, ref] = column.chunks[i];
    if (!append_values(out, {bytes.get() + at, ref.raw_bytes}, count, [](size_t) { return true; }))
      return impl_->damaged(column, block_name("values", i));
    at += ref.raw_bytes;
  }
  out.keep_alive(bytes);
  out.set_distinct();
  return out.finish();
}

// Values that point into the segment's bytes, where these hold them as they are. They keep all of the segment.
base::Result<Vector> Segment::values_in_place(const StoredColumn& column, int64_t& bytes_read) const {
  const bool plain = std::all_of(column.chunks.begin(), column.chunks.end(), [&](const ValueChunk& chunk) {
    return chunk.ref.raw_bytes == chunk.ref.stored_bytes;
  });
  if (column.encoding == Encoding::plain_dictionary || !plain) return read_values(column, bytes_read);
  VectorBuilder out(column.column.type, column.value_count);
  const std::string_view bytes = *impl_->memory;
  for (size_t i = 0; i < column.chunks.size(); ++i) {
    const auto& [first, count, ref] = column.chunks[i];
    const std::string_view chunk = bytes.substr(std::min<size_t>(ref.offset, bytes.size()), ref.stored_bytes);
    if (!is_intact(chunk, ref) || !append_values(out, chunk, count, [](size_t) { return true; }))
      return impl_->damaged(column, block_name("values", i));
  }
  out.keep_alive(impl_->memory);
  out.set_distinct();
  return out.finish();
}

base::Result<Vector> Segment::read_values(const StoredColumn& column, std::span<const uint32_t> codes,
                                          int64_t& bytes_read) const {
  if (column.encoding == Encoding::plain_dictionary) {
    const Vector all = TRY(read_values(column, bytes_read));
    return all.select(std::make_shared<std::vector<uint32_t>>(codes.begin(), codes.end())).flattened();
  }
  VectorBuilder out(column.column.type, codes.size());
  for (size_t at = 0; at < codes.size();) {
    const auto after = std::upper_bound(column.chunks.begin(), column.chunks.end(), codes[at],
                                        [](uint32_t code, const ValueChunk& chunk) { return code < chunk.first; });
    const ValueChunk& chunk = *std::prev(after);
    const std::string what = block_name("values", static_cast<size_t>(after - column.chunks.begin() - 1));
    auto bytes = TRY(impl_->cached_block(column, chunk.ref, what, bytes_read));
    const auto wanted = [&](size_t i) {
      const bool is_next = at < codes.size() && codes[at] == chunk.first + i;
      at += is_next;
      return is_next;
    };
    const size_t before = at;
    if (!append_values(out, *bytes, chunk.count, wanted) || at == before) return impl_->damaged(column, what);
    out.keep_alive(std::move(bytes));
  }
  return out.finish();
}

base::Result<Selection> Segment::read_codes(const StoredColumn& column, int64_t& bytes_read) const {
  auto codes = std::make_shared<std::vector<uint32_t>>(row_count());
  if (column.encoding == Encoding::plain_dictionary) {
    const std::string packed = TRY(impl_->read_block(column, column.blocks[0].ref, "codes", bytes_read));
    const bool fits = packed.size() == codes->size()       ? unpack_plain_codes<uint8_t>(packed, *codes)
                      : packed.size() == 2 * codes->size() ? unpack_plain_codes<uint16_t>(packed, *codes)
                                                           : unpack_plain_codes<uint32_t>(packed, *codes);
    const Vector values = TRY(read_values(column, bytes_read));
    if (!fits || !below(*codes, values.size())) return impl_->damaged(column, "codes");
    return Selection(std::move(codes));
  }
  TRY(impl_->read_blocks(column, refs_of(column.blocks), "codes", bytes_read,
                         [&](size_t i, const std::string& bytes) -> base::Status {
                           const auto part = std::span(*codes).subspan(i * block_rows, rows_of_block(row_count(), i));
                           if (decode_codes(bytes, part)) return {};
                           return impl_->damaged(column, block_name("codes", i));
                         }));
  if (!below(*codes, column.value_count)) return impl_->damaged(column, "codes");
  return Selection(std::move(codes));
}

base::Result<Vector> Segment::read_flat(const StoredColumn& column, int64_t& bytes_read) const {
  const size_t rows = row_count();
  const std::string valid = TRY(impl_->read_block(column, column.validity, "validity", bytes_read));
  if (!valid.empty() && valid.size() != rows) return impl_->damaged(column, "validity");
  if (column.encoding == Encoding::integers) {
    std::vector<int64_t> values(rows);
    TRY(impl_->read_blocks(column, refs_of(column.blocks), "values", bytes_read,
                           [&](size_t i, const std::string& bytes) -> base::Status {
                             const auto part = std::span(values).subspan(i * block_rows, rows_of_block(rows, i));
                             if (decode_integers(bytes, part)) return {};
                             return impl_->damaged(column, block_name("values", i));
                           }));
    return vector_of_integers(column.column.type, values, valid);
  }
  const std::string values = TRY(impl_->read_block(column, column.values, "values", bytes_read));
  if (values.size() != rows * columnar::native_size(column.column.type)) return impl_->damaged(column, "values");
  auto data = std::make_shared<columnar::VectorData>();
  data->type = column.column.type;
  data->size = rows;
  data->values = std::unique_ptr<std::byte[]>(new std::byte[std::max<size_t>(values.size(), 1)]);
  std::memcpy(data->values.get(), values.data(), values.size());
  data->valid.assign(valid.begin(), valid.end());
  return Vector(std::move(data), rows);
}

}  // namespace vedette::tables
