// Where an instance's records go: through its connector into the stores of its tenant, counted in its health.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "health.h"
#include "instance_runner.h"
#include "vedette/ingest/connector.h"
#include "vedette/ingest/pipeline.h"
#include "vedette/ingest/sink.h"

namespace vedette::federation {

// Belongs to one thread.
class InstanceStore {
 public:
  // The parts, and what they refer to, outlive it.
  explicit InstanceStore(const RunnerParts& parts) : InstanceStore(parts, parts.loaded->connector) {}
  // Of a connector that asks less of the same records (LoadedConnector::polled).
  InstanceStore(const RunnerParts& parts, std::shared_ptr<const ingest::Connector> connector);

  const ingest::Connector& connector() const { return *connector_; }
  Health& health() { return health_; }
  // Of the key that this instance has for the name: an instance that is made anew under an old name begins anew.
  std::string state_key(const char* name) const;
  std::string state(const std::string& key) const { return sink_->state(key); }

  // One unit, committed with `state`, the place behind it.
  base::Status store(const ingest::Input& input, ingest::Framing framing, std::map<std::string, std::string> state);
  // The same, until it is stored: false when the server stops first.
  bool store_surely(const ingest::Input& input, ingest::Framing framing,
                    const std::map<std::string, std::string>& state, const std::stop_token& stop);
  // A pushed body: one unit. A second one of its key stores nothing.
  base::Result<ingest::IngestSummary> push(const ingest::Input& input, const std::string& key);
  // The alerts among records, as accept() takes them; nothing is stored.
  base::Result<std::vector<json::Object>> read_alerts(std::string records) const;
  base::Status accept(std::vector<json::Object> alerts) { return provider_alerts_->accept(std::move(alerts)); }

  void failed(const base::Error& error);
  // A problem that is no failure.
  void tell(const base::Error& error) const;

 private:
  ingest::IngestOptions options() const;
  void stored(const ingest::IngestSummary& summary);

  const RunnerParts& parts_;
  const std::shared_ptr<const ingest::Connector> connector_;
  const std::unique_ptr<ingest::AlertSink> alerts_, provider_alerts_;
  const std::unique_ptr<ingest::IngestSink> sink_;
  Health health_;
};

}  // namespace vedette::federation
