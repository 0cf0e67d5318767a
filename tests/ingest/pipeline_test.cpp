#include "vedette/ingest/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "memory_sink.h"
#include "test_connector.h"
#include "vedette/ingest/alert.h"
#include "vedette/io/faulty_file_system.h"

namespace vedette::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::shared_ptr<const Connector> grouping_connector() {
  const auto connector =
      load_from({{"connector.toml", "vendor = \"V\"\nprovider = \"P\"\n[group]\npattern = 'id=(\\d+)'\nwindow = 20\n"},
                 {"events.kql", "source | where Text has \"event\" | project FolderPath = Text | as DeviceEvents"}});
  EXPECT_TRUE(connector.has_value()) << connector.error().message;
  return *connector;
}

std::string grouped_lines() {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    if (i % 50 == 7)
      text += "bad \xff\n";
    else
      text += (i % 7 == 0 ? "lone event " : "event id=" + std::to_string(i % 13 + i / 40 * 13) + " ") +
              std::to_string(i) + "\n";
  }
  return text;
}

TEST(Pipeline, ResultsDoNotDependOnBatches) {
  const auto connector = grouping_connector();
  const Input input = memory_input("x.log", grouped_lines());
  std::vector<std::string> expected;
  std::string expected_quarantine;
  for (const size_t batch : {size_t{1 << 20}, size_t{1}, size_t{3}, size_t{19}}) {
    for (const size_t unit : {size_t{1 << 20}, size_t{1}, size_t{50}}) {
      MemorySink sink;
      IngestOptions options;
      options.batch_records = batch;
      options.unit_records = unit;
      const auto summary = Pipeline(sink, noon, options).ingest(*connector, input);
      ASSERT_TRUE(summary.has_value());
      EXPECT_EQ(summary->records, 300u);
      EXPECT_EQ(summary->quarantined, 6u);
      EXPECT_EQ(summary->mapped, 294u);
      const auto rows = sink.sorted("DeviceEvents");
      if (expected.empty()) expected = rows, expected_quarantine = sink.quarantine;
      EXPECT_EQ(rows, expected) << batch << " " << unit;
      EXPECT_EQ(sink.quarantine, expected_quarantine) << batch << " " << unit;
    }
  }
  EXPECT_THAT(expected, testing::Contains(HasSubstr("event id=2 2\\nevent id=2 15")));
}

TEST(Pipeline, GoesOnAtItsCursor) {
  const auto connector = grouping_connector();
  const Input input = memory_input("x.log", grouped_lines());
  IngestOptions options;
  options.batch_records = 7;
  options.unit_records = 30;
  MemorySink whole;
  ASSERT_TRUE(Pipeline(whole, noon, options).ingest(*connector, input).has_value());
  for (int stop = 0; stop < whole.units; ++stop) {
    MemorySink sink;
    sink.fail_at = stop;
    EXPECT_FALSE(Pipeline(sink, noon, options).ingest(*connector, input).has_value());
    sink.fail_at = -1;
    const auto summary = Pipeline(sink, noon, options).ingest(*connector, input);
    ASSERT_TRUE(summary.has_value());
    EXPECT_EQ(summary->records, 300u);
    EXPECT_EQ(sink.sorted("DeviceEvents"), whole.sorted("DeviceEvents")) << stop;
    EXPECT_EQ(sink.quarantine, whole.quarantine) << stop;
    const int units = sink.units;
    const auto again = Pipeline(sink, noon, options).ingest(*connector, input);
    EXPECT_TRUE(again->stored_before);
    EXPECT_EQ(again->records, 300u);
    EXPECT_EQ(sink.units, units);
  }
}

TEST(Pipeline, AnIdempotencyKeyStoresOnce) {
  const auto connector = load_from({{"events.kql", "source | project FolderPath = Text | as DeviceEvents"}});
  MemorySink sink;
  Pipeline pipeline(sink, noon, {});
  for (int i = 0; i < 3; ++i) {
    const auto summary = pipeline.push(**connector, memory_input("body", "{\"a\":1}\n{\"a\":2}\nbad\n"), "key one");
    ASSERT_TRUE(summary.has_value());
    EXPECT_EQ(summary->mapped, 2u);
    EXPECT_EQ(summary->stored_before, i > 0);
  }
  EXPECT_THAT(sink.sorted("DeviceEvents"), SizeIs(2));
  ASSERT_TRUE(pipeline.push(**connector, memory_input("body", "{\"a\":1}\n"), "key two").has_value());
  ASSERT_TRUE(pipeline.push(**connector, memory_input("body", "{\"a\":1}\n"), "").has_value());
  EXPECT_THAT(sink.sorted("DeviceEvents"), SizeIs(4));
}

TEST(Pipeline, ForgetsTheOldestIdempotencyKey) {
  const auto connector = load_from({{"events.kql", "source | project FolderPath = Text | as DeviceEvents"}});
  MemorySink sink;
  Pipeline pipeline(sink, noon, {});
  ASSERT_TRUE(pipeline.push(**connector, memory_input("body", "{\"a\":1}\n"), "first").has_value());
  sink.states["push-slots/next"] = std::to_string(idempotency_keys_max);  // as if the ring were full
  ASSERT_TRUE(pipeline.push(**connector, memory_input("body", "{\"a\":1}\n"), "last").has_value());
  EXPECT_FALSE(pipeline.push(**connector, memory_input("body", "{\"a\":1}\n"), "first")->stored_before);
}

TEST(Pipeline, CountsOrRefusesMembersThatAreNoColumns) {
  const auto connector = table_connector("DeviceInfo");
  ASSERT_TRUE(connector.has_value()) << connector.error().message;
  const Input input = memory_input("rows.json", "{\"DeviceName\":\"a\"}\n{\"DeviceName\":\"b\",\"Extra\":1}\n");
  MemorySink sink;
  const auto summary = Pipeline(sink, noon, {}).ingest(**connector, input);
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->dropped_members.at("Extra"), 1u);
  EXPECT_EQ(summary->rows.at("DeviceInfo"), 2u);
  MemorySink strict_sink;
  IngestOptions strict;
  strict.unknown_members = UnknownMembers::refuse;
  const auto refused = Pipeline(strict_sink, noon, strict).ingest(**connector, input);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message,
            "Record 2 of 'rows.json' has the member 'Extra', which is no column of the table.");
  EXPECT_TRUE(strict_sink.rows.empty());
}

TEST(Pipeline, NormalizesAlerts) {
  const auto connector = load_from({{"alerts.kql", R"kql(
source
| where isnotempty(tostring(Record.id))
| project providerAlertId = tostring(Record.id), severity = tostring(Record.severity), category = tostring(Record.c),
    serviceSource = "someProduct", tenantId = tostring(Record.tenant), evidence = Record.evidence,
    firstActivityDateTime = todatetime(Record.ts), status = "resolved", mitreTechniques = Record.techniques
)kql"}});
  ASSERT_TRUE(connector.has_value()) << connector.error().message;
  MemorySink sink;
  const auto summary =
      Pipeline(sink, noon, {})
          .ingest(**connector,
                  memory_input(
                      "a.json",
                      R"({"id":"7","severity":"dreadful","c":"Execution","tenant":"theirs","ts":"2024-01-02T03:04:05Z",
                       "techniques":["T1","T1",null],
                       "evidence":[{"@odata.type":"#microsoft.graph.security.ipEvidence","verdict":"bad"},{"x":1}]}
                      {"no":"alert"})"));
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->mapped, 1u);
  EXPECT_EQ(summary->unmapped, 1u);
  ASSERT_EQ(sink.alerts.size(), 1u);
  const auto& alert = sink.alerts[0];
  EXPECT_EQ(alert.at("id").as_string(), alert_id("default", "P", "7"));
  EXPECT_EQ(alert.at("severity").as_string(), "unknown");
  EXPECT_EQ(alert.at("serviceSource").as_string(), "unknown");
  EXPECT_EQ(alert.at("productName").as_string(), "someProduct");
  EXPECT_EQ(alert.at("tenantId").as_string(), "default");
  EXPECT_EQ(alert.at("createdDateTime").as_string(), "2024-01-02T03:04:05.0000000Z");
  EXPECT_EQ(alert.at("resolvedDateTime").as_string(), "2024-01-02T03:04:05.0000000Z");
  EXPECT_EQ(json::to_text(alert.at("mitreTechniques")), "[\"T1\"]");
  EXPECT_EQ(alert.at("title").as_string(), "Execution");
  EXPECT_EQ(json::to_text(alert.at("evidence")),
            R"([{"@odata.type":"#microsoft.graph.security.ipEvidence","verdict":"unknown",)"
            R"("createdDateTime":"2024-01-02T03:04:05.0000000Z","remediationStatus":"none","roles":[],)"
            R"("detailedRoles":[],"tags":[]}])");
  EXPECT_EQ(json::to_text(alert.at("additionalData")),
            R"({"severity":"dreadful","tenantId":"theirs","evidence":[{"x":1}]})");
}

class StoredPipeline : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string folder = testing::TempDir() + "/vedette_ingest_" + std::to_string(getpid());
};

// Whatever call to the disk fails, a second run leaves what an undisturbed one leaves.
TEST_F(StoredPipeline, SurvivesEveryFault) {
  const auto connector = grouping_connector();
  const Input input = memory_input("x.log", grouped_lines());
  IngestOptions options;
  options.unit_records = 100;
  options.batch_records = 50;
  const auto faulty = io::make_faulty_file_system(io::posix_file_system());
  bool disturbed = true;
  for (int64_t call = 1; disturbed; call += 3) {
    std::filesystem::remove_all(folder);
    const auto attempt = [&]() -> base::Result<IngestSummary> {
      auto store = TRY(tables::EventStore::open(*faulty, folder, tables::Access::read_write));
      const auto sink = make_sink(*store, nullptr, *faulty, folder + "/quarantine");
      return Pipeline(*sink, noon, options).ingest(*connector, input);
    };
    faulty->arm(call, io::Fault::torn_write);
    disturbed = !attempt().has_value();
    faulty->heal();
    const auto summary = attempt();
    ASSERT_TRUE(summary.has_value()) << summary.error().message << " " << summary.error().cause;
    EXPECT_EQ(summary->records, 300u);
    const auto store = tables::EventStore::open(*faulty, folder, tables::Access::read_only);
    EXPECT_EQ((*store)->snapshot()->row_count("DeviceEvents"), 209) << call;
    std::string text;
    for (const auto& file : std::filesystem::directory_iterator(folder + "/quarantine")) {
      std::ifstream quarantine(file.path());
      text.append(std::istreambuf_iterator<char>(quarantine), {});
    }
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6) << call;
  }
}

}  // namespace
}  // namespace vedette::ingest
