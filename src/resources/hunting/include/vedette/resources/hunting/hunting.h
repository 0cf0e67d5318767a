// Hunting over one tenant: its event tables and the views of its alerts, as /security/runHuntingQuery serves them.
// Source: security-security-runhuntingquery of the Graph documentation.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/base/deadline.h"
#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/http/message.h"
#include "vedette/json/value.h"
#include "vedette/kql/plan/external_data.h"
#include "vedette/kql/plan/table_source.h"
#include "vedette/store/entity_store.h"

namespace vedette::resources {

inline constexpr int64_t hunting_rows_max = 100'000;
inline constexpr int64_t hunting_result_bytes_max = int64_t{124} << 20;
inline constexpr int64_t hunting_memory_bytes_max = int64_t{1} << 30;
inline constexpr std::chrono::seconds hunting_time_max{200};
inline constexpr base::TimeSpan hunting_default_span{30 * base::ticks_per_day};

// Half-open; no end means none.
struct TimeWindow {
  base::DateTime from;
  std::optional<base::DateTime> to;
};

struct HuntingRequest {
  std::string query;
  TimeWindow window;
};

// {"Query": …, "Timespan": …}, names in any case. A Timespan is a duration (until now), a start (until now), or
// start/end, start/duration, duration/end. bad_request naming the property.
base::Result<HuntingRequest> parse_hunting_request(const json::Value& body, base::DateTime now);

// `tables` with the rows of the window only: those whose Timestamp lies in it. Tables without one are as they were.
std::shared_ptr<const kql::Catalog> windowed(std::shared_ptr<const kql::Catalog> tables, TimeWindow window);

// `events` with the tables AlertInfo and AlertEvidence as views over the tenant's alerts (schema/views).
std::shared_ptr<const kql::Catalog> with_alert_views(std::shared_ptr<const kql::Catalog> events,
                                                     std::shared_ptr<const store::EntityStore> store,
                                                     std::string tenant_id);

struct HuntingOptions {
  base::DateTime now;
  int threads = 1;
  base::StopCheck stop;
  std::string context;  // @odata.context; "" leaves it out
  int64_t memory_bytes_max = hunting_memory_bytes_max;
  std::shared_ptr<const kql::ExternalData> external_data;  // null: `externaldata` is refused
};

// Runs the query to its end and gives {"@odata.context", "schema": [{name, type}], "results": [{…}]}. What does not fit
// into a few megabytes waits in a temporary file. Errors: those of KQL; limit_exceeded beyond the limits above.
base::Result<std::unique_ptr<http::BodyStream>> run_hunting_query(std::string_view query, const kql::Catalog& tables,
                                                                  const HuntingOptions& options);

}  // namespace vedette::resources
