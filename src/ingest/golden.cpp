#include "vedette/ingest/golden.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "vedette/base/clock.h"
#include "vedette/ingest/pipeline.h"
#include "vedette/tables/declaration.h"

namespace vedette::ingest {

namespace fs = std::filesystem;

namespace {

class CollectingSink final : public IngestSink {
 public:
  std::string state(const std::string&) const override { return {}; }
  base::Status commit(IngestUnit unit) override {
    std::move(unit.rows.begin(), unit.rows.end(), std::back_inserter(rows));
    std::move(unit.alerts.begin(), unit.alerts.end(), std::back_inserter(alerts));
    std::move(unit.incidents.begin(), unit.incidents.end(), std::back_inserter(incidents));
    std::move(unit.indicators.begin(), unit.indicators.end(), std::back_inserter(indicators));
    quarantine += unit.quarantine.lines;
    return {};
  }
  std::vector<tables::TableRows> rows;
  std::vector<json::Object> alerts, incidents, indicators;
  std::string quarantine;
};

std::string sections_of(const CollectingSink& sink) {
  std::map<std::string, std::vector<std::string>> sections;
  for (const auto& part : sink.rows) sections[part.table] = rows_as_json(sink.rows, part.table);
  for (const auto& alert : sink.alerts) sections["alerts"].push_back(json::to_text(alert));
  for (const auto& incident : sink.incidents) sections["incidents"].push_back(json::to_text(incident));
  for (const auto& indicator : sink.indicators) sections["indicators"].push_back(json::to_text(indicator));
  for (size_t begin = 0; begin < sink.quarantine.size();) {
    const size_t end = sink.quarantine.find('\n', begin);
    sections["quarantine"].push_back(sink.quarantine.substr(begin, end - begin));
    begin = end + 1;
  }
  std::string text = "{";
  for (const auto& [name, lines] : sections) {
    text += (text.size() > 1 ? ",\n" : "\n") + ("  \"" + name + "\": [\n");
    for (size_t i = 0; i < lines.size(); ++i) text += "    " + lines[i] + (i + 1 < lines.size() ? ",\n" : "\n");
    text += "  ]";
  }
  return text + "\n}\n";
}

}  // namespace

std::vector<std::string> rows_as_json(const std::vector<tables::TableRows>& rows, std::string_view table) {
  std::vector<std::string> objects;
  const auto& schema = tables::find_declaration(table)->schema;
  for (const auto& part : rows) {
    if (part.table != table) continue;
    for (const auto& batch : part.batches)
      for (size_t row = 0; row < batch.rows; ++row) {
        std::string object;
        for (size_t i = 0; i < schema.size(); ++i) {
          std::string value;
          append_json(value, batch.columns[i], row);
          if (value == "null" || value == "\"\"") continue;
          object += (object.empty() ? "" : ",") + ("\"" + schema[i].name + "\":" + value);
        }
        objects.push_back("{" + object + "}");
      }
  }
  return objects;
}

// Small batches, for nothing may depend on them.
base::Result<std::string> golden_text(const Connector& connector, const Input& input) {
  const base::FixedClock clock(*base::parse_iso_date_time("2024-01-01"));
  CollectingSink sink;
  IngestOptions options;
  options.batch_records = 3;
  TRY(Pipeline(sink, clock, options).ingest(connector, input));
  return sections_of(sink);
}

std::vector<GoldenPair> golden_pairs(const std::string& folder) {
  std::vector<GoldenPair> pairs;
  std::error_code error;
  for (fs::directory_iterator at(fs::path(folder) / "tests", error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename();
    const size_t cut = name.find(".in.");
    if (cut == std::string::npos) continue;
    pairs.push_back({at->path(), at->path().parent_path() / (name.substr(0, cut) + ".out.json")});
  }
  std::sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.input < b.input; });
  return pairs;
}

}  // namespace vedette::ingest
