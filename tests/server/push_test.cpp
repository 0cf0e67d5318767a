// POST /vedette/ingest/{connector}: what is answered is stored, once, also when the server is killed.
#include <gmock/gmock.h>
#include <zlib.h>

#include <random>
#include <set>

#include "running_server.h"

namespace {

using ::testing::HasSubstr;
using vedette::json::find;
using vedette::json::find_string;

std::string suricata_alert(int number) {
  return R"({"timestamp":"2024-05-01T10:00:00.000000+0000","event_type":"alert","flow_id":)" + std::to_string(number) +
         R"(,"src_ip":"10.0.0.5","src_port":50000,"dest_ip":"93.184.216.34","dest_port":443,"proto":"TCP",)"
         R"("alert":{"action":"allowed","gid":1,"signature_id":)" +
         std::to_string(2'000'000 + number) + R"(,"rev":1,"signature":"TEST )" + std::to_string(number) +
         R"(","category":"A Network Trojan was detected","severity":1}})"
         "\n";
}

std::string zeek_connection(int number) {
  return R"({"_path":"conn","ts":1714557600.0,"uid":"C)" + std::to_string(number) +
         R"(","id.orig_h":"10.0.0.5","id.orig_p":50000,"id.resp_h":"93.184.216.34","id.resp_p":443,"proto":"tcp","conn_state":"SF"})"
         "\n";
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class Push : public testing::Test {
 protected:
  void SetUp() override {
    made_ =
        run_program({"app", "create", "--name", "pusher", "--role", "Vedette.Ingest", "--role",
                     "SecurityAlert.Read.All", "--role", "ThreatHunting.Read.All", "--data", folder / "server/data"},
                    folder / ".");
    ASSERT_EQ(made_.status, 0) << made_.err;
    server.emplace(folder / "server");
  }
  ApiClient client() { return ApiClient(*server, Credentials::from(made_.out)); }

  TemporaryFolder folder;
  std::optional<RunningServer> server;

 private:
  Outcome made_;
};

constexpr const char* zeek_path = "/vedette/ingest/zeek";

TEST_F(Push, StoresRowsAndAlertsOnce) {
  auto api = client();
  const auto alerts = api.post("/vedette/ingest/suricata", suricata_alert(1) + suricata_alert(2));
  ASSERT_EQ(alerts.status, 200) << alerts.text;
  EXPECT_THAT(alerts.text, HasSubstr(R"("accepted":2,"mapped":2,"unmapped":0,"quarantined":0)"));
  EXPECT_EQ(api.post("/vedette/ingest/suricata", suricata_alert(2)).status, 200);
  EXPECT_EQ(api.get("/v1.0/security/alerts_v2/$count").text, "2");
  const vedette::http::Headers key{{"Idempotency-Key", "k1"}};
  const auto first = api.post(zeek_path, zeek_connection(1), key);
  EXPECT_THAT(first.text, HasSubstr(R"("mapped":1,"unmapped":0)"));
  EXPECT_EQ(api.post(zeek_path, zeek_connection(1), key).text, first.text);
  const auto body = R"({"Query":"DeviceNetworkEvents | count","Timespan":"2024-01-01/2024-12-31"})";
  EXPECT_THAT(api.post("/v1.0/security/runHuntingQuery", body).text, HasSubstr(R"({"Count":1})"));
}

TEST_F(Push, ReadsCompressedBodiesAndRefusesBombs) {
  auto api = client();
  const vedette::http::Headers coding{{"Content-Encoding", "gzip"}};
  EXPECT_EQ(api.post(zeek_path, gzip(zeek_connection(1)), coding).status, 200);
  const std::string whole = gzip(zeek_connection(1));
  EXPECT_EQ(api.post(zeek_path, whole.substr(0, whole.size() / 2), coding).status, 400);
  EXPECT_EQ(api.post(zeek_path, gzip(std::string(300 << 20, ' ')), coding).status, 413);
  EXPECT_EQ(api.post(zeek_path, zeek_connection(1), {{"Content-Encoding", "br"}}).status, 415);
  EXPECT_EQ(api.post("/vedette/ingest/nosuch", zeek_connection(1)).status, 404);
}

TEST_F(Push, TakesConnectorsOfTheDataFolder) {
  const std::string data = folder / "server/data";
  ASSERT_EQ(run_program({"connector", "new", "acme-edr", "--data", data}, folder / ".").status, 0);
  auto api = client();
  const auto pushed =
      api.post("/vedette/ingest/acme-edr", read_text(data + "/connectors/acme-edr/tests/first.in.json"));
  EXPECT_THAT(pushed.text, HasSubstr(R"("accepted":1,"mapped":1)"));
  EXPECT_EQ(api.get("/v1.0/security/alerts_v2/$count").text, "1");
  EXPECT_EQ(api.post("/vedette/ingest/..%2Facme-edr", "{}").status, 404);
}

size_t segments_of(const std::string& data) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data))
    count += entry.path().extension() == ".seg" ? 1 : 0;
  return count;
}

TEST_F(Push, JoinsTheSegmentsOfManyPushes) {
  auto api = client();
  for (int i = 0; i < 150; ++i) ASSERT_EQ(api.post(zeek_path, zeek_connection(i)).status, 200);
  EXPECT_LT(segments_of(folder / "server/data"), 70u);
}

TEST_F(Push, StoresOverlappingBodiesOfOneKeyOnce) {
  std::vector<std::thread> senders;
  std::atomic<int> stored = 0;
  for (int i = 0; i < 6; ++i)
    senders.emplace_back([&] {
      auto api = client();
      const auto answer = api.post(zeek_path, zeek_connection(1), {{"Idempotency-Key", "same"}});
      if (answer.status == 200) ++stored;
    });
  for (auto& sender : senders) sender.join();
  EXPECT_EQ(stored, 6);
  auto api = client();
  const auto body = R"({"Query":"DeviceNetworkEvents | count","Timespan":"2024-01-01/2024-12-31"})";
  EXPECT_THAT(api.post("/v1.0/security/runHuntingQuery", body).text, HasSubstr(R"({"Count":1})"));
}

// Rows that were answered are there after the kill, and a repeated push adds none.
TEST_F(Push, SurvivesKills) {
  std::mt19937 random(17);
  std::set<int> answered, alerts;
  int number = 0;
  for (int round = 0; round < 20; ++round) {
    auto api = client();
    ASSERT_NE(api.token(), "");
    std::thread killer([&, after = std::chrono::milliseconds(5 + random() % 150)] {
      std::this_thread::sleep_for(after);
      server->stop(SIGKILL);
    });
    while (true) {
      ++number;
      const auto answer = api.post(zeek_path, zeek_connection(number), {{"Idempotency-Key", std::to_string(number)}});
      if (answer.status != 200) break;
      answered.insert(number);
      if (api.post("/vedette/ingest/suricata", suricata_alert(number)).status != 200) break;
      alerts.insert(number);
    }
    killer.join();
    server->start();
    auto again = client();
    if (number > 0) {
      EXPECT_EQ(again.post(zeek_path, zeek_connection(number), {{"Idempotency-Key", std::to_string(number)}}).status,
                200);
    }
    answered.insert(number);
  }
  answered.erase(0);
  auto api = client();
  const auto body =
      R"json({"Query":"DeviceNetworkEvents | summarize Rows = count(), Uids = count_distinct(AdditionalFields)",)json"
      R"json("Timespan":"2024-01-01/2024-12-31"})json";
  const auto counted = api.post("/v1.0/security/runHuntingQuery", body);
  const std::string all = std::to_string(answered.size());
  EXPECT_THAT(counted.text, HasSubstr("\"Rows\":" + all + ",\"Uids\":" + all));
  EXPECT_GT(answered.size(), 20u);
  const auto stored = api.get("/v1.0/security/alerts_v2?$top=1000&$select=title").text;
  for (const int alert : alerts) {
    const std::string title = "\"TEST " + std::to_string(alert) + "\"";
    EXPECT_THAT(stored, HasSubstr(title));
    EXPECT_EQ(stored.find(title), stored.rfind(title)) << "twice: " << title;
  }
}

}  // namespace
