// What alerts.kql gives, made into the one form of microsoft.graph.security.alert: our id, enumerations that hold only
// their members, times in wire form, and what has no place of its own in additionalData.
#pragma once

#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/columnar/type.h"
#include "vedette/json/value.h"

namespace vedette::ingest {

struct AlertOrigin {
  std::string tenant_id;
  std::string provider;  // of connector.toml
  base::DateTime now;    // when it arrived
};

inline constexpr size_t alert_bytes_max = 4 << 20;  // of an alert's JSON
// Of the row that becomes one; what has no place of its own goes one level deeper, and what is stored is read again.
inline constexpr size_t alert_row_depth_max = json::default_depth_max - 1;

// Members that no alert has are never shown. This one says that the copy of an alert is a part of it: the connector
// joins records (`[group]`), and others of the same alert may have come in another body or file.
inline constexpr const char* part_member = "@part";

// Stable: a hash of the three, in the form of a GUID. The same triple is the same alert.
std::string alert_id(std::string_view tenant_id, std::string_view provider, std::string_view provider_alert_id);

// `row` has a providerAlertId. Properties that are missing get what an alert must have. limit_exceeded when it is
// larger than alert_bytes_max then.
base::Result<json::Object> normalize_alert(json::Object row, const AlertOrigin& origin);

// Refuses columns of alerts.kql that no alert has, or of another type. semantic_error naming the column.
base::Status check_alert_columns(const columnar::Schema& columns);

}  // namespace vedette::ingest
