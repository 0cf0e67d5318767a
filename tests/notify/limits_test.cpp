// The limits of subscriptions and of what is sent: each refuses with its name, or cuts where it says.
#include "vedette/http/percent.h"
#include "vedette/notify/subscription.h"
#include "world.h"

namespace vedette::notify::test {
namespace {

using testing::Each;
using testing::HasSubstr;

class Limits : public World {
 protected:
  static json::Object body(const std::string& url) {
    return {{"changeType", "updated"},
            {"notificationUrl", url},
            {"resource", "security/alerts_v2"},
            {"expirationDateTime", "2024-05-20T00:00:00Z"}};
  }
  Answered subscribing(json::Object more) {
    json::Object asked = body("https://receiver.example/");
    for (const auto& member : more) asked[member.key()] = member.value();
    return api("POST", "/v1.0/subscriptions", asked);
  }
  void seed(const std::string& owner, int count) {
    store::Commit commit;
    for (int i = 0; i < count; ++i) {
      const std::string id = owner + std::to_string(i);
      commit.entities.push_back(
          {subscription_collection, id, json::to_text(json::Object{{"id", id}, {odata::owner_member, owner}})});
    }
    ASSERT_TRUE(store_->commit("t", commit));
  }
};

TEST_F(Limits, OfSubscriptions) {
  seed("app", 500);
  const Answered own = subscribing({});
  EXPECT_EQ(own.status, 403);
  EXPECT_EQ(own.message(), "The application has 500 subscriptions, the most there may be.");
  seed("other", 500);
  const Answered all = api("POST", "/v1.0/subscriptions", body("https://receiver.example/"), "t", "third");
  EXPECT_EQ(all.status, 403);
  EXPECT_EQ(all.message(), "The tenant has 1000 subscriptions, the most there may be.");
}

TEST_F(Limits, OfMembers) {
  const Answered state = subscribing({{"clientState", std::string(256, 'x')}});
  EXPECT_EQ(state.status, 400);
  EXPECT_EQ(state.message(), "'clientState' has more than 255 bytes.");
  for (const char* name : {"notificationUrl", "lifecycleNotificationUrl"}) {
    const Answered url = subscribing({{name, "https://receiver.example/" + std::string(4096, 'x')}});
    EXPECT_EQ(url.status, 400);
    EXPECT_EQ(url.message(), "'" + std::string(name) + "' has more than 4096 bytes.");
  }
  const Answered certificate = subscribing({{"includeResourceData", true},
                                            {"encryptionCertificate", "x"},
                                            {"encryptionCertificateId", std::string(129, 'x')}});
  EXPECT_EQ(certificate.status, 400);
  EXPECT_EQ(certificate.message(), "'encryptionCertificateId' has more than 128 bytes.");
}

// The second subscription is asked for while the receiver of the first is asked.
TEST_F(Limits, OfHandshakes) {
  std::unique_ptr<odata::Service> service;
  std::string meanwhile;
  const auto ask = [&] {
    odata::Caller caller;
    caller.tenant_id = "t";
    caller.app_id = "app";
    caller.roles = {"SecurityAlert.Read.All"};
    http::Request request;
    request.method = "POST";
    request.target = "/v1.0/subscriptions";
    request.headers = {{"Host", "graph.test"}, {"Content-Type", "application/json"}};
    request.body = json::to_text(body("https://receiver.example/"));
    return service->handle(request, caller);
  };
  resources::SubscriptionDependencies dependencies;
  dependencies.handshakes_max = 1;
  dependencies.handshake = [&](const http::ClientRequest& request) -> base::Result<http::ClientResponse> {
    const http::Response refused = ask();
    meanwhile = std::to_string(refused.status) + " " + refused.body;
    http::ClientResponse answer;
    answer.status = 200;
    answer.headers.set("Content-Type", "text/plain");
    answer.body = TRY(http::percent_decode(request.url.substr(request.url.find("Token=") + 6), http::Plus::literal));
    return answer;
  };
  service =
      std::make_unique<odata::Service>(models(), *store_, clock_, resources::subscription_behaviours(dependencies, {}));
  EXPECT_EQ(ask().status, 201);
  EXPECT_THAT(meanwhile, HasSubstr("429 "));
  EXPECT_THAT(meanwhile, HasSubstr("1 receivers are being validated, the most at once"));
}

class Posts : public Limits {
 protected:
  // The sizes of the requests that tell of ten changes.
  std::vector<size_t> sizes_of_ten() {
    std::mutex mutex;
    std::vector<size_t> sizes;
    const Receiver receiver([&](const http::Request& request) {
      const std::scoped_lock lock(mutex);
      sizes.push_back(request.body.size());
      return 202;
    });
    subscribe(receiver.url("/"));
    for (int i = 0; i < 10; ++i) put("a", {});
    start();
    EXPECT_TRUE(eventually([&] { return receiver.taken().size() == 10; }));
    stop();
    const std::scoped_lock lock(mutex);
    return sizes;
  }
};

TEST_F(Posts, HaveABoundedNumberOfBytes) {
  options_.post_bytes_max = 1000;
  const auto sizes = sizes_of_ten();
  EXPECT_THAT(sizes, Each(testing::Lt(1100u)));  // with what is around the notifications
  EXPECT_GT(sizes.size(), 2u);
  EXPECT_LT(sizes.size(), 10u);
}

TEST_F(Posts, HaveOneNotificationAlways) {
  options_.post_bytes_max = 1;
  EXPECT_EQ(sizes_of_ten().size(), 10u);
}

TEST_F(Posts, HaveABoundedNumberOfNotifications) {
  options_.post_items_max = 3;
  EXPECT_EQ(sizes_of_ten().size(), 4u);
}

}  // namespace
}  // namespace vedette::notify::test
