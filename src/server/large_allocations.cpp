// Large blocks of memory from huge pages.
//
// Columns of a segment, hash tables and files that are read come and go in blocks of megabytes. The kernel maps 4 KiB
// at a time when they are first touched, which takes a third of the time of an ingest or a large join; where it is
// asked to (transparent_hugepage: madvise), it maps 2 MiB. Blocks that are given back wait for those who ask for their
// like next (BlockPool). This is the program's operator new, so that every container has it; smaller blocks are
// malloc's and free()'s. The sanitizers have an operator new of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <new>

#include "vedette/base/block_pool.h"

namespace {

constexpr size_t huge_page_bytes = size_t{2} << 20;
constexpr size_t pooled_bytes_min = size_t{1} << 20, pool_bytes = size_t{128} << 20;

constinit vedette::base::BlockPool pool(pool_bytes);

void* allocate(size_t bytes) {
  if (bytes >= pooled_bytes_min)
    if (void* const block = pool.take(bytes)) return block;
  void* block = malloc(bytes > 0 ? bytes : 1);
  if (!block || bytes < huge_page_bytes) return block;
  // The whole huge pages in it: blocks that were aligned to them would leave rests between them that nothing fits in.
  const auto begin = reinterpret_cast<uintptr_t>(block), end = begin + bytes;
  const uintptr_t first = (begin + huge_page_bytes - 1) & ~(huge_page_bytes - 1), last = end & ~(huge_page_bytes - 1);
  if (first < last) (void)madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);  // refused without them
  return block;
}

void release(void* block) {
  const size_t bytes = malloc_usable_size(block);
  bytes < pooled_bytes_min ? free(block) : pool.give(block, bytes);
}

}  // namespace

// Never inlined: the compiler would see malloc and free where it expects their like.
[[gnu::noinline]] void* operator new(size_t bytes) {
  while (true) {
    if (void* block = allocate(bytes)) return block;
    const std::new_handler handler = std::get_new_handler();
    if (!handler) throw std::bad_alloc();
    handler();
  }
}
[[gnu::noinline]] void operator delete(void* block) noexcept { release(block); }
[[gnu::noinline]] void operator delete(void* block, size_t bytes) noexcept {
  bytes < pooled_bytes_min ? free(block) : release(block);
}

#endif
