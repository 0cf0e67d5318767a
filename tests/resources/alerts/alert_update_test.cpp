// PATCH and comments of alerts.
#include <gtest/gtest.h>

#include "vedette/resources/alerts/alerts.h"
#include "vedette/resources/alerts/comments.h"

namespace vedette::resources {
namespace {

odata::Caller caller_of(std::string tenant_id, std::string app_id) {
  odata::Caller caller;
  caller.tenant_id = std::move(tenant_id);
  caller.app_id = std::move(app_id);
  return caller;
}

const edm::Model& model() {
  static const auto loaded = edm::Model::load(edm::embedded_model(), "beta").value();
  return *loaded;
}

class AlertChange : public testing::Test {
 protected:
  base::Result<odata::Changed> change(std::string_view property, std::string_view body) {
    odata::Context context{model(), caller, request, store, clock.now(), "a1", ""};
    for (const odata::ChangeBehaviour& row : alert_behaviours().changes)
      if (row.property == property) return row.change(document, json::parse(body).value().get_object(), context);
    return base::fail(base::ErrorCode::internal, "no such behaviour");
  }
  // Changes the document; the changed members as text.
  std::string changed(std::string_view property, std::string_view body) {
    auto result = change(property, body);
    if (!result) return std::string(base::to_string(result.error().code)) + " " + result.error().target;
    EXPECT_TRUE(result->also.empty());
    std::string text;
    for (const auto& member : result->document) {
      if (std::string_view(member.key()).starts_with('@')) continue;
      const json::Value* before = document.if_contains(member.key());
      if (before == nullptr || *before != member.value())
        text += std::string(member.key()) + "=" + json::to_text(member.value()) + " ";
    }
    document = std::move(result->document);
    return text;
  }

  base::FixedClock clock{*base::parse_iso_date_time("2024-03-02T12:00:00Z")};
  const std::unique_ptr<store::EntityStore> memory = store::make_memory_store({{"alerts", {}}}, clock);
  store::EntityStore& store = *memory;
  odata::Caller caller = caller_of("t1", "app-1");
  http::Request request;
  json::Object document = json::parse(R"({"id":"a1","status":"new","title":"T","resolvedDateTime":null,
                      "lastUpdateDateTime":"2024-03-01T00:00:00.0000000Z"})")
                              .value()
                              .get_object();
};

TEST_F(AlertChange, SetsWhatIsGivenAndTheTime) {
  EXPECT_EQ(
      changed("", R"({"assignedTo":"ann@contoso.com","classification":"truePositive","determination":"malware"})"),
      "lastUpdateDateTime=\"2024-03-02T12:00:00.0000000Z\" assignedTo=\"ann@contoso.com\" "
      "classification=\"truePositive\" determination=\"malware\" ");
  clock.advance({base::ticks_per_second});
  EXPECT_EQ(changed("", R"({"assignedTo":null})"),
            "lastUpdateDateTime=\"2024-03-02T12:00:01.0000000Z\" assignedTo=null ");
}

TEST_F(AlertChange, ResolvedHasATime) {
  EXPECT_EQ(changed("", R"({"status":"resolved"})"),
            "status=\"resolved\" resolvedDateTime=\"2024-03-02T12:00:00.0000000Z\" "
            "lastUpdateDateTime=\"2024-03-02T12:00:00.0000000Z\" ");
  clock.advance({base::ticks_per_day});
  EXPECT_EQ(changed("", R"({"status":"resolved"})"), "lastUpdateDateTime=\"2024-03-03T12:00:00.0000000Z\" ");
  clock.advance({base::ticks_per_day});
  EXPECT_EQ(changed("", R"({"status":"inProgress"})"),
            "status=\"inProgress\" resolvedDateTime=null lastUpdateDateTime=\"2024-03-04T12:00:00.0000000Z\" ");
  EXPECT_EQ(changed("", R"({"status":"unknown"})"), "bad_request status");
}

TEST_F(AlertChange, CommentsAreByTheCallerAndNow) {
  const std::string body = R"({"@odata.type":"microsoft.graph.security.alertComment","comment":"Demo for docs",
                               "createdByDisplayName":"somebody else"})";
  EXPECT_EQ(changed("comments", body),
            R"(lastUpdateDateTime="2024-03-02T12:00:00.0000000Z" comments=[{"comment":"Demo for docs",)"
            R"("createdByDisplayName":"app-1","createdDateTime":"2024-03-02T12:00:00.0000000Z"}] )");
  caller.user_id = "u1";
  EXPECT_EQ(acting_name(caller), "u1");
  caller.user_name = "ann@contoso.com";
  clock.advance({base::ticks_per_hour});
  changed("comments", R"({"comment":"second"})");
  const json::Array& comments = document["comments"].get_array();
  ASSERT_EQ(comments.size(), 2u);
  EXPECT_EQ(json::find_string(comments[1], "comment"), "second");
  EXPECT_EQ(json::find_string(comments[1], "createdByDisplayName"), "ann@contoso.com");
}

TEST_F(AlertChange, CommentsHaveLimits) {
  for (const char* body : {"{}", R"({"comment":null})", R"({"comment":""})", R"({"comment":" \t\n"})"})
    EXPECT_EQ(changed("comments", body), "bad_request comment") << body;
  const auto of_length = [](size_t characters) {
    std::string text;
    for (size_t i = 0; i < characters; ++i) text += "é";
    return json::to_text(json::Object{{"comment", text}});
  };
  EXPECT_EQ(changed("comments", of_length(comment_characters_max + 1)), "bad_request comment");
  EXPECT_NE(changed("comments", of_length(comment_characters_max)), "bad_request comment");
  json::Array many(comments_max - 1, json::Object{{"comment", "x"}});
  document["comments"] = many;
  EXPECT_NE(changed("comments", R"({"comment":"the last"})"), "limit_exceeded ");
  EXPECT_EQ(changed("comments", R"({"comment":"one more"})"), "limit_exceeded ");
}

TEST(AlertBehaviours, UsersMayChangeWhatTheModelSays) {
  const auto* security = model().find_resource("security");
  ASSERT_NE(security, nullptr);
  const auto& updatable = security->type->find_navigation("alerts_v2")->capabilities.updatable.value();
  EXPECT_EQ(std::vector<std::string>(alert_user_properties.begin(), alert_user_properties.end()), updatable);
}

}  // namespace
}  // namespace vedette::resources
