// The program `vedette`: composition root and command line.
#include <malloc.h>

#include <csignal>
#include <iostream>

#include "commands.h"

namespace {

// Queries take and give back vectors of some megabytes all the time. Memory that is handed back to the system each time
// comes again page by page, which costs more than most of what is done with it.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 256 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_TOP_PAD, 16 << 20);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  using namespace vedette::server;
  std::signal(SIGPIPE, SIG_IGN);
  Invocation invocation;
  invocation.arguments.assign(argv, argv + argc);
  CLI::App app("Vedette: a self-hosted server that speaks the Microsoft Graph security API", "vedette");
  app.set_version_flag("--version", VEDETTE_VERSION);
  app.require_subcommand(1);
  add_app_command(app, invocation);
  add_hunt_command(app, invocation);
  add_ingest_command(app, invocation);
  add_kql_command(app, invocation);
  add_serve_command(app, invocation);
  add_tenant_command(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return 2;
  }
  return invocation.exit_status;
}
