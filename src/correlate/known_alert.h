// An alert as the partition sees it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "incident_summary.h"
#include "vedette/correlate/link_index.h"

namespace vedette::correlate {

using IncidentNumber = uint32_t;  // from 1; 0: none
using GroupNumber = uint32_t;

// Where an alert is. It changes from batch to batch.
struct AlertPlace {
  IncidentNumber stored = 0;  // its incidentId in the store, as it was read or written last
  GroupNumber group = 0;
};

struct KnownAlert {
  std::string id;
  Activity activity;
  IncidentSummary summary;            // of this alert alone
  std::vector<EntityNumber> full;     // ascending
  std::vector<EntityNumber> partial;  // ascending
  bool moved = false;                 // it stays where the user put it, and links nothing
  bool operator==(const KnownAlert&) const = default;
};

}  // namespace vedette::correlate
