// Answers that are remembered: the same as before while nothing was written, and nobody else's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../../src/odata/recent_cache.h"
#include "test_service.h"

namespace vedette::odata {
namespace {

constexpr const char* alerts = "/v1.0/security/alerts_v2";

Caller reader(std::string tenant = "t", std::string app = "app") {
  Caller caller;
  caller.tenant_id = std::move(tenant);
  caller.app_id = std::move(app);
  caller.roles = {"SecurityAlert.Read.All", "SecurityIncident.Read.All"};
  return caller;
}

http::Request get(std::string target, std::string accept = "", std::string host = "h") {
  http::Request out;
  out.method = "GET";
  out.target = std::move(target);
  out.headers = {{"Host", std::move(host)}};
  if (!accept.empty()) out.headers.add("Accept", std::move(accept));
  return out;
}

class Recall : public testing::Test {
 protected:
  Recall() { put("a", "low"); }
  void put(const std::string& id, const std::string& severity) {
    server.put("t", "alerts",
               {{"id", id}, {"severity", severity}, {"createdDateTime", "2024-04-01T00:00:00.0000000Z"}});
  }
  // What is asked for twice is remembered.
  std::string answer(const http::Request& request, const Caller& caller = reader()) {
    server.service().handle(request, caller);
    const auto response = server.service().handle(request, caller);
    EXPECT_EQ(response.status, 200) << response.body;
    return response.body;
  }
  // "" when it is not remembered.
  std::string recall(const http::Request& request, const Caller& caller = reader()) {
    const auto response = server.service().recall(request, caller);
    return response && response->shared_body ? response->shared_body->text() : "";
  }

  TestService server{"2024-05-01T12:00:00Z"};
};

TEST_F(Recall, GivesWhatWasAnsweredUntilTheNextWrite) {
  for (const std::string& target : {std::string(alerts), std::string(alerts) + "/a",
                                    std::string(alerts) + "?$filter=severity%20eq%20'low'&$orderby=title&$count=true",
                                    std::string(alerts) + "/a/severity", std::string(alerts) + "/$count"}) {
    EXPECT_EQ(recall(get(target)), "") << target;
    const std::string first = answer(get(target));
    EXPECT_EQ(recall(get(target)), first);
    EXPECT_EQ(recall(get(target)), first);
    put("b", "low");
    EXPECT_EQ(recall(get(target)), "") << target;
    const std::string second = answer(get(target));
    EXPECT_EQ(recall(get(target)), second);
  }
}

TEST_F(Recall, HasTheFieldsOfTheAnswer) {
  answer(get(std::string(alerts) + "/a"));
  const auto first = server.service().handle(get(std::string(alerts) + "/a"), reader());
  http::Request again = get(std::string(alerts) + "/a");
  again.headers.add("client-request-id", "mine");
  const auto recalled = server.service().recall(again, reader());
  ASSERT_TRUE(recalled);
  EXPECT_EQ(recalled->status, 200);
  for (const char* name : {"Content-Type", "ETag", "OData-Version", "Cache-Control"})
    EXPECT_EQ(recalled->headers.get(name), first.headers.get(name)) << name;
  EXPECT_EQ(recalled->headers.get("client-request-id"), "mine");
  EXPECT_NE(recalled->headers.get("request-id"), first.headers.get("request-id"));
}

TEST_F(Recall, IsForWhoMayReadAndAsksTheSame) {
  answer(get(alerts));
  EXPECT_NE(recall(get(alerts)), "");
  Caller without = reader();
  without.roles = {"SecurityIncident.Read.All"};
  EXPECT_EQ(recall(get(alerts), without), "");
  EXPECT_EQ(recall(get(alerts), reader("other")), "");
  EXPECT_EQ(recall(get(alerts), reader("t", "other")), "");
  EXPECT_EQ(recall(get(alerts, "application/json;odata.metadata=none")), "");
  EXPECT_EQ(recall(get(alerts, "", "elsewhere")), "");
  EXPECT_EQ(recall(get(std::string("/beta/security/alerts_v2"))), "");
  http::Request preferring = get(alerts);
  preferring.headers.add("Prefer", "include-unknown-enum-members");
  EXPECT_EQ(recall(preferring), "");
  http::Request head = get(alerts);
  head.method = "HEAD";
  EXPECT_EQ(recall(head), "");
}

TEST_F(Recall, IsNotOfWhatMayChangeWithoutAWrite) {
  server.put("t", "incidents", {{"id", "1"}});
  for (const std::string& target :
       {std::string(alerts) + "?$filter=createdDateTime%20lt%20now()",
        std::string("/v1.0/security/incidents?$expand=alerts"), std::string(alerts) + "/delta()"}) {
    answer(get(target));
    EXPECT_EQ(recall(get(target)), "") << target;
  }
  EXPECT_EQ(server.service().handle(get(std::string(alerts) + "/none"), reader()).status, 404);
  EXPECT_EQ(recall(get(std::string(alerts) + "/none")), "");
}

TEST_F(Recall, AnEntityByItsKeyIsAtHandFromTheStart) {
  const auto found = server.service().recall(get(std::string(alerts) + "/a"), reader());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->status, 200);
  EXPECT_EQ(server.service().recall(get(std::string(alerts) + "('none')"), reader())->status, 404);
  EXPECT_EQ(server.service().recall(get(std::string(alerts) + "/a?$select=id&x=1"), reader())->status, 200);
  Caller without = reader();
  without.roles.clear();
  EXPECT_EQ(server.service().recall(get(std::string(alerts) + "/a"), without)->status, 403);
  for (const std::string& target :
       {std::string(alerts) + "?$search=x", std::string(alerts) + "/a/comments", std::string(alerts) + "?$count=true",
        std::string(alerts) + "?$top=101", std::string(alerts) + "/a?%24expand=x", std::string(alerts) + "/a?Expand=x",
        std::string("/v1.0/security/incidents/1/alerts/a")})
    EXPECT_FALSE(server.service().recall(get(target), reader())) << target;
}

TEST_F(Recall, APageIsAtHandWhenItsEntitiesWereShown) {
  put("b", "high");
  EXPECT_FALSE(server.service().recall(get(alerts), reader()));
  const std::string page = server.service().handle(get(alerts), reader()).body;
  for (const char* target : {"?x=1", "?$top=100&x=2", "?%24top=50", "?$filter=severity%20ne%20'informational'"})
    EXPECT_EQ(server.service().recall(get(std::string(alerts) + target), reader())->body, page) << target;
  Caller without = reader();
  without.roles.clear();
  EXPECT_EQ(server.service().recall(get(alerts), without)->status, 403);
  put("b", "low");
  EXPECT_FALSE(server.service().recall(get(alerts), reader()));
}

TEST_F(Recall, APageThatTakesLongIsNotMadeAtOnce) {
  store::Commit commit;
  for (int i = 0; i < 5000; ++i)
    commit.entities.push_back(
        {"alerts", "n" + std::to_string(i), R"({"description":"some text"})", store::any_version});
  ASSERT_TRUE(server.store().commit("t", commit));
  const auto slow = get(std::string(alerts) + "?$filter=contains(tolower(description),'none')");
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(server.service().recall(slow, reader()));
  EXPECT_EQ(server.service().handle(slow, reader()).status, 200);
}

TEST_F(Recall, WhatIsAskedForOnceIsNotKept) {
  server.service().handle(get(alerts), reader());
  EXPECT_EQ(recall(get(alerts)), "");
  server.service().handle(get(alerts), reader());
  EXPECT_NE(recall(get(alerts)), "");
}

// What was shown before is neither read nor shaped again, and still is what is stored.
TEST_F(Recall, PagesOfEntitiesThatWereShownBeforeAreTheSame) {
  put("b", "high");
  const std::string one = answer(get(std::string(alerts) + "?$top=1")), all = answer(get(alerts));
  put("c", "medium");
  const std::string longer = answer(get(alerts));
  EXPECT_THAT(longer, testing::HasSubstr("\"severity\":\"medium\""));
  EXPECT_THAT(longer, testing::HasSubstr(all.substr(all.find("{\"id\""), 200)));
  put("a", "informational");
  EXPECT_THAT(answer(get(alerts)), testing::HasSubstr("\"severity\":\"informational\""));
  EXPECT_THAT(answer(get(std::string(alerts) + "/b")), testing::HasSubstr("\"severity\":\"high\""));
}

TEST(RecentCache, KeepsWhatIsAskedForWithinItsBytes) {
  RecentCache<std::string, int> cache(10'000);
  const auto put = [&](int n) { cache.insert(std::to_string(n), std::make_shared<const int>(n), 600); };
  for (int n = 0; n < 100; ++n) {
    put(n);
    ASSERT_TRUE(cache.find("0")) << n;
  }
  EXPECT_EQ(*cache.find("99"), 99);
  EXPECT_FALSE(cache.find("50"));
  int held = 0;
  for (int n = 0; n < 100; ++n) held += cache.find(std::to_string(n)) != nullptr;
  EXPECT_EQ(held, 10'000 / (600 + cache.entry_bytes));
  cache.insert("large", std::make_shared<const int>(1), 1251);
  EXPECT_FALSE(cache.find("large"));
}

TEST(RecentCache, LetsGoOfWhatIsOutdated) {
  RecentCache<std::string, int> cache(1 << 20);
  for (int n = 0; n < 100; ++n)
    cache.insert(std::to_string(n), std::make_shared<const int>(n), 10,
                 [&](const std::string& key, int value) { return key != "7" && value < n - 10; });
  EXPECT_TRUE(cache.find("7")) << "another's";
  EXPECT_FALSE(cache.find("6"));
  for (int n = 0; n < 30; ++n)
    cache.insert("new " + std::to_string(n), std::make_shared<const int>(n), 10,
                 [](const std::string& key, int value) { return !key.starts_with("new") && value < 100; });
  EXPECT_TRUE(cache.find("7")) << "spared once, for it was asked for";
  EXPECT_FALSE(cache.find("60"));
  EXPECT_TRUE(cache.find("99"));
}

}  // namespace
}  // namespace vedette::odata
