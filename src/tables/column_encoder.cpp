#include "column_encoder.h"

#include <algorithm>
#include <future>

#include "block_writer.h"
#include "dictionary_builder.h"
#include "integer_block.h"
#include "term_index.h"
#include "vedette/base/bytes.h"

namespace vedette::tables {
namespace {

using columnar::Type;
using columnar::Vector;

// Values of a chunk go together into memory: small enough to read for one value, large enough to compress.
constexpr size_t chunk_bytes = 65'536;

using Parts = std::span<const Vector>;

size_t rows_of(Parts parts) {
  size_t rows = 0;
  for (const Vector& part : parts) rows += part.size();
  return rows;
}

// One byte a row, or "" when no row is null.
std::string validity_of(Parts parts, uint64_t& null_count) {
  std::string valid;
  valid.reserve(rows_of(parts));
  for (const Vector& part : parts) {
    const size_t begin = valid.size();
    valid.resize(begin + part.size(), 1);
    if (part.type() != Type::dynamic && !part.view<char>().may_have_nulls()) continue;
    for (size_t row = 0; row < part.size(); ++row)
      if (part.is_null(row)) valid[begin + row] = 0, ++null_count;
  }
  if (null_count == 0) valid.clear();
  return valid;
}

template <class T>
void append_values(std::string& out, const Vector& column) {
  const auto view = column.view<T>();
  for (size_t row = 0; row < column.size(); ++row) {
    const T value = view.is_null(row) ? T{} : view[row];
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
}

void append_fixed(std::string& out, const Vector& column) {
  if (column.type() == Type::real) return append_values<double>(out, column);
  if (column.type() == Type::decimal) return append_values<columnar::Decimal>(out, column);
  return append_values<base::Guid>(out, column);
}

template <class T>
void append_integers(std::vector<int64_t>& out, const Vector& column) {
  const auto view = column.view<T>();
  // A null takes the value before it, so that it does not widen its block.
  for (size_t row = 0; row < column.size(); ++row)
    out.push_back(!view.is_null(row) ? static_cast<int64_t>(view[row]) : out.empty() ? 0 : out.back());
}

std::vector<int64_t> integers_of(Parts parts, Type type) {
  std::vector<int64_t> out;
  out.reserve(rows_of(parts));
  for (const Vector& part : parts) {
    if (type == Type::bool_)
      append_integers<uint8_t>(out, part);
    else if (type == Type::int_)
      append_integers<int32_t>(out, part);
    else
      append_integers<int64_t>(out, part);
  }
  return out;
}

IntegerFrame unpacked(IntegerFrame frame, size_t value_bytes) {
  frame.unit = 1;
  frame.width = static_cast<unsigned>(8 * value_bytes);
  return frame;
}

// A column whose blocks do not become smaller is tried again now and then.
template <class T>
std::vector<RangeBlock> write_blocks(BlockWriter& file, std::span<const T> values, const SegmentOptions& options) {
  constexpr size_t pause = 3;
  std::vector<RangeBlock> blocks;
  const bool ranges = options.zone_maps == ZoneMaps::on;
  size_t skipped = options.encodings == Encodings::quick ? SIZE_MAX : pause;
  for (size_t at = 0; at < values.size(); at += block_rows) {
    const auto part = values.subspan(at, std::min(block_rows, values.size() - at));
    const IntegerFrame frame =
        options.encodings == Encodings::plain ? unpacked(frame_of(part), sizeof(T)) : frame_of(part);
    std::optional<BlockRef> ref;
    if (skipped == pause) {
      const std::string bytes = encode_integers(part, frame, Packing::bytes);
      ref = file.add_compressed(bytes, frame_bytes_max(encoded_bytes(frame, part.size(), Packing::bits)));
      skipped = 0;
    }
    if (!ref) {
      ref = file.add_plain(encode_integers(part, frame, Packing::bits));
      if (skipped < pause) ++skipped;
    } else {
      skipped = pause;
    }
    blocks.push_back({*ref, ranges ? frame.least : INT64_MIN, ranges ? frame.most : INT64_MAX});
  }
  return blocks;
}

std::vector<ValueChunk> write_chunks(BlockWriter& file, std::span<const std::string_view> values) {
  std::vector<ValueChunk> chunks;
  std::string bytes;
  for (size_t first = 0; first < values.size();) {
    base::ByteWriter sizes;
    size_t at = first;
    for (size_t size = 0; at < values.size() && size < chunk_bytes; ++at) {
      sizes.varint(values[at].size());
      size += values[at].size();
    }
    bytes = sizes.take();
    for (size_t i = first; i < at; ++i) bytes += values[i];
    chunks.push_back({first, at - first, file.add(bytes)});
    first = at;
  }
  return chunks;
}

TermIndexBuilder::Encoded terms_of(std::span<const std::string_view> values) {
  size_t bytes = 0;
  for (const std::string_view value : values) bytes += value.size();
  TermIndexBuilder index(values.size(), bytes);
  for (uint32_t code = 0; code < values.size(); ++code) index.add(code, values[code]);
  return index.finish();
}

void encode_dictionary(BlockWriter& file, Parts parts, const SegmentOptions& options, EncodedColumn& out) {
  DictionaryBuilder dictionary(rows_of(parts));
  for (const Vector& part : parts) dictionary.add(part);
  const auto values = dictionary.values();
  StoredColumn& column = out.column;
  const bool text = column.column.type == Type::string;
  if (values.size() == 1 && values[0] == (text ? std::string_view() : std::string_view("\0", 1)))
    return;  // absent; 0 is the kind of a null dynamic
  column.encoding = Encoding::packed_dictionary;
  column.value_count = values.size();
  // The index of long texts takes as much time as all the rest of a segment.
  std::future<TermIndexBuilder::Encoded> terms;
  if (options.terms == TermIndex::on && text && values.size() >= options.indexed_values_min)
    terms = std::async(options.threads > 1 ? std::launch::async : std::launch::deferred, terms_of, values);
  column.chunks = write_chunks(file, values);
  column.blocks = write_blocks(file, dictionary.codes(), options);
  if (!terms.valid()) return;
  TermIndexBuilder::Encoded encoded = terms.get();
  out.terms = std::move(encoded.terms);
  column.terms = TermsRef{0, file.add(encoded.directory)};
}

bool is_nothing(Parts parts) {
  return std::all_of(parts.begin(), parts.end(), [](const Vector& part) {
    if (part.size() == 0) return true;
    if (!part.is_constant()) return false;
    return part.type() == Type::string ? part.view<std::string_view>()[0].empty() : part.is_null(0);
  });
}

}  // namespace

EncodedColumn encode_column(const columnar::Column& declared, Parts parts, const SegmentOptions& options) {
  EncodedColumn out;
  StoredColumn& column = out.column;
  column.column = declared;
  const Type type = declared.type;
  const bool dictionary = type == Type::string || type == Type::dynamic;
  const size_t rows = rows_of(parts);
  if (rows > 0 && is_nothing(parts)) {
    if (!dictionary) column.null_count = rows;
    return out;
  }
  BlockWriter file(options.encodings);
  if (dictionary) {
    encode_dictionary(file, parts, options, out);
    out.blocks = file.take();
    return out;
  }
  const std::string valid = validity_of(parts, column.null_count);
  if (column.null_count == rows) return out;
  column.validity = file.add(valid);
  if (type == Type::real || type == Type::decimal || type == Type::guid) {
    column.encoding = Encoding::fixed;
    std::string values;
    for (const Vector& part : parts) append_fixed(values, part);
    column.values = file.add(values);
  } else {
    column.encoding = Encoding::integers;
    column.blocks = write_blocks(file, std::span<const int64_t>(integers_of(parts, type)), options);
  }
  out.blocks = file.take();
  return out;
}

}  // namespace vedette::tables
