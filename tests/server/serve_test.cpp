// `vedette serve` while much is asked of it at once, and when it is told to stop.
#include <gmock/gmock.h>

#include <atomic>

#include "running_server.h"
#include "vedette/base/clock.h"

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Serve : public testing::Test {
 protected:
  void serve() {
    const auto made =
        run_program({"app", "create", "--name", "all", "--role", "Vedette.Ingest", "--role", "SecurityAlert.Read.All",
                     "--role", "ThreatHunting.Read.All", "--data", folder / "server/data"},
                    folder / ".");
    ASSERT_EQ(made.status, 0) << made.err;
    credentials = Credentials::from(made.out);
    server.emplace(folder / "server");
  }
  ApiClient client() { return ApiClient(*server, credentials); }

  TemporaryFolder folder;
  Credentials credentials;
  std::optional<RunningServer> server;
};

TEST_F(Serve, SlowHuntsKeepNothingElseFromAnswering) {
  serve();
  auto api = client();
  const std::string token = api.token();
  std::atomic<bool> refused = false, enough = false;
  std::string refusal, retry_after;
  std::vector<std::thread> hunters;
  for (int i = 0; i < 52; ++i)
    hunters.emplace_back([&] {
      auto own = client();
      const vedette::http::Headers bearer{{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}};
      const auto answer = own.send("POST", "/v1.0/security/runHuntingQuery",
                                   R"--({"Query":"let rows = range x from 1 to 1000000 step 1 | extend k = 1; )--"
                                   R"--(rows | join kind=inner rows on k | summarize sum(x % 7)"})--",
                                   bearer);
      if (answer.status != 429 || refused.exchange(true)) return;
      refusal = answer.message();
      retry_after = answer.headers.get("Retry-After");
      enough = true;
    });
  for (int i = 0; i < 400 && !enough; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(enough);
  EXPECT_EQ(refusal, "36 hunting queries of the tenant are under way, the most at once. Send the request again.");
  EXPECT_EQ(retry_after, "1");
  EXPECT_EQ(api.send("GET", "/healthz", "", {}).status, 200);
  EXPECT_EQ(api.get("/v1.0/security/alerts_v2").status, 200);
  auto newcomer = client();
  EXPECT_NE(newcomer.token(), "");
  EXPECT_EQ(
      newcomer.post("/vedette/ingest/zeek", R"({"_path":"conn","ts":1.0,"uid":"C","id.orig_h":"10.0.0.5"})").status,
      200);
  server->stop(SIGKILL);
  for (auto& hunter : hunters) hunter.join();
}

// Any spelling of the address is the same place (OData), also for how much it takes.
TEST_F(Serve, TakesLargeBodiesOfWhoMayPushThem) {
  serve();
  auto api = client();
  const std::string record = R"({"_path":"conn","ts":1714557600.0,"uid":"C1","id.orig_h":"10.0.0.5"})";
  const std::string large = record + std::string(5 << 20, '\n');
  for (const char* path : {"/vedette/ingest/zeek", "/Vedette//INGEST/zeek", "/vedette/%69ngest('zeek')"})
    EXPECT_EQ(api.post(path, large).status, 200) << path;
  const std::string medium = "{\"assignedTo\":\"" + std::string(100'000, 'a') + "\"}";
  EXPECT_EQ(api.patch("/v1.0/security/alerts_v2/x", medium).status, 403) << "lacks the permission";
  EXPECT_EQ(api.post("/v1.0/security/runHuntingQuery", std::string(5 << 20, ' ')).status, 413);
  for (const char* path : {"/vedette/ingest/zeek", "/v1.0/security/runHuntingQuery"}) {
    const auto nobody = api.send("POST", path, medium, {{"Content-Type", "application/json"}});
    EXPECT_EQ(nobody.status, 401) << path;
    EXPECT_THAT(std::string(nobody.headers.get("WWW-Authenticate")), HasSubstr("Bearer"));
  }
  EXPECT_EQ(api.send("POST", "/" + credentials.tenant_id + "/oauth2/v2.0/token", medium, {}).status, 413);
}

std::string in_days(int days) {
  const auto now = vedette::base::SystemClock().now();
  return vedette::base::format_date_time({now.ticks + days * vedette::base::ticks_per_day});
}

// Whatever time the rows tell: what counts is when they came.
TEST_F(Serve, DropsEventsThirtyDaysAfterTheyCame) {
  serve();
  ASSERT_EQ(client().post("/vedette/ingest/zeek", R"({"_path":"conn","ts":1714557600.0,"uid":"C1"})").status, 200);
  server->stop(SIGTERM);
  const auto rows = [&](const std::string& now, const std::string& wanted) {
    RunningServer later(folder / "server", {"--now", now});
    ApiClient api(later, credentials);
    std::string text;
    for (int i = 0; i < 100 && text.find(wanted) == text.npos; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      text = api.post("/v1.0/security/runHuntingQuery",
                      R"({"Query":"DeviceNetworkEvents | count","Timespan":"2024-01-01/2024-12-31"})")
                 .text;
    }
    return text;
  };
  EXPECT_THAT(rows(in_days(29), R"({"Count":1})"), HasSubstr(R"({"Count":1})"));
  EXPECT_THAT(rows(in_days(32), R"({"Count":0})"), HasSubstr(R"({"Count":0})"));
}

TEST_F(Serve, StopsWhenToldToWhileItStarts) {
  std::filesystem::create_directories(folder / "data");
  const pid_t process = start_program({"serve", "--demo", "--data", folder / "data", "--listen", "127.0.0.1:0"},
                                      folder / "out", folder / "log");
  for (int i = 0; i < 2000 && !std::filesystem::exists(folder / "data/entities.sqlite"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  kill(process, SIGTERM);
  int status = 0;
  waitpid(process, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_THAT(read_text(folder / "log"), Not(HasSubstr("listening")));
}

}  // namespace
