// What a provider's records become, as text to compare: the golden pairs of a connector, tests/CASE.in.EXT and
// tests/CASE.out.json.
#pragma once

#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/ingest/connector.h"
#include "vedette/ingest/record_reader.h"
#include "vedette/tables/event_store.h"

namespace vedette::ingest {

// The rows of a table as JSON objects without their null members.
std::vector<std::string> rows_as_json(const std::vector<tables::TableRows>& rows, std::string_view table);

// Rows by table, alerts, and what is quarantined: one a line, so that a change reads well in a diff.
base::Result<std::string> golden_text(const Connector& connector, const Input& input);

struct GoldenPair {
  std::string input, output;  // paths
};
// Those of a connector's folder, by name; none when it has no tests.
std::vector<GoldenPair> golden_pairs(const std::string& folder);

}  // namespace vedette::ingest
