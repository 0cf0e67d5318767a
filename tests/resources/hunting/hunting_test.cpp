#include "vedette/resources/hunting/hunting.h"

#include <gtest/gtest.h>

#include "vedette/tables/event_store.h"

namespace vedette::resources {
namespace {

const base::DateTime now = *base::parse_iso_date_time("2024-03-31T12:00:00Z");

std::string parsed(std::string_view body) {
  const auto request = parse_hunting_request(json::parse(body).value(), now);
  if (!request) return request.error().target + ": " + request.error().message.substr(0, 30);
  const TimeWindow& window = request->window;
  return request->query + " " + base::format_date_time(window.from).substr(0, 16) + " " +
         (window.to ? base::format_date_time(*window.to).substr(0, 16) : "-");
}

TEST(HuntingRequest, HasAWindow) {
  EXPECT_EQ(parsed(R"({"Query":"T"})"), "T 2024-03-01T12:00 -");
  EXPECT_EQ(parsed(R"({"query":"T","timespan":null})"), "T 2024-03-01T12:00 -");
  EXPECT_EQ(parsed(R"({"Query":"T","Timespan":"P90D"})"), "T 2024-01-01T12:00 -");
  EXPECT_EQ(parsed(R"({"Query":"T","Timespan":"2024-02-01T08:00:00Z"})"), "T 2024-02-01T08:00 -");
  EXPECT_EQ(parsed(R"({"Query":"T","Timespan":"2024-02-01/2024-02-03"})"), "T 2024-02-01T00:00 2024-02-03T00:00");
  EXPECT_EQ(parsed(R"({"Query":"T","Timespan":"2024-02-01/P1D"})"), "T 2024-02-01T00:00 2024-02-02T00:00");
  EXPECT_EQ(parsed(R"({"Query":"T","Timespan":"PT2H/2024-02-01"})"), "T 2024-01-31T22:00 2024-02-01T00:00");
}

TEST(HuntingRequest, RefusesByName) {
  EXPECT_EQ(parsed(R"({})"), "Query: The request has no 'Query', th");
  EXPECT_EQ(parsed(R"({"Query":7})"), "Query: 'Query' must be a string.");
  EXPECT_EQ(parsed(R"({"Query":"T","Limit":3})"), "Limit: The parameter 'Limit' is not k");
  for (const char* bad : {"soon", "P1D/P1D", "/", "2024-02-01/", "P1D/P1D/P1D"})
    EXPECT_EQ(parsed(R"({"Query":"T","Timespan":")" + std::string(bad) + "\"}"),
              "Timespan: Timespan must be an ISO 8601 d")
        << bad;
}

std::string text_of(base::Result<std::unique_ptr<http::BodyStream>> body) {
  if (!body) return std::string(base::to_string(body.error().code)) + ": " + body.error().message;
  std::string text;
  while (auto chunk = (*body)->next_chunk().value()) text += *chunk;
  return text;
}

std::string answer(std::string_view query, const kql::Catalog& tables = *tables::empty_snapshot()) {
  HuntingOptions options;
  options.now = now;
  return text_of(run_hunting_query(query, tables, options));
}

TEST(HuntingAnswer, HasTheWireForms) {
  EXPECT_EQ(answer("print s = 'x', d = now(), i = int(1), l = 2, r = 1.5, b = true, t = 1h, y = dynamic({\"a\":[1]})"),
            R"({"schema":[{"name":"s","type":"String"},{"name":"d","type":"DateTime"},{"name":"i","type":"Int32"},)"
            R"({"name":"l","type":"Int64"},{"name":"r","type":"Double"},{"name":"b","type":"SByte"},)"
            R"({"name":"t","type":"TimeSpan"},{"name":"y","type":"Object"}],"results":[{"s":"x",)"
            R"("d":"2024-03-31T12:00:00.0000000Z","i":1,"l":2,"r":1.5,"b":true,"t":"01:00:00","y":{"a":[1]}}]})");
  EXPECT_EQ(answer("DeviceInfo | take 1 | project DeviceName"),
            R"({"schema":[{"name":"DeviceName","type":"String"}],"results":[]})");
}

TEST(HuntingAnswer, RefusesWhatIsTooLarge) {
  EXPECT_TRUE(answer("range x from 1 to 100000 step 1").ends_with("{\"x\":100000}]}"));
  EXPECT_TRUE(
      answer("range x from 1 to 100001 step 1").starts_with("limit_exceeded: The query gives more than 100000"));
  EXPECT_TRUE(answer("let t = strcat_delim('x', " + std::string(2000, '1').insert(0, "'").append("'") +
                     ", ''); range x from 1 to 80000 step 1 | extend t")
                  .starts_with("limit_exceeded: Query execution has exceeded the allowed result size."));
}

TEST(HuntingAnswer, RefusesWhatNeedsTooMuchMemory) {
  EXPECT_EQ(hunting_memory_bytes_max, 1'073'741'824);
  HuntingOptions options;
  options.now = now;
  options.memory_bytes_max = 1 << 20;
  const auto answer = text_of(run_hunting_query("range x from 1 to 300000 step 1 | summarize make_list(x)",
                                                *tables::empty_snapshot(), options));
  EXPECT_TRUE(answer.starts_with("limit_exceeded: The query needs more memory than the limit of 1048576 bytes"))
      << answer;
}

TEST(HuntingAnswer, EndsWithItsTime) {
  EXPECT_EQ(hunting_time_max, std::chrono::seconds(200));
  HuntingOptions options;
  options.now = now;
  options.stop = base::StopCheck({}, std::chrono::steady_clock::now());
  const auto answer = text_of(run_hunting_query("range x from 1 to 300000 step 1 | summarize count() by x % 7",
                                                *tables::empty_snapshot(), options));
  EXPECT_TRUE(answer.starts_with("limit_exceeded: The operation ran longer")) << answer;
}

TEST(HuntingAnswer, IsWholeOrAnError) {
  // The error comes after rows that were fine.
  EXPECT_TRUE(
      answer("union (range x from 1 to 5 step 1), (range x from 1 to 100001 step 1)").starts_with("limit_exceeded: "));
}

TEST(HuntingAnswer, KeepsLargeResultsWhole) {
  const std::string text = answer(
      "range x from 1 to 90000 step 1 | extend t = 'a text that makes a row of some size, "
      "so that the answer does not fit into memory'");
  EXPECT_GT(text.size(), 6u << 20);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 0);
  EXPECT_TRUE(json::parse(text));
}

}  // namespace
}  // namespace vedette::resources
