// What users merge, move and make stays as they said, and the correlator goes on from there.
#include "vedette/correlate/user_changes.h"

#include <gtest/gtest.h>

#include "world.h"

namespace vedette::correlate {
namespace {

using base::ErrorCode;

const store::Actor analyst{store::Actor::Kind::user, "analyst"};

class UserChanges : public testing::Test {
 protected:
  base::Result<std::string> apply(base::Result<UserChange> change) {
    if (!change) return change.error();
    TRY(world.store->commit(world.tenant, change->commit(analyst)));
    return change->incident;
  }
  base::Result<std::string> merge(const std::vector<std::string>& incidents) {
    return apply(merge_incidents(*world.store, world.tenant, incidents, world.clock.now()));
  }
  base::Result<std::string> move(const std::vector<std::string>& alerts, const std::string& incident) {
    return apply(move_alerts(*world.store, world.tenant, alerts, incident, world.clock.now()));
  }
  std::string text(std::string_view collection, const std::string& id, std::string_view member) const {
    return std::string(json::find_string(world.get(collection, id), member));
  }

  World world;
};

TEST_F(UserChanges, MergedIncidentsBecomeTheLowestNumbered) {
  for (const char* name : {"a", "b", "c"}) world.put(make_alert(name, 0, {device(name)}));
  world.run();
  world.patch(incident_collection, "3", {{"assignedTo", "ana"}, {"customTags", json::Array{"x", "y"}}});
  EXPECT_EQ(merge({"3", "1", "3"}).value(), "1");
  EXPECT_EQ(world.incident_of("c"), "1");
  EXPECT_EQ(text(incident_collection, "3", "status"), "redirected");
  EXPECT_EQ(text(incident_collection, "3", "redirectIncidentId"), "1");
  EXPECT_EQ(text(incident_collection, "1", "assignedTo"), "ana");
  for (const bool restart : {false, true}) {
    if (restart) world.start();
    world.put(make_alert(restart ? "d" : "e", 0, {device("c")}));
    world.run();
    EXPECT_EQ(world.incident_of(restart ? "d" : "e"), "1");
  }
  EXPECT_EQ(text(incident_collection, "1", "assignedTo"), "ana");
}

TEST_F(UserChanges, WhatCannotBeMergedIsRefused) {
  for (const char* name : {"a", "b", "c"}) world.put(make_alert(name, 0, {device(name)}));
  world.run();
  EXPECT_EQ(merge({"1"}).error().code, ErrorCode::bad_request);
  EXPECT_EQ(merge({"1", "1"}).error().code, ErrorCode::bad_request);
  EXPECT_EQ(merge({"1", "9"}).error().code, ErrorCode::not_found);
  ASSERT_TRUE(merge({"1", "2"}));
  EXPECT_EQ(merge({"2", "3"}).error().message, "Incident 2 was merged into incident 1.");
  std::vector<std::string> many;
  for (size_t i = 0; i <= merged_incidents_max; ++i) many.push_back(std::to_string(i));
  EXPECT_EQ(merge(many).error().code, ErrorCode::limit_exceeded);
}

TEST_F(UserChanges, NoMoreAlertsAreMergedThanTheLimit) {
  for (const char* name : {"a", "b"}) world.put(make_alert(name, 0, {device(name)}));
  world.run();
  store::Commit commit{analyst, {}, {}};
  for (size_t i = 0; i < merged_alerts_max; ++i)
    commit.entities.push_back({std::string(alert_collection), "n" + std::to_string(i), R"({"incidentId":"2"})"});
  ASSERT_TRUE(world.store->commit(world.tenant, commit));
  const auto refused = merge({"1", "2"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(refused.error().message, "The incidents to merge have more than 10000 alerts.");
}

TEST_F(UserChanges, MovedAlertsStayAndLinkNothing) {
  world.put(make_alert("a", 0, {device("ws01")}));
  world.put(make_alert("b", 0, {device("ws01")}));
  world.put(make_alert("c", 0, {device("ws02")}));
  world.run();
  EXPECT_EQ(move({"b"}, "2").value(), "2");
  for (const bool restart : {false, true}) {
    if (restart) world.start();
    world.put(make_alert(restart ? "d" : "e", 0, {device("ws01")}));
    world.run();
    EXPECT_EQ(world.incident_of("b"), "2");
    EXPECT_EQ(world.incident_of(restart ? "d" : "e"), "1");
  }
  EXPECT_EQ(move({"b"}, "9").error().code, ErrorCode::not_found);
  std::vector<std::string> many;
  for (size_t i = 0; i <= moved_alerts_max; ++i) many.push_back(std::to_string(i));
  EXPECT_EQ(move(many, "2").error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(move({"nobody"}, "2").error().code, ErrorCode::not_found);
  EXPECT_EQ(move({}, "2").error().code, ErrorCode::bad_request);
}

TEST_F(UserChanges, ANewIncidentHasTheNextNumber) {
  world.put(make_alert("a", 0, {device("ws01")}));
  world.put(make_alert("b", 0, {device("ws01")}));
  world.run();
  EXPECT_EQ(move({"b"}, "").value(), "2");
  world.put(make_alert("c", 0, {device("ws03")}));
  world.run();
  EXPECT_EQ(world.partition(), (IncidentSets{{"a"}, {"b"}, {"c"}}));
  EXPECT_EQ(world.incident_of("c"), "3");
  EXPECT_EQ(text(incident_collection, "2", "displayName"), "Alert b");
  EXPECT_EQ(text(incident_collection, "2", "severity"), "medium");
}

TEST_F(UserChanges, ANewAlertIsWhereItWasPut) {
  const auto place = [&](const std::string& id, const std::string& incident, Correlation correlation) {
    json::Object alert = make_alert(id, 0, {device("ws01")}).get_object();
    auto change = place_new_alert(*world.store, world.tenant, alert, incident, correlation, world.clock.now());
    ASSERT_TRUE(change) << change.error().message;
    store::Commit commit = change->commit(analyst);
    commit.entities.push_back({std::string(alert_collection), id, json::to_text(alert), store::must_not_exist});
    ASSERT_TRUE(world.store->commit(world.tenant, commit));
    world.run();
  };
  world.put(make_alert("a", 0, {device("ws01")}));
  world.put(make_alert("b", 0, {device("ws02")}));
  world.run();
  place("c", "2", Correlation::included);
  EXPECT_EQ(world.incident_of("c"), "2");
  place("d", "", Correlation::excluded);
  EXPECT_EQ(world.incident_of("d"), "3");
  place("e", "", Correlation::included);  // what it names is in incident 1
  EXPECT_EQ(world.incident_of("e"), "1");
  EXPECT_EQ(text(incident_collection, "4", "status"), "redirected");
  world.start();
  world.run();
  EXPECT_EQ(world.incident_of("c"), "2");
  EXPECT_EQ(world.incident_of("d"), "3");
}

}  // namespace
}  // namespace vedette::correlate
