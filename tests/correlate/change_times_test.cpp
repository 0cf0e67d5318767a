// When the correlator merges incidents, what users said comes with its time: what has one time has one value.
#include "vedette/store/change_times.h"

#include <gtest/gtest.h>

#include "vedette/json/value.h"
#include "world.h"

namespace vedette::correlate {
namespace {

json::Object times_of(const char* property, const char* at) {
  json::Object holder;
  store::set_change_time(holder, property, {*base::parse_iso_date_time(at), "t"});
  return {{store::changes_member, holder.at(store::changes_member)}};
}

class MergedIncidents : public testing::Test {
 protected:
  MergedIncidents() {
    world_.put(make_alert("a", 0, {device("ws01")}));
    world_.put(make_alert("b", 0, {device("ws02")}));
    world_.run();
  }
  void say(const std::string& incident, json::Object members, const char* property, const char* at) {
    for (const auto& time : times_of(property, at)) members[time.key()] = time.value();
    world_.patch(incident_collection, incident, members);
  }
  json::Object merged() {
    world_.put(make_alert("c", 0, {device("ws01"), device("ws02")}));
    world_.run();
    return json::Value(world_.get(incident_collection, "1")).get_object();
  }
  static std::string time_of(const json::Object& incident, const char* property) {
    return base::format_date_time(store::change_time(incident, property).at);
  }

  World world_;
};

TEST_F(MergedIncidents, TakeValuesWithTheirTimes) {
  say("2", {{"assignedTo", "bob"}}, "assignedTo", "2026-05-01T10:00:00Z");
  const json::Object incident = merged();
  EXPECT_EQ(json::find_string(incident, "assignedTo"), "bob");
  EXPECT_EQ(time_of(incident, "assignedTo"), "2026-05-01T10:00:00.0000000Z");
}

TEST_F(MergedIncidents, TakeTagsWithTheirTimes) {
  say("2", {{"customTags", json::Array{"x"}}}, "customTags/x", "2026-05-01T10:00:00Z");
  EXPECT_EQ(time_of(merged(), "customTags/x"), "2026-05-01T10:00:00.0000000Z");
}

TEST_F(MergedIncidents, GiveALaterTimeToWhatALaterChangeGivesWayTo) {
  say("1", {{"status", "resolved"}}, "status", "2026-05-01T10:00:00Z");
  say("2", {{"status", "inProgress"}}, "status", "2026-05-01T09:00:00Z");
  const json::Object incident = merged();
  EXPECT_EQ(json::find_string(incident, "status"), "inProgress");
  EXPECT_EQ(time_of(incident, "status"), "2026-05-01T10:00:00.0000001Z");
}

}  // namespace
}  // namespace vedette::correlate
