// Segment: a few rows of a column, for answers that are much smaller than what they were searched in.
#include <algorithm>

#include "integer_block.h"
#include "segment_file.h"

namespace vedette::tables {

using columnar::Vector;

base::Result<std::vector<int64_t>> Segment::Impl::integers_at(const StoredColumn& column,
                                                              std::span<const uint32_t> rows,
                                                              int64_t& bytes_read) const {
  std::vector<int64_t> out;
  out.reserve(rows.size());
  std::shared_ptr<const std::string> bytes;
  for (size_t at = 0, block = SIZE_MAX; at < rows.size(); ++at) {
    if (rows[at] / block_rows != block) {
      block = rows[at] / block_rows;
      bytes = TRY(cached_block(column, column.blocks[block].ref, "block " + std::to_string(block), bytes_read));
    }
    const size_t count = std::min<size_t>(block_rows, footer.rows - block * block_rows);
    if (!decode_integer(*bytes, count, rows[at] % block_rows, out.emplace_back()))
      return damaged(column, "block " + std::to_string(block));
  }
  return out;
}

namespace {

// The values that some codes name, ascending, and the place of each code's value among them.
struct Named {
  std::vector<uint32_t> values;
  std::shared_ptr<std::vector<uint32_t>> places;
};

Named name_by_table(const std::vector<int64_t>& codes, size_t value_count) {
  Named out{{}, std::make_shared<std::vector<uint32_t>>(codes.size())};
  std::vector<uint32_t> place_of(value_count);
  for (const int64_t code : codes) place_of[static_cast<size_t>(code)] = 1;
  for (uint32_t value = 0; value < value_count; ++value) {
    if (place_of[value] == 0) continue;
    place_of[value] = static_cast<uint32_t>(out.values.size());
    out.values.push_back(value);
  }
  for (size_t i = 0; i < codes.size(); ++i) (*out.places)[i] = place_of[static_cast<size_t>(codes[i])];
  return out;
}

Named name_by_order(const std::vector<int64_t>& codes) {
  Named out{{codes.begin(), codes.end()}, std::make_shared<std::vector<uint32_t>>(codes.size())};
  std::vector<uint32_t>& values = out.values;
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  for (size_t i = 0; i < codes.size(); ++i)
    (*out.places)[i] = static_cast<uint32_t>(std::lower_bound(values.begin(), values.end(), codes[i]) - values.begin());
  return out;
}

// A table of all values pays when they are not many more than the codes.
Named name_values(const std::vector<int64_t>& codes, size_t value_count) {
  constexpr size_t values_a_code = 8;
  return value_count <= codes.size() * values_a_code ? name_by_table(codes, value_count) : name_by_order(codes);
}

}  // namespace

base::Result<Vector> Segment::read_rows(const StoredColumn& column, std::span<const uint32_t> rows,
                                        int64_t& bytes_read) const {
  const auto selection = [&] { return std::make_shared<std::vector<uint32_t>>(rows.begin(), rows.end()); };
  if (column.encoding != Encoding::packed_dictionary) {
    // Validity is one block; columns that have it are read whole.
    if (column.encoding != Encoding::integers || column.null_count > 0) {
      const Vector all = column.encoding == Encoding::plain_dictionary ? TRY(read(column.column, bytes_read))
                                                                       : TRY(read_flat(column, bytes_read));
      return all.select(selection());
    }
    return vector_of_integers(column.column.type, TRY(impl_->integers_at(column, rows, bytes_read)), {});
  }
  const std::vector<int64_t> codes = TRY(impl_->integers_at(column, rows, bytes_read));
  if (std::any_of(codes.begin(), codes.end(),
                  [&](int64_t code) { return code < 0 || static_cast<uint64_t>(code) >= column.value_count; }))
    return impl_->damaged(column, "codes");
  Named named = name_values(codes, column.value_count);
  return TRY(read_values(column, named.values, bytes_read)).select(std::move(named.places));
}

}  // namespace vedette::tables
