// The program `vedette`: composition root and command line.
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "commands.h"

namespace {

// Queries and ingest take and give back vectors of some megabytes all the time. Memory that is handed back to the
// system each time comes again page by page, which costs more than most of what is done with it. So it is kept, and the
// heap's first part, which all threads share, has huge pages; address space alone is taken for it here.
void prepare_heap() {
#ifdef __GLIBC__
  constexpr int heap_bytes = 1 << 30, kept_bytes = 1 << 30, pad_bytes = 16 << 20;
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 256 << 20);
  mallopt(M_TRIM_THRESHOLD, kept_bytes + heap_bytes / 2);
  mallopt(M_TOP_PAD, heap_bytes);
  const auto begin = reinterpret_cast<uintptr_t>(sbrk(0));
  void* volatile grown = malloc(pad_bytes);
  free(grown);
  mallopt(M_TOP_PAD, pad_bytes);
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const uintptr_t aligned = (begin + page - 1) / page * page, end = reinterpret_cast<uintptr_t>(sbrk(0));
  if (end > aligned) (void)madvise(reinterpret_cast<void*>(aligned), end - aligned, MADV_HUGEPAGE);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  prepare_heap();
  using namespace vedette::server;
  std::signal(SIGPIPE, SIG_IGN);
  CommandLine line("Vedette: a self-hosted server that speaks the Microsoft Graph security API", "vedette",
                   VEDETTE_VERSION);
  add_app_command(line.root());
  add_hunt_command(line.root(), {argv, argv + argc});
  add_ingest_command(line.root());
  add_kql_command(line.root());
  add_serve_command(line.root());
  add_tenant_command(line.root());
  return line.run(argc, argv);
}
