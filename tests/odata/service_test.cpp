// The service beyond single requests: bodies that are too deep, concurrent writers, what it tells the server.
#include "vedette/odata/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "test_service.h"

namespace vedette::odata {
namespace {

using testing::HasSubstr;

constexpr const char* now = "2024-05-01T12:00:00Z";

Caller caller() {
  Caller caller;
  caller.tenant_id = "t";
  caller.app_id = "app";
  caller.roles = {"SecurityAlert.ReadWrite.All", "SecurityIncident.ReadWrite.All"};
  return caller;
}

http::Request request(std::string method, std::string target, std::string body = {}) {
  http::Request out;
  out.method = std::move(method);
  out.target = std::move(target);
  out.body = std::move(body);
  out.headers = {{"Host", "h"}, {"Content-Type", "application/json"}};
  return out;
}

TEST(Service, RefusesDeepJson) {
  TestService server(now);
  server.put("t", "incidents", {{"id", "1"}});
  std::string deep = "{\"summary\":";
  deep += std::string(10000, '[') + std::string(10000, ']') + "}";
  const auto response = server.service().handle(request("PATCH", "/v1.0/security/incidents/1", deep), caller());
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("nested deeper than 100 levels"));
}

TEST(Service, AdmitsWritesOneByOne) {
  int told = 0;
  bool full = false;
  ServiceOptions options;
  options.on_write = [&](const AnsweredWrite&) { ++told; };
  options.admit_write = [&](const Caller&) -> base::Result<WritePlace> {
    if (full) return base::fail(base::ErrorCode::too_many_requests, "Too many write.");
    return std::make_shared<const int>(1);
  };
  TestService server(now, options);
  server.put("t", "incidents", {{"id", "1"}});
  const auto patch = request("PATCH", "/v1.0/security/incidents/1", R"({"status":"active"})");
  EXPECT_EQ(server.service().handle(patch, caller()).status, 200);
  full = true;
  const auto refused = server.service().handle(patch, caller());
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.body, HasSubstr("Too many write."));
  EXPECT_EQ(told, 1);
  EXPECT_EQ(server.service().handle(request("GET", "/v1.0/security/incidents/1"), caller()).status, 200);
  const auto batch = server.service().handle(
      request("POST", "/v1.0/$batch", R"({"requests":[{"id":"1","method":"GET","url":"/security/incidents/1"},
        {"id":"2","method":"PATCH","url":"/security/incidents/1","headers":{"Content-Type":"application/json"},"body":{}}]})"),
      caller());
  EXPECT_EQ(batch.status, 200);
  EXPECT_THAT(batch.body, testing::AllOf(HasSubstr("\"status\":200"), HasSubstr("\"status\":429")));
}

// Every comment of every writer arrives: a writer who was not first computes anew.
TEST(Service, ConcurrentWritersLoseNothing) {
  TestService server(now);
  server.put("t", "incidents", {{"id", "1"}});
  constexpr int writers = 4, comments = 10;
  std::atomic<int> accepted = 0;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer)
    threads.emplace_back([&] {
      for (int i = 0; i < comments; ++i) {
        const auto response = server.service().handle(
            request("POST", "/v1.0/security/incidents/1/comments", "{\"comment\":\"c\"}"), caller());
        if (response.status == 200) ++accepted;
        EXPECT_TRUE(response.status == 200 || response.status == 409) << response.body;
      }
    });
  for (auto& thread : threads) thread.join();
  const auto count = server.service().handle(request("GET", "/v1.0/security/incidents/1/comments/$count"), caller());
  EXPECT_EQ(count.body, std::to_string(accepted.load()));
  EXPECT_GT(accepted.load(), 0);
}

// A page's link goes on behind its last entity, whatever was written meanwhile.
TEST(Service, PagesAreStableUnderWrites) {
  TestService server(now);
  const auto put = [&](int day) {
    const std::string text = (day < 10 ? "0" : "") + std::to_string(day);
    server.put("t", "alerts", {{"id", "a" + text}, {"createdDateTime", "2024-04-" + text + "T00:00:00.0000000Z"}});
  };
  for (int day = 10; day < 20; ++day) put(day);
  std::string target = "/v1.0/security/alerts_v2?$top=3&$select=id", seen;
  for (int page = 0; page < 6 && !target.empty(); ++page) {
    const auto response = server.service().handle(request("GET", target), caller());
    ASSERT_EQ(response.status, 200) << response.body;
    const auto body = json::parse(response.body);
    for (const auto& item : json::find(*body, "value")->get_array()) seen += std::string(json::find_string(item, "id"));
    const std::string link(json::find_string(*body, "@odata.nextLink"));
    target = link.empty() ? "" : link.substr(link.find("/v1.0"));
    put(20 + page);
    server.put("t", "alerts", {{"id", "a19"}, {"createdDateTime", "2024-04-19T00:00:00.0000000Z"}, {"title", "new"}});
  }
  EXPECT_EQ(seen, "a19a18a17a16a15a14a13a12a11a10");
}

// Some clients cut the token off the link and send it alone, in their own spelling.
TEST(Service, TokensWorkAlone) {
  TestService server(now);
  for (const char* id : {"1", "2", "3"}) server.put("t", "alerts", {{"id", id}});
  const auto first = server.service().handle(request("GET", "/v1.0/security/alerts_v2?$top=2&$select=id"), caller());
  const std::string link(json::find_string(*json::parse(first.body), "@odata.nextLink"));
  const std::string token = link.substr(link.find("skiptoken=") + 10);
  const auto second =
      server.service().handle(request("GET", "/v1.0/security/alerts_v2?$select=id&$skipToken=" + token), caller());
  EXPECT_THAT(second.body, HasSubstr(R"("value":[{"id":"1"}])"));
}

TEST(Service, LinksUseThePublicUrl) {
  TestService server(now, {"https://graph.example.org/"});
  const auto response = server.service().handle(request("GET", "/v1.0/security/alerts_v2"), caller());
  EXPECT_THAT(response.body, HasSubstr("\"https://graph.example.org/v1.0/$metadata#security/alerts_v2\""));
}

TEST(Service, TellsWhatItServesAndWhatIsPublic) {
  const TestService server(now);
  const auto serves = [&](const char* target) { return server.service().serves(request("GET", target)); };
  EXPECT_TRUE(serves("/v1.0"));
  EXPECT_TRUE(serves("/BETA/x?y"));
  EXPECT_TRUE(serves("//vedette/ingest"));
  EXPECT_FALSE(serves("/"));
  EXPECT_FALSE(serves("/v1.00/security"));
  EXPECT_FALSE(serves("/healthz"));
  const auto is_public = [&](const char* method, const char* target) {
    return server.service().is_public(request(method, target));
  };
  EXPECT_TRUE(is_public("GET", "/v1.0/$metadata"));
  EXPECT_TRUE(is_public("HEAD", "/beta/"));
  EXPECT_FALSE(is_public("POST", "/v1.0/$metadata"));
  EXPECT_FALSE(is_public("GET", "/v1.0/security/alerts_v2"));
  EXPECT_FALSE(is_public("GET", "/v1.0/$metadata/x"));
}

TEST(Service, GivesErrorsFromOutsideTheForm) {
  const TestService server(now);
  base::Error error = base::fail(base::ErrorCode::too_many_requests, "Later.");
  error.retry_after_s = 3;
  const auto response = server.service().refuse(request("GET", "/v1.0"), error);
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.headers.get("Retry-After"), "3");
  EXPECT_THAT(response.body, HasSubstr("\"code\":\"TooManyRequests\",\"message\":\"Later.\""));
  const auto hidden = server.service().refuse(request("GET", "/v1.0"), base::fail(base::ErrorCode::io_error, "disk"));
  EXPECT_EQ(hidden.status, 500);
  EXPECT_THAT(hidden.body, testing::Not(HasSubstr("disk")));
  const auto stranger =
      server.service().refuse(request("GET", "/v1.0"), base::fail(base::ErrorCode::unauthenticated, "x"));
  EXPECT_EQ(stranger.status, 401);
  EXPECT_THAT(stranger.body, HasSubstr("InvalidAuthenticationToken"));
  EXPECT_EQ(stranger.headers.get("WWW-Authenticate"), "Bearer");
}

TEST(Service, DeclaresTheStoresCollections) {
  const auto collections = Service::collections(shipped_models());
  const auto has = [&](const char* collection, const char* name) {
    for (const auto& one : collections)
      for (const auto& property : one.indexed)
        if (one.name == collection && property.path == std::vector<std::string>{name}) return true;
    return false;
  };
  EXPECT_TRUE(has("alerts", "incidentId"));
  EXPECT_TRUE(has("alerts", "createdDateTime"));
  EXPECT_TRUE(has("alerts", "severity"));
  EXPECT_FALSE(has("alerts", "description"));
  EXPECT_TRUE(has("incidents", "status"));
}

TEST(Service, MergesPatches) {
  json::Object document{{"a", 1}, {"c", json::Object{{"x", 1}, {"y", 2}}}, {"l", json::Array{1, 2}}};
  merge_patch(document, {{"a", nullptr}, {"c", json::Object{{"y", 3}}}, {"l", json::Array{9}}});
  EXPECT_EQ(json::to_text(document), R"({"a":null,"c":{"x":1,"y":3},"l":[9]})");
}

}  // namespace
}  // namespace vedette::odata
