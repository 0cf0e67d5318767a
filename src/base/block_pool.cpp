#include "vedette/base/block_pool.h"

#include <stdlib.h>

#include <algorithm>

namespace vedette::base {

BlockPool::Block BlockPool::remove(size_t at) {
  const Block block = blocks_[at];
  std::copy(blocks_.begin() + static_cast<std::ptrdiff_t>(at) + 1,
            blocks_.begin() + static_cast<std::ptrdiff_t>(count_), blocks_.begin() + static_cast<std::ptrdiff_t>(at));
  --count_;
  held_bytes_ -= block.bytes;
  return block;
}

void* BlockPool::take(size_t bytes) {
  const std::lock_guard lock(mutex_);
  size_t best = count_;
  for (size_t i = 0; i < count_; ++i) {
    const size_t size = blocks_[i].bytes;
    if (size < bytes || size - bytes > bytes / 4) continue;
    if (best == count_ || size <= blocks_[best].bytes) best = i;
  }
  return best == count_ ? nullptr : remove(best).memory;
}

void BlockPool::give(void* block, size_t bytes) {
  if (bytes > bytes_max_ / 2) return free(block);
  std::array<Block, blocks_max> freed;
  size_t freed_count = 0;
  {
    const std::lock_guard lock(mutex_);
    while (count_ == blocks_max || held_bytes_ + bytes > bytes_max_) freed[freed_count++] = remove(0);
    blocks_[count_++] = {block, bytes};
    held_bytes_ += bytes;
  }
  for (size_t i = 0; i < freed_count; ++i) free(freed[i].memory);
}

size_t BlockPool::held_bytes() const {
  const std::lock_guard lock(mutex_);
  return held_bytes_;
}

}  // namespace vedette::base
