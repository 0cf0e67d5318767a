// How often an application may call: windows, tenants, parts of a batch, and what a refusal says.
#include "vedette/odata/throttle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_service.h"

namespace vedette::odata {
namespace {

using testing::HasSubstr;

constexpr ThrottleRule rules[] = {
    {"things", {"a/things"}, 3, 60},
    {"scores", {"a/scores"}, 100, 60, 2},
    {"all", {}, 5, 60, 0, ThrottleRule::Of::application},
};

const base::DateTime noon = *base::parse_iso_date_time("2024-05-01T12:00:00Z");

base::DateTime at(int64_t seconds) { return {noon.ticks + seconds * base::ticks_per_second}; }

Caller caller(const std::string& tenant, const std::string& app) {
  Caller caller;
  caller.tenant_id = tenant;
  caller.app_id = app;
  caller.roles = {"SecurityAlert.Read.All"};
  return caller;
}

TEST(Throttle, LetsSoManyThroughInAWindow) {
  Throttle throttle(rules);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(throttle.admit(caller("t", "x"), "a/things('1')", at(i * 10)));
  const auto refused = throttle.admit(caller("t", "x"), "a/things/b", at(20));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::too_many_requests);
  EXPECT_EQ(refused.error().retry_after_s, 40u);
  EXPECT_THAT(refused.error().message, HasSubstr("3 requests in 60 seconds for things"));
  EXPECT_TRUE(throttle.admit(caller("u", "x"), "a/things", at(20)));    // of another tenant
  EXPECT_TRUE(throttle.admit(caller("t", "y"), "a/things", at(20)));    // another application
  EXPECT_TRUE(throttle.admit(caller("t", "x"), "a/thingses", at(20)));  // another resource: the fifth of all
  EXPECT_FALSE(throttle.admit(caller("v", "x"), "b", at(20)));
  EXPECT_FALSE(throttle.admit(caller("t", "x"), "a/things", at(59)));
  EXPECT_TRUE(throttle.admit(caller("t", "x"), "a/things", at(60)));
}

// An id of an application means nothing outside of its provider.
TEST(Throttle, CountsApplicationsOfOtherProvidersByThemselves) {
  Throttle throttle(rules);
  Caller other = caller("t", "x");
  other.identity_provider = "https://login.example.org";
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(throttle.admit(caller("t", "x"), "a/things", noon));
  EXPECT_FALSE(throttle.admit(caller("t", "x"), "a/things", noon));
  EXPECT_TRUE(throttle.admit(other, "a/things", noon));
}

TEST(Throttle, CountsWhatIsUnderWay) {
  Throttle throttle(rules);
  auto first = throttle.admit(caller("t", "x"), "a/scores", noon);
  {
    const auto second = throttle.admit(caller("t", "x"), "a/scores", noon);
    EXPECT_TRUE(second);
    const auto third = throttle.admit(caller("t", "x"), "a/scores", noon);
    ASSERT_FALSE(third);
    EXPECT_THAT(third.error().message, HasSubstr("2 requests at once for scores"));
    EXPECT_EQ(third.error().retry_after_s, 1u);
  }
  EXPECT_TRUE(throttle.admit(caller("t", "x"), "a/scores", noon));
}

http::Request request(const std::string& method, const std::string& target, const std::string& body = {}) {
  http::Request request;
  request.method = method;
  request.target = target;
  request.body = body;
  request.headers.set("Content-Type", "application/json");
  return request;
}

TEST(Throttle, AnswersAsGraph) {
  ServiceOptions options;
  options.throttle = graph_throttle_rules();
  TestService server("2024-05-01T12:00:00Z", options);
  const auto get = [&] {
    return server.service().handle(request("GET", "/v1.0/Security/alerts_v2/none"), caller("t", "x"));
  };
  for (int i = 0; i < 150; ++i) ASSERT_EQ(get().status, 404);
  const http::Response refused = get();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.get("Retry-After"), "60");
  const auto body = json::parse(refused.body);
  EXPECT_EQ(json::find_string(*json::find(*body, "error"), "code"), "TooManyRequests");
  EXPECT_EQ(json::find_string(*json::find(*json::find(*body, "error"), "innerError"), "status"), "429");
  EXPECT_EQ(server.service().handle(request("GET", "/v1.0/$metadata"), {}).status, 200);
}

TEST(Throttle, CountsTheRequestsOfABatch) {
  static constexpr ThrottleRule few[] = {{"alerts", {"security/alerts_v2"}, 2, 60}};
  ServiceOptions options;
  options.throttle = few;
  TestService server("2024-05-01T12:00:00Z", options);
  const http::Response response =
      server.service().handle(request("POST", "/v1.0/$batch",
                                      R"({"requests":[{"id":"1","method":"GET","url":"/security/alerts_v2"},
                 {"id":"2","method":"GET","url":"/security/alerts_v2"},{"id":"3","method":"GET","url":"/security/alerts_v2"}]})"),
                              caller("t", "x"));
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr(R"("id":"2","status":200)"));
  EXPECT_THAT(response.body, HasSubstr(R"("id":"3","status":429,"headers":{)"));
  EXPECT_THAT(response.body, HasSubstr(R"("Retry-After":"60")"));
}

TEST(Throttle, IsOffUnlessAskedFor) {
  TestService server("2024-05-01T12:00:00Z");
  for (int i = 0; i < 400; ++i)
    ASSERT_EQ(server.service().handle(request("GET", "/v1.0/security/alerts_v2"), caller("t", "x")).status, 200);
}

}  // namespace
}  // namespace vedette::odata
