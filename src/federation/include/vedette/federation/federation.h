// The connectors that tenants have set up, at work: each is polled or listened for in threads of its own, so that a
// provider that hangs holds up nobody but itself. An instance that is added, changed or removed beside a running server
// is seen within `look` of it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/deadline.h"
#include "vedette/federation/secret_box.h"
#include "vedette/http/client.h"
#include "vedette/http/message.h"
#include "vedette/ingest/pipeline.h"
#include "vedette/ingest/sink.h"
#include "vedette/io/file_system.h"
#include "vedette/store/entity_store.h"
#include "vedette/tables/event_store.h"

namespace vedette::federation {

// How providers are reached.
struct Outbound {
  http::ClientOptions client;
  bool allow_http = false;
};

struct FederationOptions {
  Outbound outbound;
  std::chrono::milliseconds look{1'000};                           // for changed instances
  std::chrono::milliseconds retry_min{1'000}, retry_max{600'000};  // pauses after failures double between these
  std::chrono::milliseconds feed{100};                             // for changes to write back
  // A sweep that is under way and goes on for longer counts for who asks meanwhile.
  std::chrono::milliseconds shared_sweep_min{50};
  std::chrono::milliseconds tail_look{250};      // at followed files
  std::chrono::milliseconds tail_quiet{60'000};  // until a renamed file is let go
  // What could not be started, for a port that is taken or a file that is not there yet, is tried again.
  std::chrono::milliseconds start_again{10'000};
};

struct TenantSinks {
  tables::EventStore& events;
  std::string quarantine_folder;
  std::mutex& keyed_pushes;  // held from the look-up of a push's key until it is stored
};

struct FederationDependencies {
  store::EntityStore& store;
  const base::Clock& clock;
  SecretBox box;
  std::string data;  // the data folder, whose connectors/ holds further connectors
  std::function<base::Result<std::vector<std::string>>()> tenants;
  std::function<base::Result<TenantSinks>(const std::string& tenant)> sinks;
  std::function<void(const base::Error&, const std::string& tenant, const std::string& instance)> on_problem;
  std::function<void(const std::string& connector, uint64_t mapped, uint64_t unmapped, uint64_t quarantined)>
      on_records = {};
  // For metrics; nothing of one that was removed.
  std::function<void(const std::string& tenant, const std::string& instance, std::optional<bool> healthy,
                     int64_t lag_s)>
      on_health = {};
};

// How a provider that was asked at once did.
struct ProviderAnswer {
  std::string vendor, provider;
  int status = 200;  // of HTTP; 504: it did not answer in time
  std::chrono::milliseconds latency{0};

  // RFC 7234: 199 - "{Vendor}/{Provider}/{Status}/{LatencyMs}", as alerts-list of the Graph documentation has it.
  std::string warning() const;
};

inline constexpr std::chrono::seconds live_deadline{10};

class Federation {
 public:
  Federation(FederationDependencies dependencies, FederationOptions options);
  ~Federation();

  // In the caller's thread, until it is stopped. Once.
  void run(const std::stop_token& stop);
  // Asks the tenant's providers that are marked `live` for what is new, all at once, and stores it. Each has
  // live_deadline. From any thread.
  bool has_live(const std::string& tenant) const;
  std::vector<ProviderAnswer> ask_live(const std::string& tenant, const base::StopCheck& stop);

  // What a provider sends to an instance (transport `push`). not_found when there is none that takes it;
  // unauthenticated for what its secret does not prove, before `body_of` is asked for what is in it.
  using BodyOf = std::function<base::Result<ingest::Input>(const http::Request&)>;
  bool takes_pushes(const std::string& tenant, const std::string& instance) const;
  base::Result<ingest::IngestSummary> push(const std::string& tenant, const std::string& instance,
                                           const http::Request& request, const BodyOf& body_of);

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace vedette::federation
