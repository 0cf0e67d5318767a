// One instance at work, in threads of its own.
#pragma once

#include <memory>
#include <string>

#include "vedette/federation/connector_library.h"
#include "vedette/federation/federation.h"
#include "vedette/federation/instance.h"

namespace vedette::federation {

class InstanceRunner {
 public:
  virtual ~InstanceRunner() = default;  // ends its threads, and what they have under way
  // Begins to end, so that several end at once.
  virtual void request_stop() {}
  // Begins a sweep now, and waits for its end. Of one that cannot be asked: a status of 0. From any thread.
  virtual ProviderAnswer ask(std::chrono::steady_clock::time_point, const base::StopCheck&) {
    return {{}, {}, 0, std::chrono::milliseconds(0)};
  }
  // Of one that is sent what it has (Federation::push). From any thread.
  virtual bool takes_pushes() const { return false; }
  virtual base::Result<ingest::IngestSummary> push(const http::Request&, const Federation::BodyOf&) {
    return base::fail(base::ErrorCode::not_found, "The connector takes no pushes.");
  }
};

struct RunnerParts {
  const FederationDependencies& dependencies;
  const FederationOptions& options;
  std::string tenant;
  Instance instance;
  std::shared_ptr<const LoadedConnector> loaded;
  TenantSinks sinks;
};

// Null when the instance has nothing to deliver.
base::Result<std::unique_ptr<InstanceRunner>> start_delivering(RunnerParts parts);

}  // namespace vedette::federation
