// An incident as another place has it, and what users changed of it there: another Vedette says when
// (united_changes.h); of what says no times, what differs from its copy before was changed when the copy was last
// updated.
#pragma once

#include "vedette/base/time.h"
#include "vedette/json/value.h"
#include "vedette/resources/alerts/united_changes.h"

namespace vedette::resources {

struct IncidentCopy {
  json::Object incident;  // what users may change, with its times; comments; id, lastUpdateDateTime, lastModifiedBy
  bool has_times = false;
};

// Out of an incident as the API shows it. `before` is what kept_copy() gave of the copy before; empty: there was none.
IncidentCopy read_incident_copy(const json::Value& shown, const json::Object& before, base::DateTime now);
json::Object kept_copy(const IncidentCopy& copy);
// Whether users changed anything of it.
bool says_anything(const IncidentCopy& copy);

// True when the copy says something later, which the document has then. Merged incidents stay as they are.
bool unite_incident(json::Object& document, const IncidentCopy& copy, base::DateTime now);
// What the document has and the copy lacks.
Difference incident_difference(const json::Object& document, const IncidentCopy& copy);

}  // namespace vedette::resources
