// Bytes that live as long as the vectors that point into them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

namespace vedette::columnar {

// A bump allocator for string bytes, dynamic arrays and bags. Nothing in it is destroyed, only freed with it.
// Written by one thread; read by any once its vector is finished.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* allocate(size_t size, size_t alignment) {
    uintptr_t at = (next_ + alignment - 1) & ~(uintptr_t{alignment} - 1);
    if (at + size > end_) {
      grow(size + alignment);
      at = (next_ + alignment - 1) & ~(uintptr_t{alignment} - 1);
    }
    next_ = at + size;
    return reinterpret_cast<void*>(at);
  }

  template <class T>
  T* allocate_array(size_t count) {
    return static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    auto* bytes = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(bytes, text.data(), text.size());
    return {bytes, text.size()};
  }

  int64_t reserved_bytes() const { return reserved_bytes_; }

 private:
  void grow(size_t least);

  std::vector<std::unique_ptr<char[]>> blocks_;
  uintptr_t next_ = 0, end_ = 0;
  int64_t reserved_bytes_ = 0;
};

}  // namespace vedette::columnar
