// The program `vedette`: composition root and command line.
#include <csignal>

#include "commands.h"

// jemalloc's options (ADR 0018). Queries take and give back vectors of some megabytes all the time: what is freed stays
// for ten seconds, however large it is, and goes back to the system bit by bit. As many arenas as processors: each has
// free memory of its own.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf =
    "background_thread:true,percpu_arena:percpu,oversize_threshold:0,dirty_decay_ms:10000,muzzy_decay_ms:0";
}

int main(int argc, char** argv) {
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
