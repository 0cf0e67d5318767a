// Sends change notifications, in a thread of its own (and one of the HTTP client).
#pragma once

#include <thread>

#include "configuration.h"
#include "log.h"
#include "metrics.h"
#include "vedette/auth/directory.h"
#include "vedette/auth/server_address.h"
#include "vedette/auth/signing_keys.h"
#include "vedette/auth/users.h"
#include "vedette/notify/notifier.h"

namespace vedette::server {

class NotificationWorker {
 public:
  struct Parts {
    store::EntityStore& store;
    const base::Clock& clock;
    const auth::Directory& directory;
    const auth::Users& users;
    const auth::ServerAddress& address;
    auth::SigningKeys& keys;
    Log& log;
    Metrics& metrics;
    std::vector<const edm::Model*> models;
    odata::Behaviours views;
  };
  // What the parts refer to outlives it.
  NotificationWorker(Parts parts, http::ClientOptions client);
  ~NotificationWorker() { stop(); }

  void start();
  void stop();
  const notify::Notifier& notifier() const { return notifier_; }

 private:
  notify::Notifier notifier_;
  std::jthread thread_;
};

}  // namespace vedette::server
