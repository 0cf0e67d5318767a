// Where a pipeline's units go in tests.
#pragma once

#include <algorithm>

#include "test_connector.h"
#include "vedette/base/clock.h"
#include "vedette/ingest/pipeline.h"

namespace vedette::ingest {

// Keeps what is committed, in memory.
class MemorySink final : public IngestSink {
 public:
  std::string state(const std::string& key) const override {
    const auto known = states.find(key);
    return known == states.end() ? "" : known->second;
  }
  base::Status commit(IngestUnit unit) override {
    if (units == fail_at) return base::fail(base::ErrorCode::io_error, "no space");
    ++units;
    std::move(unit.rows.begin(), unit.rows.end(), std::back_inserter(rows));
    std::move(unit.alerts.begin(), unit.alerts.end(), std::back_inserter(alerts));
    std::move(unit.incidents.begin(), unit.incidents.end(), std::back_inserter(incidents));
    std::move(unit.indicators.begin(), unit.indicators.end(), std::back_inserter(indicators));
    quarantine.resize(unit.quarantine.offset);
    quarantine += unit.quarantine.lines;
    for (auto& [key, value] : unit.state) {
      if (value.empty())
        states.erase(key);
      else
        states[key] = value;
    }
    return {};
  }
  std::vector<std::string> sorted(std::string_view table) const {
    auto lines = rows_of(rows, table);
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  std::vector<tables::TableRows> rows;
  std::vector<json::Object> alerts, incidents, indicators;
  std::string quarantine;
  std::map<std::string, std::string> states;
  int units = 0, fail_at = -1;
};

inline const base::FixedClock noon(*base::parse_iso_date_time("2024-05-06T12:00:00Z"));

}  // namespace vedette::ingest
