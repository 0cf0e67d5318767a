// Fetches the incidents that changed at a provider, and takes over what users changed there.
//
// An incident whose alerts are not in one here yet waits: the state "federation.waiting/<instance>/<created>/<id>"
// holds it until they are, for a day at most. What was taken over changes nothing when it comes again, so a sweep that
// fails begins again at the newest change of the last one that ended: "federation.incidents/<instance>/<created>".
#pragma once

#include <memory>
#include <string>

#include "provider_client.h"
#include "provider_incident.h"
#include "vedette/federation/connector_library.h"

namespace vedette::federation {

inline constexpr size_t waiting_incidents_max = 10'000;
inline constexpr base::TimeSpan incident_waits_max{base::ticks_per_day};

struct IncidentPollerParts {
  std::string tenant;
  Instance instance;
  std::shared_ptr<const LoadedConnector> loaded;
  store::EntityStore& store;
  ProviderClient& client;
  const base::Clock& clock;
};

// Belongs to one thread.
class IncidentPoller {
 public:
  explicit IncidentPoller(IncidentPollerParts parts);

  base::Status sweep(const base::StopCheck& stop);

 private:
  base::Status look_at_waiting();
  base::Result<std::string> first_url(base::DateTime watermark) const;
  // The link to the next page; "" behind the last.
  base::Result<std::string> take_page(const std::string& url, base::DateTime& newest, const base::StopCheck& stop);
  base::Result<bool> merge(const ProviderIncident& incident);
  base::Status wait_for_alerts(const ProviderIncident& incident);

  const IncidentPollerParts parts_;
  const std::string key_;  // of the instance: one that is made anew begins anew
};

}  // namespace vedette::federation
