// The rows for which something holds.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace vedette::columnar {

// Appends row_at(i) for each i below `count` for which holds(row_at(i)). Without a branch for each, which nothing could
// foretell: what holds() reads is then on its way for many rows at a time.
template <class RowAt, class Holds>
void append_rows_where(std::vector<uint32_t>& out, size_t count, const RowAt& row_at, const Holds& holds) {
  std::array<uint32_t, 1024> found;
  for (size_t begin = 0; begin < count; begin += found.size()) {
    const size_t end = std::min(count, begin + found.size());
    size_t n = 0;
    for (size_t i = begin; i < end; ++i) {
      const uint32_t row = row_at(i);
      found[n] = row;
      n += holds(row) ? 1 : 0;
    }
    out.insert(out.end(), found.data(), found.data() + n);
  }
}

}  // namespace vedette::columnar
