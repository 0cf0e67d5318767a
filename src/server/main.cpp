// The program `vedette`: composition root and command line.
#include <malloc.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include "commands.h"

namespace {

// Queries take and give back vectors of some megabytes all the time. Memory that is handed back to the system each time
// comes again page by page, which costs more than most of what is done with it. Each arena keeps its own: there are as
// many as threads can run at a time, not as many as there are threads.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 256 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_TOP_PAD, 16 << 20);
  mallopt(M_ARENA_MAX, static_cast<int>(std::max(std::thread::hardware_concurrency(), 2U)));
#endif
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  using namespace vedette::server;
  std::signal(SIGPIPE, SIG_IGN);
  CommandLine line("Vedette: a self-hosted server that speaks the Microsoft Graph security API", "vedette",
                   VEDETTE_VERSION);
  add_app_command(line.root());
  add_connector_command(line.root());
  add_hunt_command(line.root(), {argv, argv + argc});
  add_ingest_command(line.root());
  add_kql_command(line.root());
  add_serve_command(line.root());
  add_tenant_command(line.root());
  add_user_command(line.root());
  return line.run(argc, argv);
}
