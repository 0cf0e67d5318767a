// Records that come by themselves into a running server: files that it follows: each line once,
// also when it is killed.
#include <gmock/gmock.h>

#include <random>

#include "../eventually.h"
#include "running_server.h"

namespace {

using ::testing::HasSubstr;
using vedette::test::eventually;

constexpr std::chrono::milliseconds between_requests{100};

std::string record(int number) { return "{\"id\":\"r" + std::to_string(number) + "\"}"; }

class Transports : public testing::Test {
 protected:
  Transports() {
    const std::string rows = data() + "/connectors/rows";
    std::filesystem::create_directories(rows);
    std::ofstream(rows + "/connector.toml") << "vendor = \"V\"\nprovider = \"Rows\"\n[tail]\n";
    std::ofstream(rows + "/events.kql") << "source | project Timestamp = datetime(2026-05-01), DeviceName = "
                                           "tostring(Record.id) | as DeviceEvents";
    std::ofstream(folder_ / "outbound.toml") << "[connectors]\nallowed_ranges = [\"127.0.0.0/8\"]\nallow_http = true\n";
    made_ = run_program({"app", "create", "--name", "soc", "--role", "ThreatHunting.Read.All", "--role",
                         "Vedette.Operations.Read.All", "--data", data()},
                        folder_ / ".");
    EXPECT_EQ(made_.status, 0) << made_.err;
  }
  std::string data() const { return folder_ / "server/data"; }
  void set_up(const std::string& transport, const std::vector<std::string>& settings) {
    std::vector<std::string> arguments{"connector", "add",  "source",      "--connector", "rows",
                                       "--data",    data(), "--transport", transport};
    arguments.insert(arguments.end(), settings.begin(), settings.end());
    const auto added = run_program(arguments, folder_ / ".");
    ASSERT_EQ(added.status, 0) << added.err;
    server_.emplace(folder_ / "server",
                    std::vector<std::string>{"--config", folder_ / "outbound.toml", "--limits", "none"});
  }
  void kill_and_start() {
    server_->stop(SIGKILL);
    server_->start();
  }
  // Rows, and how many of them are different.
  std::pair<int64_t, int64_t> counted() {
    ApiClient api(*server_, Credentials::from(made_.out));
    const auto answer =
        api.post("/v1.0/security/runHuntingQuery",
                 R"json({"Query":"DeviceEvents | summarize Rows = count(), Names = count_distinct(DeviceName)",)json"
                 R"json("Timespan":"2026-04-01/2026-06-01"})json");
    const auto* results = vedette::json::find(answer.json, "results");
    if (!results || results->get_array().empty()) return {0, 0};
    const auto& row = results->get_array().front();
    return {vedette::json::find(row, "Rows")->to_number<int64_t>(),
            vedette::json::find(row, "Names")->to_number<int64_t>()};
  }
  bool settles(int64_t count) {
    return eventually([&] { return counted().second >= count; }, std::chrono::seconds(40), between_requests) &&
           counted() == std::pair(count, count);
  }

  TemporaryFolder folder_;
  Outcome made_;
  std::optional<RunningServer> server_;
};

TEST_F(Transports, FollowAFileThroughRotationsAndKills) {
  const std::string log = folder_ / "app.log";
  set_up("tail", {"--set", "path=" + log + "*"});
  std::mt19937 random(3);
  int written = 0, rotations = 0;
  std::ofstream file(log, std::ios::app);
  for (int round = 0; round < 60; ++round) {
    for (size_t n = 1 + random() % 200; n > 0; --n) {
      const std::string line = record(++written) + "\n";
      const size_t cut = random() % line.size();
      file << line.substr(0, cut) << std::flush << line.substr(cut);
    }
    file << std::flush;
    if (random() % 5 == 0) {
      std::filesystem::rename(log, log + "." + std::to_string(++rotations));
      file = std::ofstream(log, std::ios::app);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 120));
    if (round % 10 == 9) kill_and_start();
  }
  file << std::flush;
  EXPECT_TRUE(settles(written)) << counted().first << " rows, " << counted().second << " names of " << written;
}

}  // namespace
