// Incidents as documents (microsoft.graph.security.incident). The correlator writes what it derives from the alerts;
// everything else belongs to the user. Three properties are both derived and editable (displayName, description,
// severity): the derived values are kept beside the incident, and one that differs from its derived value was edited.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vedette/base/time.h"
#include "vedette/correlate/entities.h"
#include "vedette/json/value.h"

namespace vedette::correlate {

// The derived values: an object of displayName, description, severity.
using Derived = json::Object;
Derived derived_values(std::string title, std::string description, Severity severity);

struct IncidentFrame {
  std::string id;
  std::string tenant;
  std::string web_url;  // "": null
  base::DateTime created{};
  base::DateTime now{};
};

json::Object new_incident(const IncidentFrame& frame, const Derived& derived);

struct StoredIncident {
  json::Object document;
  Derived derived;  // empty when somebody else made the incident: then all it says is the user's
};

// Sets what follows from the alerts, unless the user edited it. False when the document says all of it already.
bool update_incident(StoredIncident& incident, const IncidentFrame& frame, const Derived& derived);

// Takes over what a user said about an incident that is merged into this one, where nothing is said here. The merged
// incident is resolved only when both are.
void take_over(StoredIncident& into, const StoredIncident& merged);

// The merged incident itself.
void redirect(json::Object& incident, std::string_view target, base::DateTime now);

}  // namespace vedette::correlate
