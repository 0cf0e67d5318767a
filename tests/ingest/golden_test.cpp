// connectors/NAME/tests/CASE.in.EXT → CASE.out.json: the rows and alerts that a provider's records become.
// VEDETTE_BLESS=1 writes the outputs instead of comparing them.
#include "vedette/ingest/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "vedette/io/file_system.h"

namespace vedette::ingest {
namespace {

namespace fs = std::filesystem;

struct GoldenCase {
  fs::path input, output, connector;
};

std::vector<GoldenCase> golden_cases() {
  std::vector<GoldenCase> cases;
  for (const auto& connector : fs::directory_iterator(fs::path(VEDETTE_SOURCE_DIR) / "connectors"))
    for (const auto& pair : golden_pairs(connector.path()))
      cases.push_back({pair.input, pair.output, connector.path()});
  std::sort(cases.begin(), cases.end(), [](const auto& a, const auto& b) { return a.input < b.input; });
  return cases;
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
  const auto text = golden_text(**connector, *input);
  ASSERT_TRUE(text.has_value()) << text.error().message;
  if (std::getenv("VEDETTE_BLESS")) {
    std::ofstream(param.output, std::ios::binary) << *text;
  } else {
    EXPECT_EQ(read_text(param.output), *text) << "VEDETTE_BLESS=1 rewrites " << param.output;
  }
}

INSTANTIATE_TEST_SUITE_P(Connectors, Golden, testing::ValuesIn(golden_cases()), name_of);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Golden);

}  // namespace
}  // namespace vedette::ingest
