// `vedette hunt --batch` as a program sees it: a line in, a line out, whatever happens to the worker.
#include <gmock/gmock.h>
#include <signal.h>

#include "running_batch.h"

namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// More work than any test waits for.
const std::string slow =
    "range x from 1 to 10000000 step 1 | extend k = 1 | join kind=inner "
    "(range y from 1 to 1000000 step 1 | extend k = 1) on k | count";

TEST(HuntBatch, AnswersInTheContractsForm) {
  Batch batch;
  const std::string answer = batch.ask(R"x({"id":"a","query":"print x = 1, s = \"q\", n = int(null)"})x");
  EXPECT_THAT(answer, StartsWith(R"({"id":"a","ok":true,"schema":[{"name":"x","type":"long"},{"name":"s","type":)"
                                 R"("string"},{"name":"n","type":"int"}],"results":[[1,"q",null]],"stats":)"));
  for (const char* member : {"elapsedMs", "cpuMs", "rowsScanned", "bytesRead"}) EXPECT_THAT(answer, HasSubstr(member));
}

TEST(HuntBatch, TablesExistAndAreEmptyWithoutData) {
  Batch batch;
  EXPECT_THAT(batch.ask(R"({"id":1,"query":"DeviceProcessEvents | count"})"), HasSubstr(R"("results":[[0]])"));
}

TEST(HuntBatch, SaysWhereAQueryIsWrong) {
  Batch batch;
  EXPECT_THAT(batch.ask(R"({"id":1,"query":"print nope"})"),
              StartsWith(R"({"id":1,"ok":false,"error":{"code":"semanticError")"));
  const std::string answer = batch.ask(R"({"id":2,"query":"print 1 |"})");
  EXPECT_THAT(answer, HasSubstr("syntaxError"));
  EXPECT_THAT(answer, HasSubstr(R"("line":1,"column":)"));
}

TEST(HuntBatch, BadLinesCostOnlyThemselves) {
  Batch batch;
  EXPECT_THAT(batch.ask("nonsense"), StartsWith(R"({"id":null,"ok":false,"error":{"code":"badLine")"));
  EXPECT_THAT(batch.ask(R"({"id":[7]})"), StartsWith(R"({"id":[7],"ok":false,"error":{"code":"badLine")"));
  EXPECT_THAT(batch.ask(std::string(9 << 20, 'x')), HasSubstr("badLine"));
  EXPECT_THAT(batch.ask(R"({"id":1,"query":"print 1"})"), HasSubstr(R"("ok":true)"));
}

TEST(HuntBatch, ACrashCostsOnlyItsLine) {
  Batch batch;
  EXPECT_THAT(batch.ask(R"({"id":1,"query":"print 1"})"), HasSubstr(R"("ok":true)"));
  const pid_t worker = batch.worker();
  ASSERT_GT(worker, 0);
  batch.send(R"({"id":2,"query":")" + slow + R"("})");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  kill(worker, SIGSEGV);
  EXPECT_THAT(batch.receive(), StartsWith(R"({"id":2,"ok":false,"error":{"code":"crashed")"));
  EXPECT_THAT(batch.ask(R"({"id":3,"query":"print 1"})"), HasSubstr(R"("ok":true)"));
  EXPECT_NE(batch.worker(), worker);
}

TEST(HuntBatch, StopsAtTheTimeLimit) {
  Batch batch({"--timeout", "1"});
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_THAT(batch.ask(R"({"id":1,"query":")" + slow + R"("})"),
              StartsWith(R"({"id":1,"ok":false,"error":{"code":"limitExceeded","message":"The operation ran longer )"
                         "than its time limit allows."));
  const auto took = std::chrono::steady_clock::now() - begun;
  EXPECT_GE(took, std::chrono::seconds(1));
  EXPECT_LT(took, std::chrono::milliseconds(2500));
  EXPECT_THAT(batch.ask(R"({"id":2,"query":"print 1"})"), HasSubstr(R"("ok":true)"));
}

}  // namespace
