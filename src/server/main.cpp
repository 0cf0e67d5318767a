// The program `vedette`: composition root and command line.
#include <csignal>
#include <iostream>

#include "commands.h"

int main(int argc, char** argv) {
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
