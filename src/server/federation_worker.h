// The tenants' connectors at work, in a thread that looks after theirs.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "configuration.h"
#include "log.h"
#include "metrics.h"
#include "tenant_events.h"
#include "vedette/auth/directory.h"
#include "vedette/base/places.h"
#include "vedette/federation/federation.h"
#include "worker_shares.h"

namespace vedette::server {

std::string secrets_key_file(const std::string& data);

class FederationWorker {
 public:
  struct Parts {
    store::EntityStore& store;
    const base::Clock& clock;
    const auth::Directory& directory;
    EventFolders& events;
    Log& log;
    Metrics& metrics;
    std::string data;
  };
  // What the parts refer to outlives it. Makes the key of the data folder's secrets when there is none.
  static base::Result<std::unique_ptr<FederationWorker>> create(const Parts& parts, const OutboundReach& reach);
  ~FederationWorker() { stop(); }

  federation::Federation& connectors() { return *federation_; }
  void start();
  void stop();
  // Warnings of the providers that are asked at each listing, and failed. Beyond live_asks_max at once nobody is asked.
  std::vector<std::string> gather_alerts(const std::string& tenant, const base::StopCheck& stop);

 private:
  explicit FederationWorker(std::unique_ptr<federation::Federation> federation) : federation_(std::move(federation)) {}

  const std::unique_ptr<federation::Federation> federation_;
  base::Places asks_{live_asks_max, "listings ask providers"};
  std::jthread thread_;
};

}  // namespace vedette::server
