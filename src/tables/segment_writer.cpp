// encode_segment(): batches to the bytes of a segment file. The format's grammar is in segment.h.
#include <xxhash.h>

#include <algorithm>

#include "block_writer.h"
#include "bytes.h"
#include "dictionary_builder.h"
#include "integer_block.h"
#include "term_index.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {
namespace {

using base::ErrorCode;
using base::fail;
using columnar::Batch;
using columnar::Type;
using columnar::Vector;

// Values of a chunk go together into memory: small enough to read for one value, large enough to compress.
constexpr size_t chunk_bytes = 65'536;
// A dictionary with fewer values is searched as fast as its index would be.
constexpr size_t indexed_values_min = 1'024;

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
  if (column.type() == Type::real) return append_values<double>(out, column, rows);
  if (column.type() == Type::decimal) return append_values<columnar::Decimal>(out, column, rows);
  return append_values<base::Guid>(out, column, rows);
}

template <class T>
void append_integers(std::vector<int64_t>& out, const Vector& column, size_t rows) {
  const auto view = column.view<T>();
  // A null takes the value before it, so that it does not widen its block.
  for (size_t row = 0; row < rows; ++row)
    out.push_back(!view.is_null(row) ? static_cast<int64_t>(view[row]) : out.empty() ? 0 : out.back());
}

std::vector<int64_t> integers_of(std::span<const Batch> batches, size_t column, Type type, size_t rows) {
  std::vector<int64_t> out;
  out.reserve(rows);
  for (const Batch& batch : batches) {
    if (type == Type::bool_)
      append_integers<uint8_t>(out, batch.columns[column], batch.rows);
    else if (type == Type::int_)
      append_integers<int32_t>(out, batch.columns[column], batch.rows);
    else
      append_integers<int64_t>(out, batch.columns[column], batch.rows);
  }
  return out;
}

// Segments that do not stay (those of a log) are not worth the compression.
std::vector<RangeBlock> write_blocks(BlockWriter& file, std::span<const int64_t> values, TermIndex terms) {
  std::vector<RangeBlock> blocks;
  for (size_t at = 0; at < values.size(); at += block_rows) {
    const auto part = values.subspan(at, std::min(block_rows, values.size() - at));
    const auto [least, most] = std::minmax_element(part.begin(), part.end());
    const std::string bits = encode_integers(part, Packing::bits);
    const BlockRef ref =
        terms == TermIndex::none ? file.add_plain(bits) : file.add_smaller(bits, encode_integers(part, Packing::bytes));
    blocks.push_back({ref, *least, *most});
  }
  return blocks;
}

std::vector<ValueChunk> write_chunks(BlockWriter& file, std::span<const std::string_view> values) {
  std::vector<ValueChunk> chunks;
  for (size_t first = 0; first < values.size();) {
    ByteWriter sizes;
    std::string bytes;
    size_t at = first;
    for (; at < values.size() && bytes.size() < chunk_bytes; ++at) {
      sizes.varint(values[at].size());
      bytes += values[at];
    }
    chunks.push_back({first, at - first, file.add(sizes.take() + bytes)});
    first = at;
  }
  return chunks;
}

TermsRef write_terms(BlockWriter& file, std::span<const std::string_view> values) {
  TermIndexBuilder index;
  for (uint32_t code = 0; code < values.size(); ++code) index.add(code, values[code]);
  const auto [terms, directory] = index.finish(values.size());
  TermsRef out;
  out.offset = file.append(terms);
  out.directory = file.add(directory);
  return out;
}

void encode_dictionary(BlockWriter& file, std::span<const Batch> batches, size_t column, TermIndex terms,
                       StoredColumn& out) {
  DictionaryBuilder dictionary;
  for (const Batch& batch : batches) dictionary.add(batch.columns[column]);
  const auto values = dictionary.values();
  const std::string_view nothing = out.column.type == Type::string ? std::string_view() : std::string_view("\0", 1);
  if (values.size() == 1 && values[0] == nothing) return;  // absent; 0 is the kind of a null dynamic
  out.encoding = Encoding::packed_dictionary;
  out.value_count = values.size();
  out.chunks = write_chunks(file, values);
  out.blocks = write_blocks(file, dictionary.codes(), terms);
  if (terms == TermIndex::on && out.column.type == Type::string && values.size() >= indexed_values_min)
    out.terms = write_terms(file, values);
}

StoredColumn encode_column(BlockWriter& file, const columnar::Column& declared, std::span<const Batch> batches,
                           size_t column, size_t rows, TermIndex terms) {
  StoredColumn out;
  out.column = declared;
  const Type type = declared.type;
  if (type == Type::string || type == Type::dynamic) {
    encode_dictionary(file, batches, column, terms, out);
    return out;
  }
  const std::string valid = validity_of(batches, column, out.null_count);
  if (out.null_count == rows) return out;
  out.validity = file.add(valid);
  if (type == Type::real || type == Type::decimal || type == Type::guid) {
    out.encoding = Encoding::fixed;
    std::string values;
    for (const Batch& batch : batches) append_fixed(values, batch.columns[column], batch.rows);
    out.values = file.add(values);
  } else {
    out.encoding = Encoding::integers;
    out.blocks = write_blocks(file, integers_of(batches, column, type, rows), terms);
  }
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

base::Result<std::string> encode_segment(const columnar::Schema& schema, std::span<const Batch> batches,
                                         const SegmentOptions& options) {
  SegmentFooter footer;
  for (const Batch& batch : batches) footer.rows += batch.rows;
  if (footer.rows > segment_rows_max)
    return fail(ErrorCode::internal, "A segment holds at most " + std::to_string(segment_rows_max) + " rows.");
  find_time_range(schema, batches, footer.min_ticks, footer.max_ticks);
  footer.ingested_first = options.ingested_first.ticks;
  footer.ingested_last = options.ingested_last.ticks;
  BlockWriter file;
  for (size_t i = 0; i < schema.size(); ++i)
    footer.columns.push_back(encode_column(file, schema[i], batches, i, footer.rows, options.terms));
  const std::string end = encode_footer(footer);
  ByteWriter tail;
  tail.fixed(static_cast<uint32_t>(end.size()));
  tail.fixed<uint64_t>(XXH3_64bits(end.data(), end.size()));
  tail.raw(segment_end_magic);
  file.append(end);
  file.append(tail.take());
  return file.take();
}

}  // namespace vedette::tables
