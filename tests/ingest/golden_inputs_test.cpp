// What the inputs of golden pairs (connectors/NAME/tests/CASE.in.EXT) show beside their outputs: the program finds out
// whose they are, and the evidence of their alerts says only what is in them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "evidence_check.h"
#include "memory_sink.h"
#include "vedette/io/file_system.h"

namespace vedette::ingest {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

std::vector<fs::path> golden_inputs() {
  std::vector<fs::path> inputs;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(VEDETTE_SOURCE_DIR) / "connectors"))
    if (entry.path().filename().string().find(".in.") != std::string::npos) inputs.push_back(entry.path());
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

std::string connector_name(const fs::path& input) { return input.parent_path().parent_path().filename().string(); }

TEST(GoldenInputs, AreClaimedByTheirConnector) {
  for (const auto& path : golden_inputs()) {
    SCOPED_TRACE(path);
    const auto input = open_input(io::posix_file_system(), path.string());
    ASSERT_TRUE(input.has_value());
    const auto connector = detect_connector(*input, {});
    ASSERT_TRUE(connector.has_value()) << connector.error().message;
    EXPECT_EQ((*connector)->config().name, connector_name(path));
  }
}

TEST(GoldenInputs, GiveEvidenceOfWhatTheyHold) {
  for (const auto& path : golden_inputs()) {
    SCOPED_TRACE(path);
    const auto input = open_input(io::posix_file_system(), path.string());
    ASSERT_TRUE(input.has_value());
    const auto connector = load_connector(io::posix_file_system(), path.parent_path().parent_path().string());
    ASSERT_TRUE(connector.has_value()) << connector.error().message;
    MemorySink sink;
    const auto summary = Pipeline(sink, noon, {}).ingest(**connector, *input);
    ASSERT_TRUE(summary.has_value()) << summary.error().message;
    std::string records(input->bytes->size(), '\0');
    ASSERT_TRUE(input->bytes->read_into(0, records));
    for (const auto& alert : sink.alerts) EXPECT_THAT(invented_words(alert, records), IsEmpty()) << alert;
  }
}

}  // namespace
}  // namespace vedette::ingest
