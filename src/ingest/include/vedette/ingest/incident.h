// What incidents.kql gives: what a provider says of an incident of its own, and which of its alerts are in it. It is no
// entity: it becomes attributes of the incident that holds those alerts (sink.h says who does that).
#pragma once

#include <array>
#include <string_view>

#include "vedette/ingest/alert.h"

namespace vedette::ingest {

// What of an incident a provider may say, beside its times and alerts.
inline constexpr std::array<std::string_view, 10> incident_attributes{
    "displayName",   "description", "severity",         "status",  "classification",
    "determination", "assignedTo",  "resolvingComment", "summary", "customTags"};

inline constexpr size_t incident_alerts_max = 1000;  // that one incident names

// Of an alert: the provider's id of the incident that it belongs to, where the connector has incidents.kql. Never
// shown.
inline constexpr const char* incident_member = "@incident";

// `row` has a providerIncidentId. What it gives: that id, what the row says of `incident_attributes`, createdDateTime,
// lastUpdateDateTime, arrivedDateTime, and alertIds, our ids of the providerAlertIds. limit_exceeded for more than
// incident_alerts_max of them, or when it is larger than alert_bytes_max.
base::Result<json::Object> normalize_incident(json::Object row, const AlertOrigin& origin);

// Refuses columns of incidents.kql that no incident has, or of another type. semantic_error naming the column.
base::Status check_incident_columns(const columnar::Schema& columns);

}  // namespace vedette::ingest
