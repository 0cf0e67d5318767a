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
  std::vector<uint32_t> distinct(codes.begin(), codes.end());
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (!distinct.empty() && distinct.back() >= column.value_count) return impl_->damaged(column, "codes");
  const Vector values = TRY(read_values(column, distinct, bytes_read));
  auto places = std::make_shared<std::vector<uint32_t>>(codes.size());
  for (size_t i = 0; i < codes.size(); ++i)
    (*places)[i] =
        static_cast<uint32_t>(std::lower_bound(distinct.begin(), distinct.end(), codes[i]) - distinct.begin());
  return values.select(std::move(places));
}

}  // namespace vedette::tables
