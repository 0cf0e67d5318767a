// Large blocks of memory that were given back, for those who ask for such next.
//
// A page that comes from the kernel is cleared first, which takes longer than most of what is then done with it.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>

namespace vedette::base {

// Holds blocks of malloc(). Safe from any thread; takes no memory itself.
class BlockPool {
 public:
  static constexpr size_t blocks_max = 64;

  explicit constexpr BlockPool(size_t bytes_max) : bytes_max_(bytes_max) {}
  // The smallest block that is large enough, unless it is more than a quarter too large; null when there is none.
  void* take(size_t bytes);
  // Frees the oldest blocks when there are too many, or this one when it is very large.
  void give(void* block, size_t bytes);
  size_t held_bytes() const;

 private:
  struct Block {
    void* memory = nullptr;
    size_t bytes = 0;
  };
  Block remove(size_t at);

  const size_t bytes_max_;
  mutable std::mutex mutex_;
  std::array<Block, blocks_max> blocks_;  // the oldest first
  size_t count_ = 0, held_bytes_ = 0;
};

}  // namespace vedette::base
