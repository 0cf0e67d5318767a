// The subcommands of `vedette`: one file each, listed in main.cpp.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace vedette::server {

// What a command may know of the invocation, and where it leaves the exit status: 0 done, 1 failed, 2 wrong usage.
struct Invocation {
  std::vector<std::string> arguments;  // argv
  int exit_status = 0;
};

// Each adds its subcommand to `app`; its callback runs the command.
void add_app_command(CLI::App& app, Invocation& invocation);
void add_hunt_command(CLI::App& app, Invocation& invocation);
void add_ingest_command(CLI::App& app, Invocation& invocation);
void add_kql_command(CLI::App& app, Invocation& invocation);
void add_serve_command(CLI::App& app, Invocation& invocation);
void add_tenant_command(CLI::App& app, Invocation& invocation);

}  // namespace vedette::server
