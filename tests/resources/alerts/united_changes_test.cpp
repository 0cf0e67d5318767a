// Changes that were made in several places, united: whatever was exchanged in which order, all say the same in the end.
#include "vedette/resources/alerts/united_changes.h"

#include <gmock/gmock.h>

#include <random>

#include "vedette/store/change_times.h"

namespace vedette::resources {
namespace {

using ::testing::HasSubstr;

constexpr std::array<std::string_view, 2> values{"status", "assignedTo"};
constexpr UserProperties properties{values, "customTags"};

const edm::Model& model() {
  static const auto loaded = edm::Model::load(edm::embedded_model(), "v1.0").value();
  return *loaded;
}

class UnitedChanges : public testing::Test {
 protected:
  odata::Context context(const std::string& tenant, int64_t second, json::Object annotations = {}) {
    caller_.tenant_id = tenant;
    caller_.app_id = "app";
    odata::Context context{model(), caller_, request_, *store_, {begin_.ticks + second * base::ticks_per_second}, "1"};
    context.annotations = std::move(annotations);
    return context;
  }
  std::string patch(json::Object& document, const std::string& tenant, int64_t second, const json::Object& body) {
    const auto done = take_patch(document, body, properties, context(tenant, second));
    return done ? "" : done.error().message;
  }
  // As a write-back sends it.
  void send(const json::Object& from, json::Object& to, const std::string& tenant, int64_t second) {
    Difference difference = later_changes(from, to, properties);
    json::Object annotations;
    if (const auto* times = difference.changes.if_contains(odata::changes_annotation))
      annotations[odata::changes_annotation] = *times;
    difference.changes.erase(odata::changes_annotation);
    const auto done = take_patch(to, difference.changes, properties, context(tenant, second, std::move(annotations)));
    EXPECT_TRUE(done) << done.error().message;
    unite_comments(to, {{"comments", from.contains("comments") ? from.at("comments") : json::Value(json::Array())}});
  }
  static json::Object comment(const std::string& text, int64_t second) {
    return {{"comment", text},
            {"createdByDisplayName", "ann"},
            {"createdDateTime", base::format_date_time({begin_.ticks + second * base::ticks_per_second})}};
  }
  static std::string tags(const json::Object& document) { return json::to_text(document.at("customTags")); }

  static constexpr base::DateTime begin_{738'000 * base::ticks_per_day};
  base::FixedClock clock_{begin_};
  const std::unique_ptr<store::EntityStore> store_ = store::make_memory_store({}, clock_);
  odata::Caller caller_;
  http::Request request_;
};

TEST_F(UnitedChanges, AreTheLaterOfEachProperty) {
  json::Object a, b;
  patch(a, "ta", 1, {{"status", "new"}, {"assignedTo", "ann"}});
  unite_changes(b, a, properties);
  patch(a, "ta", 2, {{"status", "resolved"}});
  patch(b, "tb", 3, {{"assignedTo", "bob"}});
  EXPECT_TRUE(unite_changes(a, b, properties));
  EXPECT_TRUE(unite_changes(b, a, properties));
  EXPECT_EQ(a, b);
  EXPECT_EQ(a.at("status"), "resolved");
  EXPECT_EQ(a.at("assignedTo"), "bob");
  EXPECT_FALSE(unite_changes(a, b, properties));  // an echo is no change
  EXPECT_TRUE(later_changes(a, b, properties).empty());
}

TEST_F(UnitedChanges, OfOneTimeAreTheGreaterTenants) {
  json::Object a, b;
  patch(a, "ta", 1, {{"status", "new"}});
  patch(b, "tb", 1, {{"status", "resolved"}});
  EXPECT_FALSE(unite_changes(b, a, properties));
  EXPECT_TRUE(unite_changes(a, b, properties));
  EXPECT_EQ(a.at("status"), "resolved");
}

TEST_F(UnitedChanges, FollowWhatTheyChangeWhateverTheClocksSay) {
  json::Object a, b;
  patch(a, "ta", 100, {{"status", "resolved"}});  // a clock that is ahead
  unite_changes(b, a, properties);
  patch(b, "tb", 1, {{"status", "new"}});
  EXPECT_TRUE(unite_changes(a, b, properties));
  EXPECT_EQ(a.at("status"), "new");
}

TEST_F(UnitedChanges, OfTagsUnite) {
  json::Object a{{"customTags", json::Array{"old"}}}, b = a;
  patch(a, "ta", 1, {{"customTags", json::Array{"old", "x"}}});
  patch(b, "tb", 2, {{"customTags", json::Array{"y", "old"}}});
  unite_changes(a, b, properties);
  unite_changes(b, a, properties);
  EXPECT_EQ(a, b);
  EXPECT_EQ(tags(a), R"(["x","y","old"])");
  patch(a, "ta", 3, {{"customTags", json::Array{"y"}}});  // what is taken out stays out
  send(a, b, "tb", 4);
  EXPECT_EQ(tags(b), R"(["y"])");
  EXPECT_FALSE(unite_changes(a, b, properties));
  patch(b, "tb", 5, {{"customTags", json::Array{"y", "x", "x"}}});
  unite_changes(a, b, properties);
  EXPECT_EQ(tags(a), R"(["y","x"])");
}

TEST_F(UnitedChanges, RememberTheNewestOfManyTags) {
  json::Object a;
  json::Array many;
  for (size_t i = 0; i < tags_max; ++i) many.push_back(json::Value("t" + std::to_string(i)));
  EXPECT_EQ(patch(a, "ta", 1, {{"customTags", many}}), "");
  for (int i = 2; i < 8; ++i) {
    for (auto& tag : many) tag = json::to_text(tag).substr(1, 8) + std::to_string(i);
    EXPECT_EQ(patch(a, "ta", i, {{"customTags", many}}), "");
  }
  EXPECT_EQ(a.at("customTags").as_array().size(), tags_max);
  EXPECT_LE(a.at(store::changes_member).as_object().size(), 2 * tags_max);
  many.push_back("one more");
  EXPECT_THAT(patch(a, "ta", 9, {{"customTags", many}}), HasSubstr("more than 500 texts in 'customTags'"));
}

TEST_F(UnitedChanges, AreBelievedFromApplicationsOnly) {
  json::Object a;
  patch(a, "ta", 10, {{"status", "new"}});
  const json::Object annotations{
      {odata::changes_annotation, json::parse(R"({"status":{"at":"2000-01-01T00:00:00Z","by":"tb"}})").value()}};
  auto by_user = context("ta", 11, annotations);
  caller_.user_id = "ann";
  EXPECT_TRUE(take_patch(a, {{"status", "resolved"}}, properties, by_user));
  EXPECT_EQ(a.at("status"), "resolved");
  caller_.user_id.clear();
  EXPECT_TRUE(take_patch(a, {{"status", "new"}}, properties, by_user));
  EXPECT_EQ(a.at("status"), "resolved");  // it is older
}

TEST_F(UnitedChanges, RefuseTimesThatAreNone) {
  json::Object a;
  for (const auto& [times, said] :
       {std::pair{R"([])", "no object"}, std::pair{R"({"status":{"by":"tb"}})", "can be read"},
        std::pair{R"({"status":5})", "can be read"},
        std::pair{R"({"status":{"at":"9999-12-31T23:59:59Z","by":"tb"}})", "later than now"}}) {
    const json::Object annotations{{odata::changes_annotation, json::parse(times).value()}};
    const auto done = take_patch(a, {{"status", "new"}}, properties, context("ta", 1, annotations));
    ASSERT_FALSE(done) << times;
    EXPECT_THAT(done.error().message, HasSubstr(said));
    json::Object sent{{odata::changes_annotation, json::parse(times).value()}};
    EXPECT_FALSE(take_change_times(sent, begin_));
    EXPECT_TRUE(sent.empty());
  }
  json::Object many;
  for (size_t i = 0; i <= store::change_times_max; ++i)
    store::set_change_time(many, "p" + std::to_string(i), {begin_, "tb"});
  const auto checked = store::check_change_times(many.at(store::changes_member), begin_);
  EXPECT_THAT(checked.error().message, HasSubstr("more than 2000"));
}

TEST_F(UnitedChanges, AgreeWhateverWasExchangedInWhichOrder) {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    std::array<json::Object, 3> places;
    const std::array<std::string, 3> tenants{"ta", "tb", "tc"};
    const auto anywhere = [&] { return random() % places.size(); };
    for (int step = 0; step < 60; ++step) {
      const size_t at = anywhere();
      const auto second = static_cast<int64_t>(random() % 8);  // clocks that differ, and equal times
      const std::string text = "v" + std::to_string(random() % 4);
      json::Array some;
      for (int tag = 0; tag < 4; ++tag)
        if (random() % 2 == 0) some.push_back(json::Value("t" + std::to_string(tag)));
      switch (random() % 6) {
        case 0:
          patch(places[at], tenants[at], second, {{"status", text}});
          break;
        case 1:
          patch(places[at], tenants[at], second, {{"assignedTo", text}});
          break;
        case 2:
          patch(places[at], tenants[at], second, {{"customTags", some}});
          break;
        case 3:
          unite_comments(places[at], {{"comments", json::Array{comment(text, second)}}});
          break;
        case 4:
          unite_changes(places[at], json::Object(places[anywhere()]), properties);
          break;
        default:
          send(json::Object(places[anywhere()]), places[at], tenants[at], second);
      }
    }
    for (int pass = 0; pass < 2; ++pass)
      for (size_t from = 0; from < places.size(); ++from)
        for (size_t to = 0; to < places.size(); ++to)
          if (random() % 2 == 0)
            unite_changes(places[to], json::Object(places[from]), properties);
          else
            send(json::Object(places[from]), places[to], tenants[to], 9);
    for (const json::Object& place : places) {
      for (const std::string_view name : {"status", "assignedTo", "customTags", "comments"}) {
        const auto value = [&](const json::Object& one) {
          return one.contains(name) ? json::to_text(one.at(name)) : "";
        };
        EXPECT_EQ(value(place), value(places[0])) << round << " " << name;
      }
    }
  }
}

}  // namespace
}  // namespace vedette::resources
