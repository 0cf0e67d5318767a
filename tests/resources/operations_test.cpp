// Every documented operation against the service: each answers with its documented status, or 501 by name where what it
// does is not there yet; and each refuses what it has to refuse.
#include "operations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <map>

namespace vedette::resources {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

struct Count {
  int all = 0, passing = 0, not_implemented = 0;
};

// Documented examples that are no requests (names of types for values), that need other entities, or link to several.
// What is sent instead.
struct Slip {
  std::string_view operation, body;
};
constexpr Slip slips[] = {
    {"POST /security/labels/retentionLabels", R"({"displayName":"x","retentionDuration":null})"},
    {"PATCH /security/labels/retentionLabels/{retentionLabelId}", R"({"descriptionForUsers":"x"})"},
    {"POST /security/triggerTypes/retentionEventTypes", R"({"displayName":"x"})"},
    {"PATCH /security/triggerTypes/retentionEventTypes/{retentionEventTypeId}", R"({"description":"x"})"},
    {"POST /security/triggers/retentionEvents", R"({"displayName":"x"})"},
    {"PATCH /security/alerts/{alertId}",
     R"({"status":"inProgress","vendorInformation":{"provider":"p","vendor":"v"}})"},
    {"POST /security/alerts/updateAlerts", R"({"value":[]})"},
    {"POST /security/tiIndicators/updateTiIndicators", R"({"value":[]})"},
    {"PATCH /security/tiIndicators/{tiIndicatorId}", R"({"domainName":"a.example"})"},
    {"POST /security/cases/ediscoveryCases/{ediscoveryCaseId}/searches", R"({"displayName":"x","contentQuery":"y"})"},
    {"POST /subscriptions", R"({"changeType":"updated","notificationUrl":"https://receiver.example/x",
        "resource":"/security/alerts?$filter=status eq 'NewAlert'","expirationDateTime":"2024-05-20T00:00:00Z"})"},
    {"PATCH /subscriptions/{subscriptionId}", R"({"expirationDateTime":"2024-05-20T00:00:00Z"})"},
    {"PATCH /security/secureScoreControlProfiles/{secureScoreControlProfileId}", R"({"controlStateUpdates":[]})"},
};

const Slip* find_slip(const GraphOperation& operation) {
  for (const Slip& slip : slips)
    if (slip.operation == operation.method + " " + operation.path) return &slip;
  return nullptr;
}

// The path has a segment that stands for a resource of another API.
bool is_routed(const GraphOperation& operation) { return operation.path.find("{resource}") == std::string::npos; }

class Operations : public testing::Test {
 protected:
  void SetUp() override {
    operations_ = documented_operations();
    if (!operations_) GTEST_SKIP() << "no reference: reference/graph/operations.json is not there";
  }

  template <class Check>
  void for_each(Check check) {
    for (const GraphOperation& operation : *operations_)
      for (const std::string& root : operation.roots)
        if (is_routed(operation)) check(operation, root);
  }

  std::optional<std::vector<GraphOperation>> operations_;
};

std::string body_for(const GraphOperation& operation) {
  if (operation.method != "POST" && operation.method != "PATCH") return {};
  if (const Slip* slip = find_slip(operation)) return std::string(slip->body);
  if (!operation.body.empty()) return operation.body;
  return operation.status == 201 ? R"({"displayName":"x"})" : "{}";
}

TEST_F(Operations, AnswerAsDocumentedOr501) {
  std::map<std::string, Count> areas;
  for_each([&](const GraphOperation& operation, const std::string& root) {
    OperationService server;
    server.seed(operation, root, "t");
    const http::Response response = server.send(operation.method, target_of(operation, root, known_id),
                                                caller_for(operation, "t"), body_for(operation));
    Count& count = areas[operation.area];
    ++count.all;
    const bool null = operation.method == "GET" && response.status == 204;  // a property without a value
    if (response.status == operation.status || null) ++count.passing;
    if (response.status == 501) {
      ++count.not_implemented;
      EXPECT_THAT(response.body, HasSubstr(R"("code":"NotImplemented")"));
    }
    EXPECT_THAT(response.status, AnyOf(operation.status, 501, null ? 204 : 501))
        << operation.area << " " << operation.method << " " << target_of(operation, root, known_id) << " "
        << response.body << "\n"
        << body_for(operation);
  });
  for (const auto& [area, count] : areas)
    std::cout << area << ": " << count.all << " operations (each root counted), " << count.passing << " as documented, "
              << count.not_implemented << " not implemented\n";
}

TEST_F(Operations, RefuseWhatTheyHaveTo) {
  OperationService server;
  odata::Caller stranger;
  stranger.tenant_id = "t";
  stranger.app_id = "app";
  stranger.roles = {"Nothing.Read.All"};
  for_each([&](const GraphOperation& operation, const std::string& root) {
    if (operation.area == "batch") return;
    const std::string target = target_of(operation, root, "unknown");
    const odata::Caller caller = caller_for(operation, "t");
    const std::string what = operation.method + " " + target;
    http::Request request;
    request.method = operation.method;
    request.target = target;
    EXPECT_FALSE(server.service().is_public(request)) << what;
    EXPECT_EQ(server.send(operation.method, target, stranger, "{}").status, 403) << what;
    const http::Response wrong = server.send("PUT", target, caller, "{}");
    EXPECT_EQ(wrong.status, 405) << what;
    EXPECT_THAT(wrong.headers.get("Allow"), HasSubstr(operation.method)) << what;
    const bool with_body = operation.method == "POST" || operation.method == "PATCH";
    if (with_body) {
      EXPECT_THAT(server.send(operation.method, target, caller, "{\"a\":").status, AnyOf(400, 404, 501)) << what;
      EXPECT_THAT(server.send(operation.method, target, caller, "{}", "text/xml").status, AnyOf(404, 415, 501)) << what;
    } else if (operation.method == "GET" && target.find('(') == std::string::npos) {
      EXPECT_THAT(server.send("GET", target + "?$filter=nothing eq 1", caller, "").status, AnyOf(400, 501)) << what;
    }
    if (target.ends_with("/unknown")) {
      const http::Response none = server.send(operation.method, target, caller, with_body ? "{}" : "");
      EXPECT_THAT(none.status, AnyOf(404, 501)) << what << none.body;
    }
  });
}

// What another tenant has answers as what nobody has.
TEST_F(Operations, DoNotTellOfOtherTenants) {
  for_each([&](const GraphOperation& operation, const std::string& root) {
    const std::string target = target_of(operation, root, known_id);
    if (operation.method != "GET" || !target.ends_with(std::string("/") + known_id)) return;
    OperationService with, without;
    with.seed(operation, root, "other");
    const auto masked = [](std::string body) { return body.substr(0, body.find("\"innerError\"")); };
    const http::Response there = with.send("GET", target, caller_for(operation, "t"), "");
    const http::Response nowhere = without.send("GET", target, caller_for(operation, "t"), "");
    EXPECT_THAT(there.status, AnyOf(404, 501)) << target;
    EXPECT_EQ(masked(there.body), masked(nowhere.body));
  });
}

}  // namespace
}  // namespace vedette::resources
