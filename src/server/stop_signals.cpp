#include "stop_signals.h"

#include <semaphore.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>

namespace vedette::server {
namespace {

sem_t arrived;
std::atomic<bool> held = false;
std::atomic<int> last_signal = 0;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

extern "C" void on_stop_signal(int signal) {
  if (!held) _exit(0);
  const int error = errno;
  last_signal = signal;
  sem_post(&arrived);
  errno = error;
}

}  // namespace

void take_stop_signals() {
  sem_init(&arrived, 0, 0);
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

void hold_stop_signals() { held = true; }

int wait_for_stop_signal() {
  while (sem_wait(&arrived) == -1 && errno == EINTR) continue;
  return last_signal;
}

}  // namespace vedette::server
