// Change notifications of the program, to real receivers, also when it is killed.
#include <gmock/gmock.h>

#include <set>

#include "../notify/delivered.h"
#include "running_server.h"

namespace {

using ::testing::HasSubstr;
using vedette::json::find;
using vedette::json::find_string;
using vedette::json::Object;
using vedette::json::to_text;
using vedette::notify::test::Delivered;
using vedette::notify::test::eventually;
using vedette::notify::test::Receiver;

std::string subscription(const std::string& url, const std::string& resource = "security/alerts_v2") {
  return to_text(Object{{"changeType", "created,updated"},
                        {"notificationUrl", url},
                        {"clientState", "secret"},
                        {"resource", resource},
                        {"expirationDateTime", "2026-05-20T00:00:00Z"}});
}

std::vector<std::string> alert_ids(ApiClient& client) {
  std::vector<std::string> ids;
  const Answer page = client.get("/v1.0/security/alerts_v2?$select=id&$top=20");
  for (const auto& alert : find(page.json, "value")->get_array()) ids.emplace_back(find_string(alert, "id"));
  return ids;
}

int64_t version_of(ApiClient& client, const std::string& id) {
  const Answer alert = client.get("/v1.0/security/alerts_v2/" + id);
  return std::stoll(std::string(alert.headers.get("ETag")).substr(3));
}

TEST(Notifications, AreDeliveredAlsoWhenTheServerIsKilled) {
  const TemporaryFolder folder;
  RunningServer server(folder / "server", {"--demo", "--now", "2026-05-01T12:00:00Z"});
  ApiClient client(server, Credentials::from(read_text(server.data() + "/demo.json")));
  std::atomic<bool> well = false;
  const Receiver good, failing([&](const auto&) { return well ? 200 : 500; }), hanging([&](const auto&request) {
    for (int i = 0; i < 1000 && !well && !request.stop.stopped(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return well ? 200 : 500;
  });
  for (const Receiver* receiver : {&good, &failing, &hanging}) {
    const Answer made = client.post("/v1.0/subscriptions", subscription(receiver->url("/")));
    ASSERT_EQ(made.status, 201) << made.text;
  }
  const auto ids = alert_ids(client);
  ASSERT_GT(ids.size(), 3u);
  const auto update = [&](ApiClient& by, int times) {
    for (int i = 0; i < times; ++i)
      for (const std::string& id : ids)
        ASSERT_EQ(by.patch("/v1.0/security/alerts_v2/" + id, R"({"assignedTo":")" + std::to_string(i) + "\"}").status,
                  200);
  };
  update(client, 5);
  ASSERT_TRUE(eventually([&] { return !good.taken().empty() && failing.posts("/") > 0 && hanging.posts("/") > 0; }));
  server.stop(SIGKILL);
  well = true;
  server.start();
  ApiClient again(server, Credentials::from(read_text(server.data() + "/demo.json")));
  update(again, 1);
  std::map<std::string, int64_t> newest;
  for (const std::string& id : ids) newest[id] = version_of(again, id);
  for (const Receiver* receiver : {&good, &failing, &hanging}) {
    EXPECT_TRUE(eventually([&] { return Delivered(receiver->taken()).newest() == newest; }, std::chrono::seconds(30)));
    const Delivered delivered(receiver->taken());
    EXPECT_EQ(delivered.newest(), newest);
    EXPECT_EQ(delivered.disorder(), "");
  }
  const Answer log = again.get("/vedette/notificationDeliveries?$filter=outcome%20eq%20'failed'&$count=true");
  EXPECT_EQ(log.status, 200) << log.text;
  EXPECT_FALSE(find(log.json, "value")->get_array().empty());
  EXPECT_THAT(log.text, Not(HasSubstr("secret")));
}

TEST(Notifications, GoOnlyWhereTheOperatorAllows) {
  const TemporaryFolder folder;
  const auto made = run_program(
      {"app", "create", "--name", "siem", "--role", "SecurityAlert.Read.All", "--data", folder / "server/data"},
      folder / ".");
  ASSERT_EQ(made.status, 0) << made.err;
  const Receiver receiver;
  const std::vector<std::string> now{"--now", "2026-05-01T12:00:00Z"};
  {
    RunningServer server(folder / "server", now);
    ApiClient client(server, Credentials::from(made.out));
    const Answer plain = client.post("/v1.0/subscriptions", subscription(receiver.url("/")));
    EXPECT_EQ(plain.status, 400);
    EXPECT_THAT(plain.message(), HasSubstr("https://"));
    for (const char* host : {"127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "[::ffff:127.0.0.1]"}) {
      const Answer refused = client.post("/v1.0/subscriptions", subscription("https://" + std::string(host) + ":" +
                                                                             std::to_string(receiver.port()) + "/"));
      EXPECT_EQ(refused.status, 400) << host;
      EXPECT_THAT(refused.message(), HasSubstr("not public")) << host;
    }
  }
  std::ofstream(folder / "allowed.toml") << "[notifications]\nallowed_ranges = [\"127.0.0.0/8\"]\nallow_http = true\n";
  RunningServer server(folder / "server", {"--config", folder / "allowed.toml", "--now", "2026-05-01T12:00:00Z"});
  ApiClient client(server, Credentials::from(made.out));
  EXPECT_EQ(client.post("/v1.0/subscriptions", subscription(receiver.url("/"))).status, 201);
  EXPECT_EQ(receiver.handshakes(), 1);
  const Answer forbidden = client.post("/v1.0/subscriptions", subscription(receiver.url("/"), "security/incidents"));
  EXPECT_EQ(forbidden.status, 403) << forbidden.text;
}

}  // namespace
