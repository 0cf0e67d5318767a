// What indicators.kql gives, made into the one form of microsoft.graph.tiIndicator: our id, enumerations that hold only
// their members, times in wire form, and the properties that an indicator must have.
#pragma once

#include "vedette/ingest/alert.h"

namespace vedette::ingest {

// How long an indicator whose provider does not say stays one: its expirationDateTime, counted from its arrival.
inline constexpr int indicator_days = 90;

// `row` has an externalId, the provider's id of the indicator: with the tenant and the provider it is its identity.
// bad_request when it has no observable, limit_exceeded when it is larger than alert_bytes_max.
base::Result<json::Object> normalize_indicator(json::Object row, const AlertOrigin& origin);

// Refuses columns of indicators.kql that no indicator has, or of another type. semantic_error naming the column.
base::Status check_indicator_columns(const columnar::Schema& columns);

}  // namespace vedette::ingest
