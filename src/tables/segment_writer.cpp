// encode_segment(): batches to the bytes of a segment file. The format's grammar is in segment.h.
#include <xxhash.h>
#include <zstd.h>

#include <algorithm>
#include <unordered_map>

#include "bytes.h"
#include "dynamic_codec.h"
#include "segment_format.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {
namespace {

using base::ErrorCode;
using base::fail;
using columnar::Batch;
using columnar::Type;
using columnar::Vector;

struct Block {
  std::string stored;
  size_t raw_bytes = 0;
};

struct EncodedColumn {
  Encoding encoding = Encoding::absent;
  uint64_t null_count = 0;
  std::vector<Block> blocks;
};

base::Result<Block> compress(std::string_view raw) {
  constexpr int level = 1;
  Block block;
  block.raw_bytes = raw.size();
  block.stored.resize(ZSTD_compressBound(raw.size()));
  const size_t size = ZSTD_compress(block.stored.data(), block.stored.size(), raw.data(), raw.size(), level);
  if (ZSTD_isError(size)) return fail(ErrorCode::internal, "compression failed");
  block.stored.resize(size);
  return block;
}

// One byte a row, or "" when no row is null.
std::string validity_of(std::span<const Batch> batches, size_t column, uint64_t& null_count) {
  std::string valid;
  for (const Batch& batch : batches)
    for (size_t row = 0; row < batch.rows; ++row) {
      const bool null = batch.columns[column].is_null(row);
      null_count += null;
      valid += static_cast<char>(!null);
    }
  if (null_count == 0) valid.clear();
  return valid;
}

template <class T>
void append_values(std::string& out, const Vector& column, size_t rows) {
  const auto view = column.view<T>();
  for (size_t row = 0; row < rows; ++row) {
    const T value = view.is_null(row) ? T{} : view[row];
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
}

void append_fixed(std::string& out, const Vector& column, size_t rows) {
  switch (column.type()) {
    case Type::bool_:
      return append_values<uint8_t>(out, column, rows);
    case Type::int_:
      return append_values<int32_t>(out, column, rows);
    case Type::long_:
    case Type::datetime:
    case Type::timespan:
      return append_values<int64_t>(out, column, rows);
    case Type::real:
      return append_values<double>(out, column, rows);
    case Type::decimal:
      return append_values<columnar::Decimal>(out, column, rows);
    case Type::guid:
      return append_values<base::Guid>(out, column, rows);
    case Type::string:
    case Type::dynamic:
      return;  // dictionary
  }
}

// Numbers distinct texts in the order of their first appearance.
class Dictionary {
 public:
  uint32_t code_of(std::string_view text) {
    const auto [at, fresh] = codes_.try_emplace(std::string(text), static_cast<uint32_t>(codes_.size()));
    if (fresh) values_.text(text);
    return at->second;
  }
  size_t size() const { return codes_.size(); }
  std::string take() {
    ByteWriter out;
    out.varint(codes_.size());
    out.raw(values_.take());
    return out.take();
  }

 private:
  std::unordered_map<std::string, uint32_t> codes_;
  ByteWriter values_;
};

std::string pack_codes(const std::vector<uint32_t>& codes, size_t width) {
  std::string out(codes.size() * width, '\0');
  for (size_t i = 0; i < codes.size(); ++i) std::memcpy(out.data() + i * width, &codes[i], width);
  return out;
}

std::vector<uint32_t> codes_of(std::span<const Batch> batches, size_t column, Dictionary& dictionary) {
  std::vector<uint32_t> codes;
  for (const Batch& batch : batches) {
    const Vector& vector = batch.columns[column];
    for (size_t row = 0; row < batch.rows; ++row) {
      if (vector.type() == Type::string) {
        codes.push_back(dictionary.code_of(vector.view<std::string_view>()[row]));
        continue;
      }
      ByteWriter encoded;
      encode(encoded, vector.is_null(row) ? columnar::Dynamic() : vector.view<columnar::Dynamic>()[row]);
      codes.push_back(dictionary.code_of(encoded.take()));
    }
  }
  return codes;
}

base::Result<EncodedColumn> encode_column(Type type, std::span<const Batch> batches, size_t column, size_t rows) {
  EncodedColumn out;
  if (type == Type::string || type == Type::dynamic) {
    Dictionary dictionary;
    const auto codes = codes_of(batches, column, dictionary);
    const size_t width = code_width(dictionary.size());
    const std::string values = dictionary.take();
    if (type == Type::string && values == std::string_view("\x01\0", 2)) return out;  // "" in every row
    out.encoding = Encoding::dictionary;
    out.blocks.push_back(TRY(compress(values)));
    out.blocks.push_back(TRY(compress(pack_codes(codes, width))));
    return out;
  }
  const std::string valid = validity_of(batches, column, out.null_count);
  if (out.null_count == rows) return out;
  out.encoding = Encoding::fixed;
  std::string values;
  for (const Batch& batch : batches) append_fixed(values, batch.columns[column], batch.rows);
  out.blocks.push_back(TRY(compress(valid)));
  out.blocks.push_back(TRY(compress(values)));
  return out;
}

// The range of the column Timestamp; everything when it is absent or has a null.
void find_time_range(const columnar::Schema& schema, std::span<const Batch> batches, int64_t& least, int64_t& most) {
  const auto column = columnar::find_column(schema, "Timestamp");
  least = INT64_MAX, most = INT64_MIN;
  for (const Batch& batch : batches)
    for (size_t row = 0; column && row < batch.rows; ++row) {
      const Vector& times = batch.columns[*column];
      if (times.is_null(row)) {
        least = INT64_MIN, most = INT64_MAX;
        return;
      }
      least = std::min(least, times.view<int64_t>()[row]);
      most = std::max(most, times.view<int64_t>()[row]);
    }
  if (least > most) least = INT64_MIN, most = INT64_MAX;
}

}  // namespace

base::Result<std::string> encode_segment(const columnar::Schema& schema, std::span<const Batch> batches) {
  size_t rows = 0;
  for (const Batch& batch : batches) rows += batch.rows;
  if (rows > segment_rows_max) return fail(ErrorCode::internal, "a segment holds at most 262144 rows");
  int64_t least = 0, most = 0;
  find_time_range(schema, batches, least, most);
  ByteWriter file, footer;
  file.raw(segment_magic);
  footer.varint(rows);
  footer.fixed(least);
  footer.fixed(most);
  footer.varint(schema.size());
  for (size_t i = 0; i < schema.size(); ++i) {
    const EncodedColumn column = TRY(encode_column(schema[i].type, batches, i, rows));
    footer.text(schema[i].name);
    footer.byte(static_cast<uint8_t>(schema[i].type));
    footer.byte(static_cast<uint8_t>(column.encoding));
    footer.varint(column.null_count);
    footer.byte(static_cast<uint8_t>(column.blocks.size()));
    for (const Block& block : column.blocks) {
      footer.varint(file.size());
      footer.varint(block.stored.size());
      footer.varint(block.raw_bytes);
      footer.fixed<uint64_t>(XXH3_64bits(block.stored.data(), block.stored.size()));
      file.raw(block.stored);
    }
  }
  const std::string end = footer.take();
  file.raw(end);
  file.fixed(static_cast<uint32_t>(end.size()));
  file.fixed<uint64_t>(XXH3_64bits(end.data(), end.size()));
  file.raw(segment_end_magic);
  return file.take();
}

}  // namespace vedette::tables
