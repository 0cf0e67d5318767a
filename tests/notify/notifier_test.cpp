// What receivers get, from the API to a real receiver.
#include "../store/store_in_front.h"
#include "world.h"

namespace vedette::notify::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Notifications : public World {
 protected:
  std::vector<std::string> seen(const Receiver& receiver, const std::string& path = "") {
    std::vector<std::string> out;
    for (const Notification& one : receiver.taken(path))
      out.push_back(one.text("changeType") + " " + one.entity() + " " + std::to_string(one.version()));
    return out;
  }
};

TEST_F(Notifications, TellOfWhatIsCreatedUpdatedAndDeleted) {
  const Receiver receiver;
  put("before", {});
  start();
  const std::string id = subscribe(receiver.url("/hook?key=1"));
  EXPECT_EQ(receiver.handshakes(), 1);
  put("a", {{"title", "x"}});
  put("a", {{"title", "y"}});
  put("i", {}, "incidents");
  remove("a");
  ASSERT_TRUE(eventually([&] { return receiver.taken().size() == 3; }));
  EXPECT_THAT(seen(receiver), ElementsAre("created a 1", "updated a 2", "deleted a 3"));
  const Notification first = receiver.taken()[0];
  EXPECT_EQ(first.path, "/hook");
  EXPECT_EQ(first.text("subscriptionId"), id);
  EXPECT_EQ(first.text("clientState"), "secret");
  EXPECT_EQ(first.text("tenantId"), "t");
  EXPECT_EQ(first.text("resource"), "security/alerts_v2/a");
  EXPECT_EQ(first.text("subscriptionExpirationDateTime"), "2024-05-20T00:00:00.0000000Z");
  EXPECT_EQ(json::to_text(*json::find(first.value, "resourceData")),
            R"({"@odata.type":"#microsoft.graph.security.alert","@odata.id":"security/alerts_v2/a",)"
            R"("@odata.etag":"W/\"1\"","id":"a"})");
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Notifications, TellOfTheKindsThatWereAskedFor) {
  const Receiver receiver;
  start();
  subscribe(receiver.url("/"), {{"changeType", "Updated"}});
  put("a", {});
  put("a", {});
  put("b", {});
  put("b", {});
  ASSERT_TRUE(eventually([&] { return receiver.taken().size() == 2; }));
  EXPECT_THAT(seen(receiver), ElementsAre("updated a 2", "updated b 2"));
}

TEST_F(Notifications, KeepToTheFilter) {
  const Receiver receiver;
  start();
  subscribe(receiver.url("/high"),
            {{"resource", "/Security/Alerts_V2?$filter=severity eq 'High' and status ne 'resolved'"}});
  subscribe(receiver.url("/new"), {{"resource", "security/alerts/?$filter=status eq 'NewAlert'"}});
  subscribe(receiver.url("/one"), {{"resource", "security/alerts_v2/b"}});
  subscribe(receiver.url("/incidents"), {{"resource", "security/incidents?$filter=severity eq 'low'"}});
  subscribe(receiver.url("/linked"), {{"resource", "security/incidents('7')/alerts"}});
  put("a", {{"severity", "high"}, {"status", "new"}, {"incidentId", "7"}});
  put("b", {{"severity", "low"}, {"status", "new"}});
  put("c", {{"severity", "high"}, {"status", "resolved"}});
  put("7", {{"severity", "low"}}, "incidents");
  put("8", {{"severity", "high"}}, "incidents");
  ASSERT_TRUE(eventually([&] { return receiver.taken().size() == 6; }));
  EXPECT_THAT(seen(receiver, "/high"), ElementsAre("created a 1"));
  EXPECT_THAT(seen(receiver, "/new"), ElementsAre("created a 1", "created b 1"));
  EXPECT_THAT(seen(receiver, "/one"), ElementsAre("created b 1"));
  EXPECT_THAT(seen(receiver, "/incidents"), ElementsAre("created 7 1"));
  EXPECT_THAT(seen(receiver, "/linked"), ElementsAre("created a 1"));
  EXPECT_EQ(json::find_string(*json::find(receiver.taken("/new")[0].value, "resourceData"), "@odata.type"),
            "#microsoft.graph.alert");
}

TEST_F(Notifications, StayInTheirTenant) {
  const Receiver receiver;
  start();
  subscribe(receiver.url("/t"));
  subscribe(receiver.url("/u"), {}, "u");
  put("of-t", {});
  put("of-u", {}, "alerts", "u");
  ASSERT_TRUE(eventually([&] { return receiver.taken().size() == 2; }));
  EXPECT_THAT(seen(receiver, "/t"), ElementsAre("created of-t 1"));
  EXPECT_THAT(seen(receiver, "/u"), ElementsAre("created of-u 1"));
  EXPECT_EQ(receiver.taken("/u")[0].text("tenantId"), "u");
}

TEST_F(Notifications, EndWithTheSubscription) {
  const Receiver receiver;
  start();
  const std::string id = subscribe(receiver.url("/gone"));
  subscribe(receiver.url("/stays"));
  put("a", {});
  ASSERT_TRUE(eventually([&] { return receiver.taken().size() == 2; }));
  EXPECT_EQ(api("DELETE", "/v1.0/subscriptions/" + id).status, 204);
  put("b", {});
  ASSERT_TRUE(eventually([&] { return receiver.taken("/stays").size() == 2; }));
  EXPECT_EQ(receiver.taken("/gone").size(), 1u);
  ASSERT_TRUE(eventually([&] { return store_->state_names("t", "notify.lane/" + id)->empty(); }));
}

TEST_F(Notifications, ComeAgainUntilTheyAreTaken) {
  std::atomic<int> asked = 0;
  const Receiver receiver([&](const http::Request&) { return ++asked <= 3 ? 500 + asked : 200; });
  start();
  const std::string id = subscribe(receiver.url("/"));
  for (int i = 1; i <= 250; ++i) put("a", {{"title", i}});
  ASSERT_TRUE(eventually([&] { return receiver.taken().size() == 250; }));
  for (int i = 0; i < 250; ++i) EXPECT_EQ(receiver.taken()[static_cast<size_t>(i)].version(), i + 1);
  ASSERT_TRUE(eventually([&] { return deliveries("outcome%20eq%20'delivered'").size() >= 3; }));
  const json::Array failed = deliveries("outcome%20eq%20'failed'%20and%20subscriptionId%20eq%20'" + id + "'");
  ASSERT_EQ(failed.size(), 3u);
  const json::Value& newest = failed.front();
  EXPECT_THAT(std::string(json::find_string(newest, "error")), HasSubstr("status 50"));
  EXPECT_EQ(json::to_text(*json::find(newest, "applicationId")), "\"app\"");
}

TEST_F(Notifications, DoNotFollowRedirects) {
  std::atomic<int> asked = 0;
  const Receiver receiver([&](const http::Request&) { return ++asked <= 2 ? 307 : 200; });
  start();
  subscribe(receiver.url("/"));
  put("a", {});
  ASSERT_TRUE(eventually([&] { return receiver.taken().size() == 1; }));
  EXPECT_EQ(receiver.posts("/redirected"), 0u);
  EXPECT_EQ(receiver.posts("/"), 3u);
}

// Forty that hang, more than a small server has threads; the others are told at once.
TEST_F(Notifications, AreNotHeldUpByOtherReceivers) {
  options_.answer_timeout = std::chrono::seconds(3);
  std::atomic<bool> over = false;
  const Receiver hanging([&](const http::Request& request) {
    for (int i = 0; i < 400 && !over && !request.stop.stopped(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return 200;
  });
  const Receiver failing([](const http::Request&) { return 503; });
  const Receiver good;
  start();
  for (int i = 0; i < 40; ++i) subscribe(hanging.url("/" + std::to_string(i)));
  for (int i = 0; i < 10; ++i) subscribe(failing.url("/" + std::to_string(i)));
  subscribe(good.url("/"));
  for (int i = 0; i < 20; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    put("a", {});
    ASSERT_TRUE(eventually([&] { return good.taken().size() == static_cast<size_t>(i) + 1; }));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
  }
  over = true;
}

TEST_F(Notifications, AreNotHeldUpByAnotherTenantsStore) {
  auto failing = std::make_unique<store::StoreInFront>(std::move(store_));
  failing->before_read = [](std::string_view tenant) {
    return tenant == "u" ? base::fail(base::ErrorCode::io_error, "The disk is full.") : base::Status();
  };
  store_ = std::move(failing);
  const Receiver receiver;
  start();
  subscribe(receiver.url("/"));
  for (size_t i = 0; i < 5; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    put("a", {});
    ASSERT_TRUE(eventually([&] { return receiver.taken().size() == i + 1; }));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
  }
  EXPECT_FALSE(problems().empty());
}

TEST_F(Notifications, AreLoggedOutsideOfTheFeed) {
  const Receiver receiver;
  start();
  subscribe(receiver.url("/"));
  put("a", {});
  ASSERT_TRUE(eventually([&] { return deliveries().size() == 1; }));
  const auto changes = store_->changes("t", 0, 100).value();
  for (const store::Change& change : changes) EXPECT_NE(change.collection, "notificationDeliveries");
}

TEST_F(Notifications, AreThereAfterARestart) {
  std::atomic<bool> well = false;
  const Receiver receiver([&](const http::Request&) { return well ? 200 : 500; });
  options_.retry_max = std::chrono::seconds(1);
  start();
  subscribe(receiver.url("/"));
  for (int i = 0; i < 150; ++i) put("a", {});
  ASSERT_TRUE(eventually([&] { return receiver.posts("/") >= 2; }));
  stop();
  for (int i = 0; i < 150; ++i) put("a", {});  // while nobody looks
  well = true;
  start();
  ASSERT_TRUE(eventually([&] { return receiver.taken().size() >= 300; }));
  for (int i = 0; i < 300; ++i) EXPECT_EQ(receiver.taken()[static_cast<size_t>(i)].version(), i + 1);
  EXPECT_EQ(receiver.taken().size(), 300u);
}

// How often a receiver failed is known after a restart: it is not asked at once.
TEST_F(Notifications, RememberThePauses) {
  options_.retry_min = std::chrono::milliseconds(200);
  options_.retry_max = std::chrono::hours(1);
  const Receiver receiver([&](const http::Request&) { return 500; });
  start();
  subscribe(receiver.url("/"));
  put("a", {});
  ASSERT_TRUE(eventually([&] { return receiver.posts("/") == 4; }));  // after 0.2, 0.4, 0.8 seconds
  ASSERT_TRUE(eventually([&] { return deliveries("outcome%20eq%20'failed'").size() == 4; }));  // the answers are known
  stop();
  const auto begun = std::chrono::steady_clock::now();
  start();
  ASSERT_TRUE(eventually([&] { return receiver.posts("/") == 5; }));  // the clock stands: all of 1.6 seconds
  EXPECT_GT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(1000));
}

TEST_F(Notifications, AreOnlySentWhereItIsAllowed) {
  const Receiver receiver;
  options_.client.allowed.clear();
  const Answered made = api("POST", "/v1.0/subscriptions",
                            {{"changeType", "updated"},
                             {"notificationUrl", receiver.url("/")},
                             {"resource", "security/alerts_v2"},
                             {"expirationDateTime", "2024-05-20T00:00:00Z"}});
  EXPECT_EQ(made.status, 400);
  EXPECT_THAT(made.message(), HasSubstr("not public"));
  EXPECT_EQ(receiver.handshakes(), 0);
  // One that was allowed once.
  options_ = quick_options();
  const std::string id = subscribe(receiver.url("/"));
  options_.client.allowed.clear();
  start();
  put("a", {});
  ASSERT_TRUE(eventually([&] { return !deliveries("outcome%20eq%20'failed'").empty(); }));
  EXPECT_EQ(receiver.posts("/"), 0u);
}

TEST_F(Notifications, AreHeldBackFromWhoMayNotRead) {
  const Receiver receiver;
  set_roles({"SecurityEvents.Read.All", "SecurityAlert.Read.All", "Vedette.Operations.Read.All"});
  const std::string id = subscribe(receiver.url("/"), {{"lifecycleNotificationUrl", receiver.url("/life")}});
  EXPECT_EQ(receiver.handshakes(), 2);
  set_roles({"SecurityIncident.Read.All"});
  start();
  put("a", {});
  ASSERT_TRUE(eventually([&] { return receiver.posts("/life") == 1; }));
  EXPECT_EQ(receiver.taken("/life")[0].text("lifecycleEvent"), "reauthorizationRequired");
  EXPECT_EQ(receiver.taken("/life")[0].text("clientState"), "secret");
  EXPECT_EQ(receiver.posts("/"), 0u);
  stop();
  set_roles({"SecurityAlert.Read.All"});
  start();
  ASSERT_TRUE(eventually([&] { return receiver.taken("/").size() == 1; }));
}

}  // namespace
}  // namespace vedette::notify::test
