// Segment: opening a segment file and decoding its columns. The format's grammar is in segment.h.
#include "vedette/tables/segment.h"

#include <xxhash.h>
#include <zstd.h>

#include <atomic>

#include "bytes.h"
#include "dynamic_codec.h"
#include "segment_format.h"

namespace vedette::tables {

using base::ErrorCode;
using base::fail;
using columnar::Column;
using columnar::Type;
using columnar::Vector;

namespace {

struct BlockRef {
  uint64_t offset = 0, stored_bytes = 0, raw_bytes = 0, checksum = 0;
};

struct StoredColumn {
  Column column;
  Encoding encoding = Encoding::absent;
  uint64_t null_count = 0;
  std::vector<BlockRef> blocks;
};

base::Error damaged(const std::string& path, std::string_view what) {
  return fail(ErrorCode::corrupt_data, "A stored segment is damaged: " + std::string(what) + ".").with_cause(path);
}

}  // namespace

struct Segment::Impl {
  io::FileSystem* files = nullptr;
  std::string path;
  std::unique_ptr<io::File> file;
  uint64_t rows = 0;
  int64_t min_ticks = 0, max_ticks = 0;
  std::vector<StoredColumn> columns;
  mutable std::atomic<bool> delete_on_close = false;

  base::Status read_footer();
  base::Status parse_footer(std::string_view bytes);
  base::Result<std::string> read_block(const StoredColumn& column, size_t index, int64_t& bytes_read) const;
  base::Result<Vector> read_fixed(const StoredColumn& column, int64_t& bytes_read) const;
  base::Result<Vector> read_dictionary(const StoredColumn& column, int64_t& bytes_read) const;
};

Segment::Segment(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Segment::~Segment() {
  if (!impl_->delete_on_close) return;
  impl_->file.reset();
  (void)impl_->files->remove_file(impl_->path);  // what stays behind is removed when the folder is next opened
}

const std::string& Segment::path() const { return impl_->path; }
size_t Segment::row_count() const { return impl_->rows; }
base::DateTime Segment::min_timestamp() const { return {impl_->min_ticks}; }
base::DateTime Segment::max_timestamp() const { return {impl_->max_ticks}; }
void Segment::delete_on_close() const { impl_->delete_on_close = true; }

base::Result<std::shared_ptr<const Segment>> Segment::open(io::FileSystem& files, std::string path) {
  auto impl = std::make_unique<Impl>();
  impl->files = &files;
  impl->file = TRY(files.open_for_reading(path));
  impl->path = std::move(path);
  TRY(impl->read_footer());
  return std::shared_ptr<const Segment>(new Segment(std::move(impl)));
}

base::Status Segment::Impl::read_footer() {
  const uint64_t size = TRY(file->size());
  if (size < segment_magic.size() + segment_tail_bytes) return damaged(path, "it is too short");
  const std::string tail = TRY(file->read_at(size - segment_tail_bytes, segment_tail_bytes));
  ByteReader reader(tail);
  const auto footer_bytes = reader.fixed<uint32_t>();
  const auto checksum = reader.fixed<uint64_t>();
  if (reader.raw(segment_end_magic.size()) != segment_end_magic) return damaged(path, "its end is missing");
  if (footer_bytes > size - segment_magic.size() - segment_tail_bytes)
    return damaged(path, "its footer's size is wrong");
  const std::string footer = TRY(file->read_at(size - segment_tail_bytes - footer_bytes, footer_bytes));
  if (XXH3_64bits(footer.data(), footer.size()) != checksum)
    return damaged(path, "its footer's checksum does not match");
  return parse_footer(footer);
}

base::Status Segment::Impl::parse_footer(std::string_view bytes) {
  ByteReader in(bytes);
  rows = in.varint();
  min_ticks = in.fixed<int64_t>();
  max_ticks = in.fixed<int64_t>();
  const uint64_t column_count = in.varint();
  for (uint64_t i = 0; i < column_count && in.ok(); ++i) {
    StoredColumn& column = columns.emplace_back();
    column.column.name = in.text();
    const uint8_t type = in.byte(), encoding = in.byte();
    if (type >= columnar::type_count || encoding > 2) in.fail();
    column.column.type = static_cast<Type>(type);
    column.encoding = static_cast<Encoding>(encoding);
    column.null_count = in.varint();
    const uint8_t block_count = in.byte();
    for (uint8_t block = 0; block < block_count && in.ok(); ++block) {
      BlockRef& ref = column.blocks.emplace_back();
      ref.offset = in.varint();
      ref.stored_bytes = in.varint();
      ref.raw_bytes = in.varint();
      ref.checksum = in.fixed<uint64_t>();
    }
    if (column.encoding != Encoding::absent && column.blocks.size() != 2) in.fail();
  }
  if (!in.ok() || rows > segment_rows_max) return damaged(path, "its footer cannot be read");
  return {};
}

base::Result<std::string> Segment::Impl::read_block(const StoredColumn& column, size_t index,
                                                    int64_t& bytes_read) const {
  constexpr uint64_t raw_bytes_max = uint64_t{4} << 30;
  const BlockRef& ref = column.blocks[index];
  const auto broken = [&] {
    return damaged(path, "block " + std::to_string(index) + " of column " + column.column.name);
  };
  if (ref.raw_bytes > raw_bytes_max) return broken();
  const std::string stored = TRY(file->read_at(ref.offset, ref.stored_bytes));
  if (XXH3_64bits(stored.data(), stored.size()) != ref.checksum) return broken();
  bytes_read += static_cast<int64_t>(stored.size());
  std::string raw(ref.raw_bytes, '\0');
  const size_t size = ZSTD_decompress(raw.data(), raw.size(), stored.data(), stored.size());
  if (ZSTD_isError(size) || size != raw.size()) return broken();
  return raw;
}

base::Result<Vector> Segment::Impl::read_fixed(const StoredColumn& column, int64_t& bytes_read) const {
  const std::string valid = TRY(read_block(column, 0, bytes_read));
  const std::string values = TRY(read_block(column, 1, bytes_read));
  const size_t width = columnar::native_size(column.column.type);
  if (values.size() != rows * width || (!valid.empty() && valid.size() != rows))
    return damaged(path, "column " + column.column.name + " has another number of rows");
  auto data = std::make_shared<columnar::VectorData>();
  data->type = column.column.type;
  data->size = rows;
  data->values = std::unique_ptr<std::byte[]>(new std::byte[std::max<size_t>(values.size(), 1)]);
  std::memcpy(data->values.get(), values.data(), values.size());
  data->valid.assign(valid.begin(), valid.end());
  return Vector(std::move(data), rows);
}

namespace {

// The distinct values as a flat vector that points into `bytes`.
base::Result<Vector> decode_dictionary(Type type, std::shared_ptr<const std::string> bytes, const std::string& path) {
  ByteReader in(*bytes);
  const uint64_t count = in.varint();
  if (count > segment_rows_max) return damaged(path, "a dictionary is too large");
  columnar::VectorBuilder values(type, count);
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::string_view text = in.text();
    if (type == Type::string) {
      values.append(text);
      continue;
    }
    ByteReader encoded(text);
    values.append(decode(encoded, values.arena()));
    if (!encoded.ok()) in.fail();
  }
  if (!in.ok()) return damaged(path, "a dictionary cannot be read");
  values.keep_alive(std::move(bytes));
  return values.finish();
}

template <class Code>
bool unpack_codes(std::string_view packed, size_t distinct, std::vector<uint32_t>& codes) {
  bool in_range = true;
  for (size_t i = 0; i < codes.size(); ++i) {
    Code code;
    std::memcpy(&code, packed.data() + i * sizeof code, sizeof code);
    codes[i] = code;
    in_range &= code < distinct;
  }
  return in_range;
}

}  // namespace

base::Result<Vector> Segment::Impl::read_dictionary(const StoredColumn& column, int64_t& bytes_read) const {
  auto bytes = std::make_shared<const std::string>(TRY(read_block(column, 0, bytes_read)));
  const Vector values = TRY(decode_dictionary(column.column.type, std::move(bytes), path));
  const std::string packed = TRY(read_block(column, 1, bytes_read));
  const size_t distinct = values.size(), width = code_width(distinct);
  if (packed.size() != rows * width)
    return damaged(path, "column " + column.column.name + " has another number of rows");
  auto codes = std::make_shared<std::vector<uint32_t>>(rows);
  const bool in_range = width == 1   ? unpack_codes<uint8_t>(packed, distinct, *codes)
                        : width == 2 ? unpack_codes<uint16_t>(packed, distinct, *codes)
                                     : unpack_codes<uint32_t>(packed, distinct, *codes);
  if (!in_range) return damaged(path, "column " + column.column.name + " has a code outside its dictionary");
  return values.select(std::move(codes));
}

base::Result<Vector> Segment::read(const Column& column, int64_t& bytes_read) const {
  for (const StoredColumn& stored : impl_->columns) {
    if (!(stored.column == column)) continue;
    switch (stored.encoding) {
      case Encoding::absent:
        break;
      case Encoding::fixed:
        return impl_->read_fixed(stored, bytes_read);
      case Encoding::dictionary:
        return impl_->read_dictionary(stored, bytes_read);
    }
  }
  return columnar::constant_null(column.type, impl_->rows);
}

}  // namespace vedette::tables
