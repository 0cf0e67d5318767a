// An incident and its copy elsewhere: what is later of each property, with and without times.
#include "vedette/resources/incidents/incident_copies.h"

#include <gtest/gtest.h>

#include "vedette/edm/model.h"
#include "vedette/resources/incidents/incidents.h"
#include "vedette/store/change_times.h"

namespace vedette::resources {
namespace {

const base::DateTime now = *base::parse_iso_date_time("2026-05-01T12:00:00Z");

json::Object object(std::string_view text) { return json::parse(text).value().get_object(); }

json::Object changed_at(json::Object document, std::string_view property, std::string_view time) {
  store::set_change_time(document, property, {*base::parse_iso_date_time(time), "t"});
  return document;
}

IncidentCopy copy_of(std::string_view shown, const json::Object& before = {}) {
  return read_incident_copy(json::parse(shown).value(), before, now);
}

TEST(IncidentProperties, AreThoseOfTheModel) {
  const auto model = edm::Model::load(edm::embedded_model(), "v1.0").value();
  const auto& set = *model->find_resource("security")->type->find_navigation("incidents");
  for (const edm::Property& property : set.target->properties) {
    const bool is_value =
        std::find(incident_values.begin(), incident_values.end(), property.name) != incident_values.end();
    EXPECT_EQ(edm::is_updatable(property, set.capabilities), is_value || property.name == incident_properties.set)
        << property.name;
  }
}

TEST(IncidentCopies, WithoutTimesSayWhatDiffersFromTheCopyBefore) {
  const auto first = copy_of(R"({"id":"7","status":"active","displayName":"D","assignedTo":null,
                                 "lastUpdateDateTime":"2026-05-01T10:00:00Z"})");
  EXPECT_FALSE(first.has_times);
  EXPECT_TRUE(says_anything(first));
  json::Object ours = object(R"({"id":"1","status":"active","displayName":"O"})");
  ours["assignedTo"] = "ann";
  ours = changed_at(ours, "assignedTo", "2026-05-01T09:00:00Z");
  EXPECT_TRUE(unite_incident(ours, first, now));
  EXPECT_EQ(ours.at("displayName"), "D");
  EXPECT_EQ(ours.at("assignedTo"), "ann");  // an incident that nobody owns was not disowned
  // A comment there makes it newer, and undoes nothing here.
  const auto second = copy_of(R"({"id":"7","status":"active","displayName":"D","assignedTo":null,
                                  "lastUpdateDateTime":"2026-05-01T11:00:00Z",
                                  "comments":[{"comment":"c","createdDateTime":"2026-05-01T11:00:00Z"}]})",
                              kept_copy(first));
  EXPECT_TRUE(unite_incident(ours, second, now));
  EXPECT_EQ(ours.at("assignedTo"), "ann");
  EXPECT_EQ(ours.at("comments").as_array().size(), 1u);
  EXPECT_FALSE(unite_incident(ours, second, now));
  const auto taken =
      copy_of(R"({"id":"7","assignedTo":"bob","lastUpdateDateTime":"2026-05-01T11:30:00Z"})", kept_copy(second));
  EXPECT_TRUE(unite_incident(ours, taken, now));
  EXPECT_EQ(ours.at("assignedTo"), "bob");
}

TEST(IncidentCopies, WithTimesSayWhatUsersChangedOnly) {
  const auto derived = copy_of(R"({"id":"7","displayName":"D","severity":"high","@vedette.changes":{},
                                   "lastUpdateDateTime":"2026-05-01T11:00:00Z"})");
  EXPECT_TRUE(derived.has_times);
  EXPECT_FALSE(says_anything(derived));
  json::Object ours = object(R"({"id":"1","status":"active","displayName":"O"})");
  EXPECT_FALSE(unite_incident(ours, derived, now));
  const auto edited = copy_of(R"({"id":"7","displayName":"D","status":"resolved","lastModifiedBy":"bob",
      "@vedette.changes":{"displayName":{"at":"2026-05-01T11:00:00Z","by":"u"}}})");
  EXPECT_TRUE(unite_incident(ours, edited, now));
  EXPECT_EQ(ours.at("displayName"), "D");
  EXPECT_EQ(ours.at("status"), "active");
  EXPECT_EQ(ours.at("lastModifiedBy"), "bob");
  EXPECT_TRUE(incident_difference(ours, edited).empty());
}

TEST(IncidentCopies, OfMergedIncidentsSayNothing) {
  json::Object merged = object(R"({"id":"1","status":"redirected","redirectIncidentId":"2"})"),
               open = object(R"({"id":"1"})");
  const auto copy = copy_of(R"({"id":"7","assignedTo":"bob","lastUpdateDateTime":"2026-05-01T11:00:00Z"})");
  EXPECT_FALSE(unite_incident(merged, copy, now));
  EXPECT_TRUE(incident_difference(merged, copy).empty());
  const auto there = copy_of(R"({"id":"7","status":"redirected","assignedTo":"bob",
                                 "lastUpdateDateTime":"2026-05-01T11:00:00Z"})");
  EXPECT_FALSE(unite_incident(open, there, now));
  EXPECT_FALSE(says_anything(there));
}

TEST(IncidentCopies, AreToldWhatTheyLackAsTheyUnderstandIt) {
  json::Object ours = changed_at(object(R"({"id":"1","status":"resolved","customTags":["a"],"comments":[
      {"comment":"c","createdByDisplayName":"ann","createdDateTime":"2026-05-01T10:00:00Z"}]})"),
                                 "status", "2026-05-01T10:00:00Z");
  ours = changed_at(ours, "customTags/a", "2026-05-01T10:00:00Z");
  const auto plain = copy_of(R"({"id":"7","status":"active"})");
  EXPECT_EQ(json::to_text(incident_difference(ours, plain).changes), R"({"status":"resolved","customTags":["a"]})");
  EXPECT_EQ(json::to_text(incident_difference(ours, plain).comments), R"([{"comment":"c"}])");
  const auto vedette = copy_of(R"({"id":"7","status":"active","@vedette.changes":{}})");
  const auto difference = incident_difference(ours, vedette);
  EXPECT_TRUE(difference.changes.contains("@vedette.changes"));
  EXPECT_TRUE(difference.comments.front().as_object().contains("@vedette.written"));
  // It comes back from the service with another author.
  const auto echo = copy_of(R"({"id":"7","status":"resolved","customTags":["a"],
      "comments":[{"comment":"c","createdByDisplayName":"app","createdDateTime":"2026-05-01T10:00:05Z"}]})");
  EXPECT_TRUE(incident_difference(ours, echo).empty());
  const json::Object before = ours;
  unite_incident(ours, echo, now);
  EXPECT_EQ(ours.at("comments"), before.at("comments"));
}

}  // namespace
}  // namespace vedette::resources
