// SIGINT and SIGTERM of `serve`, from its first moment on.
#pragma once

namespace vedette::server {

// They end the process with status 0: what is stored is whole at any moment, and a start may take long.
void take_stop_signals();
// From then on they wait for wait_for_stop_signal(), which gives the first.
void hold_stop_signals();
int wait_for_stop_signal();

}  // namespace vedette::server
