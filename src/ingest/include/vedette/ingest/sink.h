// Where a pipeline's results go: units that are stored whole, with the cursor they move.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/io/file_system.h"
#include "vedette/json/value.h"
#include "vedette/tables/event_store.h"

namespace vedette::ingest {

// Lines of JSON (ordinal, file, line, offset, reason, text) that stand from `offset` on in the quarantine `name`.
struct QuarantineText {
  std::string name;
  uint64_t offset = 0;
  std::string lines;
};

struct IngestUnit {
  std::vector<tables::TableRows> rows;
  std::vector<json::Object> alerts;
  std::vector<json::Object> incidents = {};
  std::vector<json::Object> indicators = {};
  QuarantineText quarantine;
  std::map<std::string, std::string> state;
};

class IngestSink {
 public:
  virtual ~IngestSink() = default;
  virtual std::string state(const std::string& key) const = 0;  // "" when there is none
  // Durable when it returns. A unit that failed may be committed again: alerts are updates by id, quarantine stands at
  // its offset, rows and state are one commit.
  virtual base::Status commit(IngestUnit unit) = 0;
};

// Alerts and indicators in their one form (alert.h, indicator.h), by id: the first arrival creates, later ones update.
// What providers say of incidents (incident.h) becomes attributes of the incidents that hold their alerts.
class AlertSink {
 public:
  virtual ~AlertSink() = default;
  virtual base::Status accept(std::vector<json::Object> alerts) = 0;
  virtual base::Status accept_incidents(std::vector<json::Object> incidents) = 0;
  virtual base::Status accept_indicators(std::vector<json::Object> indicators) = 0;
};

// Rows and state to the event store, alerts to `alerts` (null: refused), quarantine to files NAME.ndjson of a folder.
std::unique_ptr<IngestSink> make_sink(tables::EventStore& events, AlertSink* alerts, io::FileSystem& files,
                                      std::string quarantine_folder);

}  // namespace vedette::ingest
