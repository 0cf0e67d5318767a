#include "vedette/columnar/arena.h"

#include <algorithm>

namespace vedette::columnar {

void Arena::grow(size_t least) {
  constexpr size_t block_bytes_min = 4096, block_bytes_max = size_t{1} << 20;
  const size_t wanted = std::clamp(static_cast<size_t>(reserved_bytes_), block_bytes_min, block_bytes_max);
  const size_t size = std::max(wanted, least);
  blocks_.push_back(std::unique_ptr<char[]>(new char[size]));
  next_ = reinterpret_cast<uintptr_t>(blocks_.back().get());
  end_ = next_ + size;
  reserved_bytes_ += static_cast<int64_t>(size);
}

}  // namespace vedette::columnar
