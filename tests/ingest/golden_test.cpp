// connectors/NAME/tests/CASE.in.EXT → CASE.out.json: the rows and alerts that a provider's records become.
// VEDETTE_BLESS=1 writes the outputs instead of comparing them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "test_connector.h"
#include "vedette/base/clock.h"
#include "vedette/ingest/alert.h"
#include "vedette/ingest/pipeline.h"
#include "vedette/io/file_system.h"

namespace vedette::ingest {
namespace {

namespace fs = std::filesystem;

struct GoldenCase {
  fs::path input, output, connector;
};

std::vector<GoldenCase> golden_cases() {
  std::vector<GoldenCase> cases;
  for (const auto& connector : fs::directory_iterator(fs::path(VEDETTE_SOURCE_DIR) / "connectors")) {
    const fs::path folder = connector.path() / "tests";
    if (!fs::is_directory(folder)) continue;
    for (const auto& file : fs::directory_iterator(folder)) {
      const std::string name = file.path().filename();
      const size_t at = name.find(".in.");
      if (at == std::string::npos) continue;
      cases.push_back({file.path(), folder / (name.substr(0, at) + ".out.json"), connector.path()});
    }
  }
  std::sort(cases.begin(), cases.end(), [](const auto& a, const auto& b) { return a.input < b.input; });
  return cases;
}

class CollectingSink final : public IngestSink {
 public:
  std::string state(const std::string&) const override { return {}; }
  base::Status commit(IngestUnit unit) override {
    std::move(unit.rows.begin(), unit.rows.end(), std::back_inserter(rows));
    std::move(unit.alerts.begin(), unit.alerts.end(), std::back_inserter(alerts));
    std::move(unit.indicators.begin(), unit.indicators.end(), std::back_inserter(indicators));
    quarantine += unit.quarantine.lines;
    return {};
  }
  std::vector<tables::TableRows> rows;
  std::vector<json::Object> alerts, indicators;
  std::string quarantine;
};

// One row a line, tables by name, so that a change reads well in a diff.
std::string as_text(const CollectingSink& sink) {
  std::map<std::string, std::vector<std::string>> sections;
  for (const auto& part : sink.rows) sections[part.table] = rows_of(sink.rows, part.table);
  for (const auto& alert : sink.alerts) sections["alerts"].push_back(json::to_text(alert));
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

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string name_of(const testing::TestParamInfo<GoldenCase>& info) {
  std::string name = info.param.connector.filename().string() + "_" + info.param.output.stem().stem().string();
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

class Golden : public testing::TestWithParam<GoldenCase> {};

TEST_P(Golden, RecordsBecomeWhatTheyMust) {
  const auto& param = GetParam();
  const auto connector = load_connector(io::posix_file_system(), param.connector.string());
  ASSERT_TRUE(connector.has_value()) << connector.error().message;
  const auto input = open_input(io::posix_file_system(), param.input.string());
  ASSERT_TRUE(input.has_value());
  const base::FixedClock clock(*base::parse_iso_date_time("2024-01-01"));
  CollectingSink sink;
  IngestOptions options;
  options.batch_records = 3;
  const auto summary = Pipeline(sink, clock, options).ingest(**connector, *input);
  ASSERT_TRUE(summary.has_value()) << summary.error().message;
  const std::string text = as_text(sink);
  if (std::getenv("VEDETTE_BLESS")) {
    std::ofstream(param.output, std::ios::binary) << text;
  } else {
    EXPECT_EQ(read_text(param.output), text) << "VEDETTE_BLESS=1 rewrites " << param.output;
  }
}

INSTANTIATE_TEST_SUITE_P(Connectors, Golden, testing::ValuesIn(golden_cases()), name_of);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Golden);

}  // namespace
}  // namespace vedette::ingest
