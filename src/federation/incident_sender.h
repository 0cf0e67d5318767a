// Brings incidents in step with their provider, one at a time.
//
// The provider's incident is the one that one of its alerts is in there. It is read and merged first; what is later
// here is then sent, with its times, so that whatever arrives late or twice changes nothing.
#pragma once

#include <memory>
#include <string>

#include "incident_write_back.h"
#include "provider_client.h"
#include "vedette/federation/connector_library.h"
#include "vedette/resources/alerts/united_changes.h"

namespace vedette::federation {

struct IncidentSenderParts {
  std::string tenant, instance;
  std::shared_ptr<const LoadedConnector> loaded;
  store::EntityStore& store;
  ProviderClient& client;
  const base::Clock& clock;
  std::chrono::milliseconds retry_min, retry_max;
};

// Belongs to one thread.
class IncidentSender {
 public:
  explicit IncidentSender(IncidentSenderParts parts) : parts_(std::move(parts)) {}

  // Those that are due, as far as a batch goes; how many there were. An error that may pass ends it.
  base::Result<size_t> send_due(const base::StopCheck& stop);

 private:
  struct Current {
    json::Object shown;
    std::string url, etag;
  };
  base::Result<std::vector<IncidentWriteBack>> due() const;
  base::Result<std::optional<json::Object>> load(const std::string& incident) const;
  base::Status send(IncidentWriteBack& entry, const base::StopCheck& stop);
  base::Result<json::Value> read(const std::string& url, std::string& etag, const base::StopCheck& stop);
  base::Result<std::string> incident_there(const std::string& incident, const base::StopCheck& stop);
  base::Result<Current> read_current(const std::string& id, const base::StopCheck& stop);
  base::Status send_difference(const IncidentWriteBack& entry, const resources::Difference& difference,
                               const Current& current, const base::StopCheck& stop);
  base::Status finish(IncidentWriteBack& entry, const std::string& digest);
  base::Status fail(IncidentWriteBack& entry, const base::Error& error);
  base::Status commit(IncidentWriteBack& entry);

  const IncidentSenderParts parts_;
};

}  // namespace vedette::federation
