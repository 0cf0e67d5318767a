#include "segment_reader.h"

#include <numeric>

#include "segment_file.h"

namespace vedette::tables {

using columnar::Column;
using columnar::Selection;
using columnar::Vector;
using Kind = SegmentCache::Kind;
template <class T>
using Made = SegmentCache::Made<T>;

namespace {

// Below this part of a column it pays to read only the blocks that are asked for.
constexpr size_t few_share = 64;

uint64_t mix(uint64_t hash, uint64_t value) { return (hash ^ value) * 0x9E3779B97F4A7C15u; }

}  // namespace

// Columns that share their codes' blocks share the decoded codes.
SegmentCache::Key SegmentReader::key_of(const StoredColumn& column, Kind kind) const {
  uint64_t place = static_cast<uint64_t>(&column - segment_.first_column());
  if (kind == Kind::codes)
    place = std::accumulate(column.blocks.begin(), column.blocks.end(), uint64_t{1},
                            [](uint64_t hash, const RangeBlock& block) { return mix(hash, block.ref.offset); });
  return {segment_.identity(), place, kind};
}

base::Result<Vector> SegmentReader::values(const StoredColumn& column) const {
  return *TRY(cache_.find_or_make<Vector>(key_of(column, Kind::values), [&]() -> base::Result<Made<Vector>> {
    auto values = std::make_shared<const Vector>(TRY(segment_.read_values(column, bytes_read_)));
    return Made<Vector>{values, values->value_bytes()};
  }));
}

base::Result<Vector> SegmentReader::values(const StoredColumn& column, std::span<const uint32_t> codes) const {
  const bool few = codes.size() * few_share < column.value_count;
  if (few && !cache_.contains(key_of(column, Kind::values))) return segment_.read_values(column, codes, bytes_read_);
  const Vector all = TRY(values(column));
  return all.select(std::make_shared<std::vector<uint32_t>>(codes.begin(), codes.end()));
}

base::Result<Selection> SegmentReader::codes(const StoredColumn& column) const {
  using Codes = std::vector<uint32_t>;
  return TRY(cache_.find_or_make<Codes>(key_of(column, Kind::codes), [&]() -> base::Result<Made<Codes>> {
    Selection codes = TRY(segment_.read_codes(column, bytes_read_));
    const auto bytes = static_cast<int64_t>(codes->size() * sizeof(uint32_t));
    return Made<Codes>{std::move(codes), bytes};
  }));
}

base::Result<Vector> SegmentReader::flat(const StoredColumn& column) const {
  return *TRY(cache_.find_or_make<Vector>(key_of(column, Kind::flat), [&]() -> base::Result<Made<Vector>> {
    auto values = std::make_shared<const Vector>(TRY(segment_.read_flat(column, bytes_read_)));
    return Made<Vector>{values, values->value_bytes()};
  }));
}

base::Result<std::optional<std::vector<uint32_t>>> SegmentReader::codes_with_term(const StoredColumn& column,
                                                                                  std::string_view term) const {
  return segment_.codes_with_term(column, term, bytes_read_);
}

base::Result<Vector> SegmentReader::column(const Column& column) const {
  const StoredColumn* stored = find(column);
  if (!stored) return columnar::constant_null(column.type, rows());
  if (!has_dictionary(*stored)) return flat(*stored);
  const Vector all = TRY(values(*stored));
  return all.select(TRY(codes(*stored)));
}

bool SegmentReader::is_cached(const StoredColumn& column) const {
  if (!has_dictionary(column)) return cache_.contains(key_of(column, Kind::flat));
  return cache_.contains(key_of(column, Kind::values)) && cache_.contains(key_of(column, Kind::codes));
}

base::Result<Vector> SegmentReader::column(const Column& column, const Selection& rows) const {
  const StoredColumn* stored = find(column);
  if (!stored) return columnar::constant_null(column.type, rows->size());
  if (rows->size() * few_share < this->rows() && !is_cached(*stored))
    return segment_.read_rows(*stored, *rows, bytes_read_);
  const Vector all = TRY(this->column(column));
  return all.select(rows);
}

}  // namespace vedette::tables
