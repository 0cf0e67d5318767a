// Attack scenarios that are compiled in: files of providers, written for the demo and the tests (scenarios/README.md).
//
// The files lie between two fixed instants. To play a scenario is to move every time in them by the same whole number
// of seconds, so that it ends when the caller says, and to ingest them through the connectors.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/ingest/connector.h"
#include "vedette/ingest/pipeline.h"

namespace vedette::scenario {

struct Period {
  base::DateTime begin{};
  base::DateTime end{};  // both are included
};

// CONNECTOR/NAME is a connector's; tables/TABLE.ndjson has rows of a hunting table.
struct ScenarioFile {
  std::string_view path;
  std::string_view bytes;
};

struct Scenario {
  std::string name;
  std::string title;
  std::string description;
  Period period;
  std::vector<ScenarioFile> files;  // by path
};

// The names of the scenarios in the program, sorted.
std::vector<std::string> embedded_scenario_names();
// not_found when there is none of that name.
base::Result<Scenario> embedded_scenario(std::string_view name);

base::Result<std::shared_ptr<const ingest::Connector>> connector_of(const ScenarioFile& file);

// `text` with the times of `period` in it moved by whole seconds. A time is "YYYY-MM-DD hh:mm:ss" ('T' or a blank; what
// follows it, a fraction and a zone, stays) or a number of 10 or 13 digits that stands alone: seconds or milliseconds
// since 1970. Nothing else changes, and no length does. bad_request when a time would leave the years 2002 … 2285.
base::Result<std::string> moved(std::string_view text, const Period& period, base::TimeSpan by);

// Ingests all files, so that the scenario ends at `end` (its fraction of a second is cut). Provider ids that contain
// times move as well: played for another time it is other alerts and rows, so the caller plays it once.
base::Result<ingest::IngestSummary> play(const Scenario& scenario, base::DateTime end, ingest::Pipeline& pipeline);

}  // namespace vedette::scenario
