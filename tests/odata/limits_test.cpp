// The limits of what a request asks for and what an answer holds: each is met with a name and a number.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../../src/odata/apply.h"
#include "../../src/odata/batch.h"
#include "../../src/odata/contained.h"
#include "../../src/odata/search.h"
#include "../../src/odata/url.h"
#include "test_service.h"

namespace vedette::odata {
namespace {

using testing::HasSubstr;

class Limits : public testing::Test {
 protected:
  Limits() {
    caller_.tenant_id = "t";
    caller_.app_id = "app";
    caller_.roles = {"SecurityAlert.Read.All", "SecurityIncident.Read.All", "eDiscovery.ReadWrite.All"};
  }
  http::Response ask(const std::string& method, const std::string& path, const std::string& body = {}) {
    http::Request request;
    request.method = method;
    request.target = "/v1.0" + path;
    request.body = body;
    request.headers = {{"Host", "h"}, {"Content-Type", "application/json"}};
    return server_.service().handle(request, caller_);
  }
  http::Response get(const std::string& path) { return ask("GET", path); }
  void expect_refusal(const http::Response& response, const std::string& words, const std::string& target = {}) {
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body.substr(0, 400), HasSubstr(words));
    if (!target.empty()) {
      EXPECT_THAT(response.body.substr(0, 400), HasSubstr("\"target\":\"" + target + "\""));
    }
  }
  static std::string batch_of(const json::Array& requests) {
    return json::to_text(json::Object{{"requests", requests}});
  }
  static json::Object part(int id, const std::string& url) {
    return {{"id", std::to_string(id)}, {"method", "GET"}, {"url", url}};
  }

  TestService server_{"2024-05-01T12:00:00Z"};
  Caller caller_;
};

TEST_F(Limits, OfSearch) {
  const auto search = [&](const std::string& text) {
    return get("/security/alerts_v2?$search=" + percent_encode(text));
  };
  EXPECT_EQ(search(std::string(search_bytes_max, 'x')).status, 200);
  expect_refusal(search(std::string(search_bytes_max + 1, 'x')), "$search is longer than 4096 bytes.", "$search");
  std::string words = "a";
  for (size_t i = 1; i < search_terms_max; ++i) words += i % 2 ? " a" : " OR a";
  EXPECT_EQ(search(words).status, 200);
  expect_refusal(search(words + " a"), "$search has more than 32 words and phrases.", "$search");
  const auto nested = [](size_t height) { return std::string(height, '(') + "a" + std::string(height, ')'); };
  EXPECT_EQ(search(nested(search_height_max)).status, 200);
  expect_refusal(search(nested(search_height_max + 1)), "$search is nested deeper than 50 levels.", "$search");
}

// However large a text is, a term looks through it without making more of it than there is.
TEST_F(Limits, OfSearchAreNotThoseOfLargeTexts) {
  server_.put("t", "alerts", {{"id", "1"}, {"title", std::string(3 << 20, 'A')}, {"description", "the END"}});
  const auto found = get("/security/alerts_v2/$count?$search=end%20aaaa%20NOT%20aab%20NOT%20aac%20NOT%20b%20NOT%20c");
  EXPECT_EQ(found.body, "1");
}

TEST_F(Limits, OfSelect) {
  std::string items = "id";
  for (int i = 1; i < 200; ++i) items += ",id";
  EXPECT_EQ(get("/security/alerts_v2?$select=" + items).status, 200);
  expect_refusal(get("/security/alerts_v2?$select=id," + items), "$select has more than 200 items.", "$select");
}

TEST_F(Limits, OfExpandItems) {
  const std::string cases = "/security/cases/ediscoveryCases?$expand=";
  std::string items = "searches";
  for (int i = 1; i < 11; ++i) items += ",searches";
  expect_refusal(get(cases + items), "$expand has more than 10 items.", "$expand");
  EXPECT_EQ(get(cases + "custodians($expand=siteSources)").status, 200);
  expect_refusal(get(cases + "tags($expand=childTags($expand=childTags($expand=childTags)))"),
                 "$expand is nested deeper than 3 levels.", "$expand");
}

TEST_F(Limits, OfExpandedBytes) {
  for (int i = 0; i < 40; ++i) {
    const std::string id = std::to_string(i);
    server_.put("t", "incidents", {{"id", id}});
    server_.put("t", "alerts", {{"id", id}, {"incidentId", id}, {"description", std::string(2 << 20, 'x')}});
  }
  EXPECT_EQ(get("/security/incidents?$expand=alerts&$top=20").status, 200);
  expect_refusal(get("/security/incidents?$expand=alerts"),
                 "With what is expanded, the answer has more than 67108864 bytes.", "$expand");
}

TEST_F(Limits, OfGroups) {
  store::Commit commit;
  for (size_t i = 0; i <= apply_groups_max; ++i) {
    const std::string id = std::to_string(i);
    commit.entities.push_back({"alerts", id, json::to_text(json::Object{{"id", id}, {"title", id}}), -1});
  }
  server_.store().commit("t", commit).value();
  const std::string groups = "/security/alerts_v2?$top=1&$apply=filter(id%20ne%20'7')/groupby((title))";
  EXPECT_EQ(get(groups).status, 200);
  expect_refusal(get("/security/alerts_v2?$top=1&$apply=groupby((title))"), "$apply makes more than 10000 groups.",
                 "$apply");
}

TEST_F(Limits, OfContainedEntities) {
  store::Commit commit;
  commit.entities.push_back({"ediscovery.cases", "c", R"({"id":"c"})", -1});
  for (size_t i = 0; i < contained_max + 1; ++i) {
    const std::string id = std::to_string(i);
    commit.entities.push_back(
        {"ediscovery.searches", id, json::to_text(json::Object{{"id", id}, {parent_member, "c"}}), -1});
  }
  const auto filled = server_.store().commit("t", commit);
  ASSERT_TRUE(filled) << filled.error().message;
  expect_refusal(ask("DELETE", "/security/cases/ediscoveryCases/c"),
                 "The resource contains more than 10000 others. Delete some of them first.");
}

TEST_F(Limits, OfUrlsInABatch) {
  const std::string longest = "/security/alerts_v2?x=" + std::string(batch_url_bytes_max - 22, 'x');
  EXPECT_EQ(ask("POST", "/$batch", batch_of({part(1, longest)})).status, 200);
  expect_refusal(ask("POST", "/$batch", batch_of({part(1, longest + "x")})),
                 "A 'url' in the batch is longer than 65536 bytes.", "requests");
}

TEST_F(Limits, OfAnswersInABatch) {
  server_.put("t", "alerts", {{"id", "1"}, {"description", std::string(5 << 20, 'x')}});
  json::Array requests;
  for (int i = 0; i < 15; ++i) requests.push_back(part(i, "/security/alerts_v2/1?$select=description"));
  requests.push_back(part(15, "/security/alerts_v2/1?$select=id"));
  const auto response = ask("POST", "/$batch", batch_of(requests));
  ASSERT_EQ(response.status, 200);
  const auto body = json::parse(response.body);
  const json::Array& parts = json::find(*body, "responses")->get_array();
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool fits = i < 12 || i == 15;
    EXPECT_EQ(json::find(parts[i], "status")->get_int64(), fits ? 200 : 400) << i;
    if (!fits) {
      EXPECT_THAT(json::to_text(parts[i]), HasSubstr("The answers of the batch have more than 67108864 bytes."));
    }
  }
}

}  // namespace
}  // namespace vedette::odata
