// A subscription's life: expiry, renewal, what could not be delivered, applications that go.
#include "../store/store_in_front.h"
#include "vedette/notify/subscription.h"
#include "world.h"

namespace vedette::notify::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Lifecycle : public World {
 protected:
  std::vector<std::string> events(const Receiver& receiver) {
    std::vector<std::string> out;
    for (const Notification& one : receiver.taken("/life")) out.push_back(one.text("lifecycleEvent"));
    return out;
  }
  std::string subscribe_until(const Receiver& receiver, const char* expires) {
    return subscribe(receiver.url("/hook"),
                     {{"expirationDateTime", expires}, {"lifecycleNotificationUrl", receiver.url("/life")}});
  }
};

TEST_F(Lifecycle, EndsAtItsExpiry) {
  const Receiver receiver;
  start();
  const std::string id = subscribe_until(receiver, "2024-05-01T13:00:00Z");
  clock_.advance({47 * base::ticks_per_minute});
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_THAT(events(receiver), IsEmpty());
  clock_.advance({base::ticks_per_minute});
  ASSERT_TRUE(eventually([&] { return !events(receiver).empty(); }));
  clock_.advance({12 * base::ticks_per_minute});
  ASSERT_TRUE(eventually([&] { return events(receiver).size() == 2; }));
  EXPECT_THAT(events(receiver), ElementsAre("reauthorizationRequired", "subscriptionRemoved"));
  EXPECT_EQ(receiver.taken("/life")[0].text("subscriptionId"), id);
  EXPECT_EQ(receiver.taken("/life")[0].text("tenantId"), "t");
  EXPECT_EQ(api("GET", "/v1.0/subscriptions/" + id).status, 404);
  put("a", {});
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(receiver.posts("/hook"), 0u);
  EXPECT_TRUE(eventually([&] { return store_->state_names("t", "notify.l")->empty(); }));
}

TEST_F(Lifecycle, GoesOnWhenRenewed) {
  const Receiver receiver;
  start();
  const std::string id = subscribe_until(receiver, "2024-05-01T13:00:00Z");
  clock_.advance({59 * base::ticks_per_minute});
  ASSERT_TRUE(eventually([&] { return events(receiver).size() == 1; }));
  EXPECT_EQ(api("PATCH", "/v1.0/subscriptions/" + id, {{"expirationDateTime", "2024-05-02T13:00:00Z"}}).status, 200);
  clock_.advance({2 * base::ticks_per_minute});
  put("a", {});
  ASSERT_TRUE(eventually([&] { return receiver.taken("/hook").size() == 1; }));
  EXPECT_EQ(receiver.taken("/hook")[0].text("subscriptionExpirationDateTime"), "2024-05-02T13:00:00.0000000Z");
  EXPECT_THAT(events(receiver), ElementsAre("reauthorizationRequired"));
  EXPECT_EQ(api("POST", "/v1.0/subscriptions/" + id + "/reauthorize").status, 204);
}

TEST_F(Lifecycle, IsOverForWhoComesTooLate) {
  const Receiver receiver;
  const std::string id = subscribe_until(receiver, "2024-05-01T13:00:00Z");
  clock_.advance({base::ticks_per_hour});
  EXPECT_EQ(api("PATCH", "/v1.0/subscriptions/" + id, {{"expirationDateTime", "2024-05-02T13:00:00Z"}}).status, 404);
  EXPECT_EQ(api("POST", "/v1.0/subscriptions/" + id + "/reauthorize").status, 404);
}

TEST_F(Lifecycle, TellsOfWhatWasMissed) {
  std::atomic<bool> well = false;
  const Receiver receiver(
      [&](const http::Request& request) { return well || request.target.starts_with("/life") ? 200 : 500; });
  start();
  subscribe_until(receiver, "2024-05-20T13:00:00Z");
  put("a", {});
  put("b", {});
  ASSERT_TRUE(eventually([&] { return receiver.posts("/hook") >= 2; }));
  clock_.advance({4 * base::ticks_per_hour + base::ticks_per_second});
  ASSERT_TRUE(eventually([&] { return !events(receiver).empty(); }));
  EXPECT_THAT(events(receiver), ElementsAre("missed"));
  well = true;
  put("c", {});
  ASSERT_TRUE(eventually([&] { return receiver.taken("/hook").size() == 1; }));
  EXPECT_EQ(receiver.taken("/hook")[0].entity(), "c");
  EXPECT_TRUE(eventually([&] { return deliveries("outcome%20eq%20'dropped'").size() >= 1; }));
  EXPECT_EQ(outcomes("dropped"), 2u);
}

TEST_F(Lifecycle, BoundsTheQueue) {
  std::atomic<bool> well = false;
  const Receiver receiver(
      [&](const http::Request& request) { return well || request.target.starts_with("/life") ? 200 : 500; });
  options_.queue_chunks_max = 3;
  start();
  subscribe_until(receiver, "2024-05-20T13:00:00Z");
  for (int i = 0; i < 40; ++i) {
    put("a", {});
    std::this_thread::sleep_for(std::chrono::milliseconds(15));
  }
  ASSERT_TRUE(eventually([&] { return !events(receiver).empty(); }));
  EXPECT_EQ(events(receiver)[0], "missed");
  well = true;
  ASSERT_TRUE(eventually([&] { return !receiver.taken("/hook").empty(); }));
  ASSERT_TRUE(eventually([&] { return receiver.taken("/hook").back().version() == 40; }));
  EXPECT_LT(receiver.taken("/hook").size(), 40u);
  // The newest are there, in order.
  const auto taken = receiver.taken("/hook");
  for (size_t i = 1; i < taken.size(); ++i) EXPECT_EQ(taken[i].version(), taken[i - 1].version() + 1);
}

// What is told of a subscription that is no more is kept until it is taken.
TEST_F(Lifecycle, IsToldOfAfterARestart) {
  std::atomic<bool> well = false;
  const Receiver receiver([&](const http::Request&) { return well ? 200 : 500; });
  start();
  subscribe_until(receiver, "2024-05-01T13:00:00Z");
  ASSERT_TRUE(eventually([&] { return notifier_ != nullptr; }));
  put("a", {});
  ASSERT_TRUE(eventually([&] { return receiver.posts("/hook") > 0; }));
  clock_.advance({2 * base::ticks_per_hour});
  ASSERT_TRUE(eventually([&] { return receiver.posts("/life") > 0; }));
  stop();
  well = true;
  start();
  ASSERT_TRUE(eventually([&] { return events(receiver).size() == 1; }));
  EXPECT_THAT(events(receiver), ElementsAre("subscriptionRemoved"));
  EXPECT_TRUE(eventually([&] { return store_->state_names("t", "notify.l")->empty(); }));
  EXPECT_THAT(store_->state_names("t", "notify.queue").value(), IsEmpty());
}

TEST_F(Lifecycle, EndsWithItsApplication) {
  const Receiver receiver;
  const std::string id = subscribe_until(receiver, "2024-05-20T13:00:00Z");
  remove_application("app");
  start();
  ASSERT_TRUE(eventually([&] { return !events(receiver).empty(); }));
  EXPECT_THAT(events(receiver), ElementsAre("subscriptionRemoved"));
  EXPECT_EQ(api("GET", "/v1.0/subscriptions/" + id).status, 404);
}

// The process ends between the commit that removes the subscription and the next one.
TEST_F(Lifecycle, TellsOfItsEndAfterAKill) {
  auto failing = std::make_unique<store::StoreInFront>(std::move(store_));
  std::atomic<bool> killed = false;
  failing->before_commit = [&killed](std::string_view, const store::Commit& commit) -> base::Status {
    if (killed) return base::fail(base::ErrorCode::io_error, "The disk is full.");
    for (const store::EntityWrite& write : commit.entities)
      if (write.collection == subscription_collection && !write.json) killed = true;
    return {};
  };
  store::StoreInFront& faults = *failing;
  store_ = std::move(failing);
  const Receiver receiver;
  start();
  const std::string id = subscribe_until(receiver, "2024-05-01T12:00:01Z");
  clock_.advance({base::ticks_per_second});
  ASSERT_TRUE(eventually([&] { return killed.load(); }));
  stop();
  const size_t told = receiver.posts("/life");  // the process may have told it before it ended
  faults.before_commit = nullptr;
  start();
  ASSERT_TRUE(eventually([&] { return receiver.posts("/life") > told; }));
  EXPECT_EQ(events(receiver).back(), "subscriptionRemoved");
  EXPECT_TRUE(eventually([&] { return store_->state_names("t", "notify.l")->empty(); }));
}

class Delegated : public Lifecycle {
 protected:
  Delegated() { acting_user_ = "ana"; }
  void SetUp() override { set_user("ana", reader()); }
  UserStanding reader() const { return {true, clock_.now(), {"Security Reader"}}; }
};

TEST_F(Delegated, EndsWhenItsUserIsDisabled) {
  const Receiver receiver;
  start();
  const std::string id = subscribe_until(receiver, "2024-05-20T13:00:00Z");
  put("a", {});
  ASSERT_TRUE(eventually([&] { return receiver.taken("/hook").size() == 1; }));
  set_user("ana", {false, clock_.now(), {"Security Reader"}});
  put("b", {});
  ASSERT_TRUE(eventually([&] { return !events(receiver).empty(); }));
  EXPECT_THAT(events(receiver), ElementsAre("subscriptionRemoved"));
  EXPECT_EQ(api("GET", "/v1.0/subscriptions/" + id).status, 404);
  EXPECT_EQ(receiver.taken("/hook").size(), 1u);
}

TEST_F(Delegated, WaitsUntilItIsReauthorizedByItsUser) {
  const Receiver receiver;
  start();
  const std::string id = subscribe_until(receiver, "2024-05-20T13:00:00Z");
  clock_.advance({base::ticks_per_minute});
  set_user("ana", reader());  // with a new password
  put("a", {});
  ASSERT_TRUE(eventually([&] { return !events(receiver).empty(); }));
  EXPECT_THAT(events(receiver), ElementsAre("reauthorizationRequired"));
  EXPECT_EQ(receiver.posts("/hook"), 0u);
  acting_user_ = "";
  EXPECT_EQ(api("POST", "/v1.0/subscriptions/" + id + "/reauthorize").status, 403);
  EXPECT_EQ(api("PATCH", "/v1.0/subscriptions/" + id, {{"expirationDateTime", "2024-05-21T13:00:00Z"}}).status, 403);
  acting_user_ = "ana";
  EXPECT_EQ(api("POST", "/v1.0/subscriptions/" + id + "/reauthorize").status, 204);
  EXPECT_TRUE(eventually([&] { return receiver.taken("/hook").size() == 1; }));
}

TEST_F(Delegated, WaitsWhileItsUserHasNoRole) {
  const Receiver receiver;
  start();
  subscribe_until(receiver, "2024-05-20T13:00:00Z");
  UserStanding user = reader();
  user.directory_roles.clear();
  set_user("ana", user);
  put("a", {});
  ASSERT_TRUE(eventually([&] { return !events(receiver).empty(); }));
  EXPECT_THAT(events(receiver), ElementsAre("reauthorizationRequired"));
  set_user("ana", reader());
  EXPECT_TRUE(eventually([&] { return receiver.taken("/hook").size() == 1; }));
}

TEST_F(Lifecycle, IsNotForWhomOthersVouchFor) {
  const Receiver receiver;
  acting_provider_ = "https://other.example";
  const Answered made = api("POST", "/v1.0/subscriptions",
                            {{"changeType", "updated"},
                             {"notificationUrl", receiver.url("/hook")},
                             {"resource", "security/alerts_v2"},
                             {"expirationDateTime", "2024-05-20T00:00:00Z"}});
  EXPECT_EQ(made.status, 403);
  EXPECT_THAT(made.message(), testing::HasSubstr("'https://other.example'"));
}

}  // namespace
}  // namespace vedette::notify::test
