// Drops the events that the tenants have had for longer than they are kept, in a thread of its own. Counted from when
// they came in, to the day; nothing but `serve` deletes.
#pragma once

#include <thread>

#include "log.h"
#include "tenant_events.h"
#include "vedette/auth/directory.h"
#include "vedette/base/clock.h"

namespace vedette::server {

class RetentionWorker {
 public:
  // What it is given outlives it.
  RetentionWorker(EventFolders& events, const auth::Directory& directory, const base::Clock& clock, int days, Log& log)
      : events_(events), directory_(directory), clock_(clock), days_(days), log_(log) {}
  ~RetentionWorker() { stop(); }

  // In the caller's thread. What fails is logged, and tried again the next time.
  void run_once();
  // At once, and every hour from then on.
  void start();
  void stop();

 private:
  EventFolders& events_;
  const auth::Directory& directory_;
  const base::Clock& clock_;
  const int days_;
  Log& log_;
  std::jthread thread_;
};

}  // namespace vedette::server
