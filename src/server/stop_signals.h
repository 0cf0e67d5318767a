// SIGINT and SIGTERM of `serve`, from its first moment on. Until somebody waits for them they end the process with
// status 0: what is stored is whole at any moment, and a start may take long.
#pragma once

namespace vedette::server {

void take_stop_signals();
// The signal; called once.
int wait_for_stop_signal();

}  // namespace vedette::server
