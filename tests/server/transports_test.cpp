// Records that come by themselves into a running server: files that it follows, signed bodies, Kafka topics; each once,
// also when it is killed.
#include <gmock/gmock.h>
#include <openssl/hmac.h>

#include <random>

#include "../eventually.h"
#include "../federation/kafka_broker.h"
#include "running_server.h"

namespace {

using ::testing::HasSubstr;
using vedette::test::eventually;

constexpr std::chrono::milliseconds between_requests{100};
constexpr const char* secret = "It's a Secret to Everybody";

std::string record(int number) { return "{\"id\":\"r" + std::to_string(number) + "\"}"; }

std::string signature(const std::string& key, const std::string& body) {
  std::string digest(EVP_MAX_MD_SIZE, '\0'), text = "sha256=";
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(body.data()),
       body.size(), reinterpret_cast<unsigned char*>(digest.data()), &size);
  for (unsigned i = 0; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(digest[i]);
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

class Transports : public testing::Test {
 protected:
  Transports() {
    const std::string rows = data() + "/connectors/rows";
    std::filesystem::create_directories(rows);
    std::ofstream(rows + "/connector.toml") << "vendor = \"V\"\nprovider = \"Rows\"\n[tail]\n[kafka]\n"
                                               "[push]\nsignature = \"X-Hub-Signature-256\"\nprefix = \"sha256=\"\n";
    std::ofstream(rows + "/events.kql") << "source | project Timestamp = datetime(2026-05-01), DeviceName = "
                                           "tostring(Record.id) | as DeviceEvents";
    std::ofstream(folder_ / "outbound.toml") << "[connectors]\nallowed_ranges = [\"127.0.0.0/8\"]\nallow_http = true\n";
    std::ofstream(folder_ / "secret") << secret << "\n";
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
    const auto answer = vedette::json::parse(added.out);
    path_ = vedette::json::find_string(*answer, "path");
    server_.emplace(folder_ / "server",
                    std::vector<std::string>{"--config", folder_ / "outbound.toml", "--limits", "none"});
    if (!path_.empty()) wait_for_taker();
  }
  void wait_for_taker() {
    ASSERT_TRUE(eventually([&] { return push("", {}).status == 401; }, std::chrono::seconds(20)));
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
  vedette::http::ClientResponse push(const std::string& body, vedette::http::Headers headers,
                                     const std::string& method = "POST", const std::string& path = "") {
    vedette::http::ClientRequest request;
    request.method = method;
    request.url = server_->base_url() + (path.empty() ? path_ : path);
    request.body = body;
    request.headers = std::move(headers);
    vedette::http::ClientOptions options;
    options.reach = vedette::http::Reach::any_address;
    auto answer = vedette::http::send(request, options);
    return answer ? std::move(*answer) : vedette::http::ClientResponse{};
  }
  vedette::http::ClientResponse push_signed(const std::string& body) {
    return push(body, {{"X-Hub-Signature-256", signature(secret, body)}});
  }

  TemporaryFolder folder_;
  Outcome made_;
  std::string path_;
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

TEST_F(Transports, TakeSignedBodies) {
  set_up("push", {"--secret", "signing_secret=@" + (folder_ / "secret")});
  EXPECT_EQ(push_signed(record(1)).status, 200);
  EXPECT_THAT(push_signed(record(1) + "\n" + record(2)).body,
              HasSubstr(R"("accepted":2,"mapped":2,"unmapped":0,"quarantined":0)"));
  EXPECT_EQ(push_signed(record(3)).status, 200);
  EXPECT_THAT(push_signed(record(3)).body, HasSubstr(R"("accepted":1)"));  // sent again
  EXPECT_EQ(counted().first, 4);
  const auto wrong = push(record(4), {{"X-Hub-Signature-256", signature("another", record(4))}});
  EXPECT_EQ(wrong.status, 401);
  EXPECT_THAT(wrong.body, HasSubstr("The signature of the request is wrong."));
  EXPECT_EQ(push(record(4), {}).status, 401);
  EXPECT_EQ(push(record(4), {{"X-Hub-Signature-256", signature(secret, record(5))}}).status, 401);
  EXPECT_EQ(push("", {}, "GET").status, 405);
  EXPECT_EQ(push("", {}, "POST", path_ + "x").status, 404);
  EXPECT_EQ(push("", {}, "POST", "/vedette/push/other/source").status, 404);
  EXPECT_EQ(push("", {}, "POST", "/vedette/push/").status, 404);
  EXPECT_EQ(push_signed(std::string(5 << 20, ' ')).status, 413);
  EXPECT_EQ(push_signed(std::string(3 << 20, ' ') + record(6)).status, 200);
  EXPECT_EQ(counted(), std::pair(int64_t{5}, int64_t{4}));
  EXPECT_THAT(server_->log(), HasSubstr("push_refused"));
  EXPECT_EQ(server_->log().find(secret), std::string::npos);
}

TEST_F(Transports, TakeSignedBodiesOnceAcrossKills) {
  set_up("push", {"--secret", "signing_secret=@" + (folder_ / "secret")});
  std::mt19937 random(4);
  int number = 0;
  for (int round = 0; round < 6; ++round) {
    std::thread killer([&, after = std::chrono::milliseconds(5 + random() % 300)] {
      std::this_thread::sleep_for(after);
      server_->stop(SIGKILL);
    });
    while (push_signed(record(++number)).status == 200) continue;
    killer.join();
    server_->start();
    wait_for_taker();
    EXPECT_EQ(push_signed(record(number)).status, 200);  // as providers do that had no answer
  }
  EXPECT_TRUE(settles(number)) << counted().first << " rows of " << number;
  EXPECT_GT(number, 12);
}

TEST_F(Transports, ReadKafkaTopicsThroughKills) {
  vedette::federation::test::KafkaBroker broker;
  set_up("kafka", {"--set", "brokers=" + broker.brokers(), "--set", "topics=events", "--set", "security=plaintext"});
  std::mt19937 random(6);
  int sent = 0;
  for (int round = 0; round < 8; ++round) {
    for (size_t n = 1 + random() % 600; n > 0; --n) broker.send(record(++sent), static_cast<int>(random() % 3));
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
    if (round % 2 == 1) kill_and_start();
  }
  broker.flush();
  EXPECT_TRUE(settles(sent)) << counted().first << " rows, " << counted().second << " names of " << sent;
  ApiClient api(*server_, Credentials::from(made_.out));
  EXPECT_TRUE(
      eventually([&] { return api.get("/vedette/connectors/source").text.find("\"healthy\"") != std::string::npos; },
                 std::chrono::seconds(20), between_requests));
}

}  // namespace
