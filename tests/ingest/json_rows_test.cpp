// Rows made while their records are read are those that the connector's query makes, or are left to it.
#include <gmock/gmock.h>

#include "memory_sink.h"
#include "test_connector.h"

namespace vedette::ingest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class JsonRows : public testing::Test {
 protected:
  // Whether the builder takes the record; then its row is the connector's.
  bool takes(const std::string& record, const std::string& table = "DeviceProcessEvents") {
    const auto connector = *table_connector(table);
    const auto builder = connector->row_builder();
    // A record before, so that something is known of places and times.
    EXPECT_TRUE(builder->append(R"({"Timestamp":"2026-11-28T10:11:12.5Z","AccountObjectId":"a\\b","Other":1})"));
    const bool taken = builder->append(record);
    EXPECT_TRUE(builder->append(R"({"AccountObjectId":"last"})"));
    EXPECT_EQ(builder->rows(), taken ? 3u : 2u);
    auto rows = rows_of({{table, {builder->finish()}}}, table);
    EXPECT_EQ(builder->rows(), 0u);
    EXPECT_EQ(rows.back(), R"({"AccountObjectId":"last"})");
    if (!taken) return false;
    const auto batch = read_batch(record + "\n");
    const auto mapped = connector->map(batch, {});
    const auto expected = rows_of(mapped.rows, table);
    EXPECT_EQ(expected.size(), 1u) << record;
    EXPECT_EQ(std::vector<std::string>{rows[1]}, expected) << record;
    return true;
  }
};

TEST_F(JsonRows, TakesWhatRowsOftenAre) {
  for (const char* record : {
           R"({})",
           R"( { "Timestamp" : "2026-11-28T10:11:12.1234567Z" , "FileSize" : 12 , "Extra" : [ { "a" : [ ] } ] } )",
           R"({"Timestamp":"2026-11-28T10:11:12","FileSize":0,"ProcessId":-1,"FileName":null})",
           R"({"Timestamp":"2024-02-29","FileName":"","FileSize":"","LogonId":999999999999999999})",
           R"({"Timestamp":"2026-11-28T23:59:59.9999999+02:00","FileName":"\u00e4\ud83d\ude00\n\"\\\/"})",
           R"({"Timestamp":"","IsProcessRemoteSession":true,"IsInitiatingProcessRemoteSession":false})",
           R"({"Timestamp":null,"IsProcessRemoteSession":null,"Unknown":"\ud83d\ude00","Unknown2":-1.5,"U":null})",
           "{\"FileName\":\"\xc3\xa4\\u0000\"}",
       })
    EXPECT_TRUE(takes(record)) << record;
  for (const char* record :
       {R"({"RawEventData":{"a":[1,2.5,"x",null,true]},"AccountObjectId":"7"})", R"({"RawEventData":"{\"a\":1}"})",
        R"({"RawEventData":"no JSON"})", R"({"RawEventData":""})", R"({"RawEventData":null})",
        R"({"RawEventData":"null"})", R"({"RawEventData":[{},[]]})", R"({"RawEventData":12345678901234567890})"})
    EXPECT_TRUE(takes(record, "CloudAppEvents")) << record;
}

TEST_F(JsonRows, LeavesTheRestToTheQuery) {
  for (const char* record : {
           R"({"FileSize":"12"})",
           R"({"FileSize":1.5})",
           R"({"FileSize":1e3})",
           R"({"FileSize":-0})",
           R"({"FileSize":1234567890123456789})",
           R"({"FileSize":true})",
           R"({"FileSize":{"a":1}})",
           R"({"FileName":7})",
           R"({"FileName":["a"]})",
           R"({"FileName":"a","FileName":"b"})",
           R"({"Extra":1,"Extra":2})",
           R"({"\u0046ileName":"a"})",
           R"({"Timestamp":17})",
           R"({"Timestamp":"2026-11-28T24:00:00Z"})",
           R"({"Timestamp":"2026-02-29T00:00:00Z"})",
           R"({"Timestamp":"yesterday"})",
           R"({"IsProcessRemoteSession":1})",
       })
    EXPECT_FALSE(takes(record)) << record;
}

TEST_F(JsonRows, RefusesWhatIsNoJsonObject) {
  for (const char* record : {
           "",
           " ",
           "{",
           "}",
           "[]",
           "1",
           R"("a")",
           "null",
           R"({"FileName")",
           R"({"FileName":)",
           R"({"FileName":})",
           R"({"FileName":"a")",
           R"({"FileName":"a",})",
           R"({"FileName":"a"}})",
           R"({"FileName":"a"}{})",
           R"({"FileName" "a"})",
           R"({"FileName":"a" "b"})",
           R"({"FileName":"a"x})",
           R"({FileName:"a"})",
           R"({"FileSize":01})",
           R"({"FileSize":1 2})",
           R"({"FileSize":1x})",
           R"({"FileSize":12"a"})",
           R"({"FileSize":nul})",
           R"({"FileName":"\x"})",
           R"({"FileName":"\u12"})",
           R"({"FileName":"\ud83d"})",
           R"({"FileName":"\ud83dx\ude00"})",
           R"({"Extra":[1,]})",
           R"({"Extra":[}]})",
           R"({"Extra":{"a"}})",
           R"({"Extra":tru})",
           R"({"Extra":"\q"})",
           R"({"Extra":})",
           R"({"Extra":]})",
           R"({,"Extra":1})",
           "{\"FileName\":\"a\tb\"}",
           "{\"FileName\":\"\xff\"}",
           "{\"FileSize\":1\x01}",
           "{\"FileName\"\x01:\"a\"}",
       })
    EXPECT_FALSE(takes(record)) << record;
  std::string deep = "1";
  for (int i = 0; i < 300; ++i) deep = "[" + deep + "]";
  EXPECT_FALSE(takes("{\"Extra\":" + deep + "}"));
}

TEST_F(JsonRows, CountsMembersWithoutColumns) {
  const auto builder = (*table_connector("DeviceInfo"))->row_builder();
  EXPECT_TRUE(builder->append(R"({"Extra":1,"DeviceName":"a","More":{"x":1}})"));
  EXPECT_TRUE(builder->append(R"({"DeviceName":"b","Extra":1})"));
  EXPECT_FALSE(builder->append(R"({"Extra":1,"DeviceName":7})"));
  EXPECT_THAT(builder->take_dropped_members(), ElementsAre(std::pair<const std::string, uint64_t>("Extra", 2),
                                                           std::pair<const std::string, uint64_t>("More", 1)));
  EXPECT_THAT(builder->take_dropped_members(), IsEmpty());
}

// Texts of one column over several batches: the dictionary starts anew with each.
TEST_F(JsonRows, BuildsManyRowsAndBatches) {
  const auto builder = (*table_connector("DeviceInfo"))->row_builder();
  for (int batch = 0; batch < 3; ++batch) {
    std::vector<std::string> expected;
    for (int i = 0; i < 5'000; ++i) {
      const std::string name = "host-" + std::to_string(i * 7919 % 1'733 + batch);
      const std::string record = i % 3 == 0
                                     ? "{\"OSPlatform\":\"x\\\\y\"}"
                                     : "{\"DeviceName\":\"" + name + "\",\"OSVersion\":\"" + std::to_string(i) + "\"}";
      ASSERT_TRUE(builder->append(record));
      expected.push_back(record);
    }
    EXPECT_GT(builder->bytes(), 0u);
    EXPECT_EQ(rows_of({{"DeviceInfo", {builder->finish()}}}, "DeviceInfo"), expected);
    EXPECT_EQ(builder->bytes(), 0u);
  }
}

// Records that are rows as they stand, that need a conversion, that have none, and that are broken.
TEST(Pipeline, RowsOfATableKeepTheirOrderInAllBatches) {
  const auto connector = table_connector("DeviceInfo");
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) {
    const std::string number = std::to_string(i);
    if (i % 19 == 5) {
      text += "{broken " + number + "\n";
    } else if (i % 17 == 3) {
      text += "{\"ReportId\":\"many\"}\n";
    } else {
      text += "{\"DeviceName\":" + (i % 7 == 2 ? number : "\"" + number + "\"") + ",\"Extra\":1}\n";
      expected.push_back("{\"DeviceName\":\"" + number + "\"}");
    }
  }
  for (const size_t batch : {size_t{1 << 20}, size_t{1}, size_t{3}, size_t{19}}) {
    for (const size_t unit : {size_t{1 << 20}, size_t{1}, size_t{50}}) {
      MemorySink sink;
      IngestOptions options;
      options.batch_records = batch;
      options.unit_records = unit;
      const auto summary = Pipeline(sink, noon, options).ingest(**connector, memory_input("x.json", text));
      ASSERT_TRUE(summary.has_value());
      EXPECT_EQ(rows_of(sink.rows, "DeviceInfo"), expected) << batch << " " << unit;
      EXPECT_EQ(summary->records, 200u);
      EXPECT_EQ(summary->mapped, expected.size());
      EXPECT_EQ(summary->rows.at("DeviceInfo"), expected.size());
      EXPECT_EQ(summary->dropped_members.at("Extra"), expected.size());
      EXPECT_EQ(summary->quarantined, 11u);
      EXPECT_EQ(summary->unmapped, 200 - 11 - expected.size());
    }
  }
}

}  // namespace
}  // namespace vedette::ingest
