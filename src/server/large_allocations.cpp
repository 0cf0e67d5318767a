// Large blocks of memory from huge pages.
//
// Columns of a segment, hash tables and files that are read come and go in blocks of megabytes. The kernel maps 4 KiB
// at a time when they are first touched, which takes a third of the time of an ingest or a large join; where it is
// asked to (transparent_hugepage: madvise), it maps 2 MiB. This is the program's operator new, so that every container
// has it; smaller blocks are malloc's, and all are free()'s. The sanitizers have an operator new of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <stdlib.h>
#include <sys/mman.h>

#include <new>

namespace {

constexpr size_t huge_page_bytes = size_t{2} << 20;

void* allocate(size_t bytes) {
  if (bytes < huge_page_bytes || bytes > SIZE_MAX - huge_page_bytes) return malloc(bytes > 0 ? bytes : 1);
  const size_t whole_pages = bytes & ~(huge_page_bytes - 1);
  void* block = aligned_alloc(huge_page_bytes, (bytes + huge_page_bytes - 1) & ~(huge_page_bytes - 1));
  if (block) (void)madvise(block, whole_pages, MADV_HUGEPAGE);  // refused where there are none
  return block;
}

}  // namespace

void* operator new(size_t bytes) {
  while (true) {
    if (void* block = allocate(bytes)) return block;
    const std::new_handler handler = std::get_new_handler();
    if (!handler) throw std::bad_alloc();
    handler();
  }
}
void operator delete(void* block) noexcept { free(block); }
void operator delete(void* block, size_t) noexcept { free(block); }

#endif
