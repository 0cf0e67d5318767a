// The subcommands of `vedette`: one file each, listed in main.cpp.
#pragma once

#include "command_line.h"

namespace vedette::server {

void add_app_command(Command root);
void add_app_secret_commands(Command app);
void add_connector_command(Command root);
void add_connector_author_commands(Command connector);
void add_hunt_command(Command root, const std::vector<std::string>& arguments);  // argv, for workers of its own
void add_ingest_command(Command root);
void add_kql_command(Command root);
void add_serve_command(Command root);
void add_tenant_command(Command root);
void add_user_command(Command root);

}  // namespace vedette::server
