// What an incident says about its alerts: grows by one alert or by another incident.
#pragma once

#include <algorithm>
#include <boost/container/flat_set.hpp>
#include <cstdint>
#include <string>

#include "names.h"
#include "vedette/correlate/entities.h"

namespace vedette::correlate {

using NameSet = boost::container::flat_set<NameNumber>;

// An alert has few names, of which an incident of thousands knows most, and new ones have the highest numbers.
inline void unite(NameSet& into, const NameSet& more) {
  constexpr size_t few = 16;
  if (more.size() > few)
    into.insert(boost::container::ordered_unique_range, more.begin(), more.end());
  else
    for (const NameNumber name : more) into.insert(name);
}

struct IncidentSummary {
  int64_t alerts = 0;
  Severity severity = Severity::unknown;
  uint32_t tactics = 0;
  base::DateTime created = base::max_date_time;
  base::DateTime first_activity = base::max_date_time;
  base::DateTime last_activity{};
  NameNumber title = 0;  // of the first alert
  NameSet devices, users, sources;
  bool operator==(const IncidentSummary&) const = default;

  void add(const IncidentSummary& other) {
    if (alerts == 0) title = other.title;
    alerts += other.alerts;
    severity = std::max(severity, other.severity);
    tactics |= other.tactics;
    created = std::min(created, other.created);
    first_activity = std::min(first_activity, other.first_activity);
    last_activity = std::max(last_activity, other.last_activity);
    unite(devices, other.devices);
    unite(users, other.users);
    unite(sources, other.sources);
  }
};

// The title of a single alert; of several: "Multi-stage incident involving Initial access & Lateral movement on one
// endpoint reported by multiple sources".
std::string incident_title(const IncidentSummary& summary, const Names& names);
// "3 alerts on ws01 and ws02, of alice, reported by Falco and Wazuh."
std::string incident_description(const IncidentSummary& summary, const Names& names);

}  // namespace vedette::correlate
