#include <gtest/gtest.h>

#include "vedette/resources/incidents/incidents.h"

namespace vedette::resources {
namespace {

odata::Caller user() {
  odata::Caller caller;
  caller.tenant_id = "t1";
  caller.app_id = "app-1";
  caller.user_id = "u1";
  caller.user_name = "ann@contoso.com";
  return caller;
}

const edm::Model& model() {
  static const auto loaded = edm::Model::load(edm::embedded_model(), "v1.0").value();
  return *loaded;
}

class IncidentChange : public testing::Test {
 protected:
  // Changes the document; the changed members as text.
  std::string changed(std::string_view property, std::string_view body) {
    odata::Context context{model(), caller, request, store, clock.now(), "5", ""};
    for (const odata::ChangeBehaviour& row : incident_behaviours().changes) {
      if (row.property != property) continue;
      auto result = row.change(document, json::parse(body).value().get_object(), context);
      if (!result) return std::string(base::to_string(result.error().code)) + ": " + result.error().message;
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
    return "no such behaviour";
  }

  base::FixedClock clock{*base::parse_iso_date_time("2024-03-02T12:00:00Z")};
  const std::unique_ptr<store::EntityStore> memory = store::make_memory_store({{"incidents", {}}}, clock);
  store::EntityStore& store = *memory;
  odata::Caller caller = user();
  http::Request request;
  json::Object document = json::parse(R"({"id":"5","status":"active","redirectIncidentId":null,"displayName":"D",
                                          "lastModifiedBy":null})")
                              .value()
                              .get_object();
};

constexpr std::string_view by_ann =
    "lastModifiedBy=\"ann@contoso.com\" lastUpdateDateTime=\"2024-03-02T12:00:00.0000000Z\" ";

TEST_F(IncidentChange, SetsWhatIsGivenAndByWhom) {
  EXPECT_EQ(changed("", R"({"displayName":"E","customTags":["Demo"],"classification":"truePositive"})"),
            "displayName=\"E\" lastModifiedBy=\"ann@contoso.com\" customTags=[\"Demo\"] "
            "classification=\"truePositive\" lastUpdateDateTime=\"2024-03-02T12:00:00.0000000Z\" ");
  caller.user_id.clear();
  caller.user_name.clear();
  EXPECT_EQ(changed("", R"({"status":"resolved","resolvingComment":"done"})"),
            "status=\"resolved\" lastModifiedBy=\"app-1\" resolvingComment=\"done\" ");
}

TEST_F(IncidentChange, MergedIncidentsStayMerged) {
  EXPECT_TRUE(changed("", R"({"status":"redirected"})").starts_with("bad_request: "));
  document["status"] = "redirected";
  document["redirectIncidentId"] = "3";
  EXPECT_EQ(changed("", R"({"status":"active"})"),
            "conflict: Incident 5 was merged into incident 3, whose status counts.");
  EXPECT_EQ(changed("", R"({"status":"redirected"})"), by_ann);
}

TEST_F(IncidentChange, HasComments) {
  EXPECT_EQ(changed("comments", R"({"comment":"Demo for docs"})"),
            R"(lastModifiedBy="ann@contoso.com" comments=[{"comment":"Demo for docs",)"
            R"("createdByDisplayName":"ann@contoso.com","createdDateTime":"2024-03-02T12:00:00.0000000Z"}] )"
            R"(lastUpdateDateTime="2024-03-02T12:00:00.0000000Z" )");
  EXPECT_TRUE(changed("comments", R"({"comment":""})").starts_with("bad_request: "));
}

}  // namespace
}  // namespace vedette::resources
