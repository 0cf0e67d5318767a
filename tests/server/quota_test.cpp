// The quotas of hunting and the limits of the API as a client meets them.
#include <gmock/gmock.h>

#include "running_server.h"

namespace {

using ::testing::HasSubstr;

constexpr const char* path = "/v1.0/security/runHuntingQuery";
constexpr const char* body = R"({"Query":"print 1"})";

TEST(HuntingQuota, IsThatOfGraphWhenAskedFor) {
  const TemporaryFolder folder;
  RunningServer server(folder / "graph", {"--demo", "--limits", "graph", "--now", "2026-05-01T12:00:00Z"});
  ApiClient client(server, Credentials::from(read_text(server.data() + "/demo.json")));
  for (int i = 1; i <= 45; ++i) {
    const auto answer = client.post(path, body);
    ASSERT_EQ(answer.status, 200) << i << answer.text;
    if (i == 1) {
      EXPECT_THAT(std::string(answer.headers.get("RateLimit-Policy")), HasSubstr(R"("requests-minute";q=45;w=60)"));
      EXPECT_THAT(std::string(answer.headers.get("RateLimit")), HasSubstr(R"("requests-minute";r=44;t=60)"));
    }
  }
  const auto refused = client.post(path, body);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.get("Retry-After"), "60");
  EXPECT_EQ(refused.error_code(), "TooManyRequests");
  EXPECT_THAT(refused.message(), HasSubstr("45 hunting queries a minute. It frees at 2026-05-01T12:01:00"));
}

TEST(ApiLimits, AreThoseOfGraphWhenAskedFor) {
  const TemporaryFolder folder;
  RunningServer server(folder / "limits", {"--demo", "--limits", "graph", "--now", "2026-05-01T12:00:00Z"});
  ApiClient client(server, Credentials::from(read_text(server.data() + "/demo.json")));
  for (int i = 1; i <= 150; ++i) ASSERT_EQ(client.get("/v1.0/security/incidents/$count").status, 200) << i;
  const auto refused = client.get("/v1.0/security/incidents/$count");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.get("Retry-After"), "60");
  EXPECT_THAT(refused.message(), HasSubstr("150 requests in 60 seconds"));
}

TEST(HuntingQuota, IsOffInADemo) {
  const TemporaryFolder folder;
  RunningServer server(folder / "free", {"--demo", "--now", "2026-05-01T12:00:00Z"});
  ApiClient client(server, Credentials::from(read_text(server.data() + "/demo.json")));
  for (int i = 1; i <= 60; ++i) ASSERT_EQ(client.post(path, body).status, 200) << i;
}

}  // namespace
