#include "vedette/correlate/correlator.h"

#include <algorithm>
#include <random>

#include "../store/store_in_front.h"
#include "world.h"

namespace vedette::correlate {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string hash(int number) {
  std::string text = std::to_string(number);
  return "abc" + std::string(61 - text.size(), '0') + text;
}

IncidentSets correlate(const std::vector<json::Value>& alerts) {
  World world;
  for (const json::Value& alert : alerts) world.put(alert);
  world.run();
  return world.partition();
}

TEST(Correlator, AnAlertWithoutLinksIsAnIncidentOfItsOwn) {
  World world;
  world.put(make_alert("a", 0, {device("ws01")}));
  world.put(make_alert("b", 0, {device("ws02")}));
  EXPECT_EQ(world.run().incidents_created, 2);
  EXPECT_EQ(world.partition(), (IncidentSets{{"a"}, {"b"}}));
  const json::Value incident = world.get(incident_collection, "1");
  EXPECT_EQ(json::find_string(incident, "displayName"), "Alert a");
  EXPECT_EQ(json::find_string(incident, "severity"), "medium");
  EXPECT_EQ(json::find_string(incident, "tenantId"), "tenant-a");
  EXPECT_EQ(json::find_string(incident, "createdDateTime"), "2026-03-01T00:00:00.0000000Z");
  EXPECT_THAT(world.all(link_collection), IsEmpty());
  EXPECT_EQ(world.run().alerts, 0);
}

TEST(Correlator, WhatEverybodySharesLinksNothing) {
  for (const json::Value& shared :
       {address("10.0.0.1"), address("192.168.1.254"), address("8.8.8.8"), address("127.0.0.1"), user("SYSTEM"),
        user("administrator"), user("WS01$"), device("dc01"), device("localhost"),
        file("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")}) {
    EXPECT_EQ(correlate({make_alert("a", 0, {shared}), make_alert("b", 0, {shared})}), (IncidentSets{{"a"}, {"b"}}))
        << json::to_text(shared);
  }
}

TEST(Correlator, PartialEntitiesLinkInPairs) {
  EXPECT_THAT(correlate({make_alert("a", 0, {user("alice")}), make_alert("b", 0, {user("alice")})}), SizeIs(2));
  EXPECT_THAT(correlate({make_alert("a", 0, {address("10.0.0.9")}), make_alert("b", 0, {address("10.0.0.9")})}),
              SizeIs(2));
  const std::vector<json::Value> both{user("alice"), address("10.0.0.9")};
  EXPECT_THAT(correlate({make_alert("a", 0, both), make_alert("b", 0, both)}), SizeIs(1));
}

TEST(Correlator, TheWindowHoldsBetweenPairsAndChainsGoOn) {
  const std::vector<json::Value> ws01{device("ws01")};
  EXPECT_THAT(correlate({make_alert("a", 0, ws01), make_alert("b", 3, ws01)}), SizeIs(1));
  EXPECT_THAT(correlate({make_alert("a", 0, ws01), make_alert("b", 3.1, ws01)}), SizeIs(2));
  EXPECT_THAT(correlate({make_alert("a", 0, ws01), make_alert("c", 5, ws01), make_alert("b", 2.5, ws01)}), SizeIs(1));
  EXPECT_THAT(correlate({make_alert("a", 0, ws01, 5), make_alert("b", 7, ws01)}), SizeIs(1));
}

// The definition, by comparing all pairs.
IncidentSets by_definition(const std::vector<json::Value>& alerts) {
  const auto reader = AlertReader::create();
  std::vector<AlertFacts> facts;
  for (const json::Value& alert : alerts) facts.push_back(reader->read(alert));
  std::vector<size_t> component(alerts.size());
  for (size_t i = 0; i < alerts.size(); ++i) component[i] = i;
  for (size_t i = 0; i < alerts.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      double sum = 0;
      for (const Entity& entity : facts[i].entities) {
        if (std::count(facts[j].entities.begin(), facts[j].entities.end(), entity) > 0) sum += weight(entity.kind);
      }
      const base::TimeSpan apart =
          std::max(facts[i].first_activity - facts[j].last_activity, facts[j].first_activity - facts[i].last_activity);
      if (sum < 1 || apart > base::TimeSpan{3 * base::ticks_per_day}) continue;
      const size_t from = component[i], to = component[j];
      std::replace(component.begin(), component.end(), from, to);
    }
  }
  std::map<size_t, std::set<std::string>> groups;
  for (size_t i = 0; i < alerts.size(); ++i) groups[component[i]].emplace(json::find_string(alerts[i], "id"));
  IncidentSets result;
  for (const auto& [number, group] : groups) result.insert(group);
  return result;
}

std::vector<json::Value> random_alerts(std::mt19937& random, size_t count) {
  const auto below = [&](unsigned limit) { return random() % limit; };
  std::vector<json::Value> alerts;
  for (size_t i = 0; i < count; ++i) {
    std::vector<json::Value> said;
    for (unsigned n = below(4) + 1; n > 0; --n) {
      const std::string number = std::to_string(below(static_cast<unsigned>(count) / 2 + 1) + 10);
      const std::string low = std::to_string(below(6) + 10);
      switch (below(8)) {
        case 0:
          said.push_back(device("ws" + number));
          break;
        case 1:
          said.push_back(file(hash(std::stoi(number))));
          break;
        case 2:
          said.push_back(address("203.0.113." + number));
          break;
        case 3:
        case 4:
          said.push_back(address("10.0.0." + low));
          break;
        case 5:
        case 6:
          said.push_back(user("user" + low));
          break;
        default:
          said.push_back(below(2) == 0 ? user("SYSTEM") : address("10.0.0.1"));
      }
    }
    const double length = below(4) == 0 ? below(100) / 10.0 : 0;
    alerts.push_back(make_alert("alert" + std::to_string(i), below(200) / 10.0, said, length));
  }
  return alerts;
}

// Any order of arrival, any batches, restarts at any point: one partition, the one of the definition.
TEST(Correlator, OrderBatchesAndRestartsDoNotMatter) {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    std::vector<json::Value> alerts = random_alerts(random, 2 + random() % 60);
    const IncidentSets expected = by_definition(alerts);
    for (int order = 0; order < 4; ++order) {
      std::shuffle(alerts.begin(), alerts.end(), random);
      World world;
      CorrelatorOptions options;
      options.batch_changes_max = 1 + random() % 30;
      world.start(options);
      for (const json::Value& alert : alerts) {
        world.put(alert);
        if (random() % 5 == 0) world.run();
        if (random() % 15 == 0) world.start(options);
      }
      world.run();
      ASSERT_EQ(world.partition(), expected) << "round " << round;
    }
  }
}

TEST(Correlator, ALinkingAlertMergesIntoTheLowestNumber) {
  World world;
  for (const char* name : {"ws03", "ws01", "ws02"}) world.put(make_alert(name, 0, {device(name)}));
  world.run();
  world.put(make_alert("ws02 again", 0, {device("ws02")}));
  world.run();
  world.put(make_alert("all", 0, {device("ws01"), device("ws02"), device("ws03")}));
  EXPECT_EQ(world.run().incidents_redirected, 2);
  EXPECT_THAT(world.partition(), SizeIs(1));
  EXPECT_EQ(world.incident_of("ws02 again"), "1");
  for (const char* id : {"2", "3"}) {
    EXPECT_EQ(json::find_string(world.get(incident_collection, id), "status"), "redirected");
    EXPECT_EQ(json::find_string(world.get(incident_collection, id), "redirectIncidentId"), "1");
  }
  for (const json::Value& link : world.all(link_collection)) EXPECT_EQ(json::find_string(link, "incidentId"), "1");
  // The next incident takes the next number, also after a restart.
  world.start();
  world.put(make_alert("other", 0, {device("ws09")}));
  world.run();
  EXPECT_EQ(world.incident_of("other"), "4");
}

TEST(Correlator, LinksSayWhy) {
  World world;
  world.put(make_alert("a", 0, {device("ws01"), file(hash(1)), user("alice")}));
  world.put(make_alert("b", 0.5, {file(hash(1)), user("alice"), device("ws02")}));
  world.run();
  const std::vector<json::Value> links = world.all(link_collection);
  ASSERT_THAT(links, SizeIs(1));
  EXPECT_EQ(json::find_string(links[0], "alertId"), "b");
  EXPECT_EQ(json::find_string(links[0], "linkedAlertId"), "a");
  EXPECT_EQ(json::to_text(links[0].at("entities")),
            R"([{"kind":"fileHash","value":")" + hash(1) +
                R"(","weight":1.0},{"kind":"userName","value":"alice","weight":0.5}])");
  EXPECT_EQ(links[0].at("gapSeconds"), json::Value(43200));
  EXPECT_EQ(json::find_string(links[0], "reason"),
            "Both name the file with hash " + hash(1) + " and the account name alice, 12 h 0 min apart.");
}

TEST(Correlator, NewEvidenceRelinks) {
  World world;
  world.put(make_alert("a", 0, {device("ws01")}));
  world.put(make_alert("b", 0, {device("ws02")}));
  world.run();
  world.put(make_alert("b", 0, {device("ws02"), device("ws01")}));
  world.run();
  EXPECT_THAT(world.partition(), SizeIs(1));
  // What an alert does not say any more links nothing further, and splits nothing.
  world.put(make_alert("b", 0, {device("ws03")}));
  world.run();
  EXPECT_THAT(world.partition(), SizeIs(1));
  world.put(make_alert("c", 0, {device("ws02")}));
  world.run();
  EXPECT_EQ(world.partition(), (IncidentSets{{"a", "b"}, {"c"}}));
}

TEST(Correlator, ADeletedAlertLinksNothing) {
  World world;
  world.put(make_alert("a", 0, {device("ws01")}));
  world.run();
  store::Commit commit;
  commit.entities.push_back({std::string(alert_collection), "a", std::nullopt, store::any_version});
  ASSERT_TRUE(world.store->commit(world.tenant, commit).has_value());
  world.put(make_alert("b", 0, {device("ws01")}));
  world.run();
  EXPECT_EQ(world.incident_of("b"), "2");
}

TEST(Correlator, WhatAUserSaidStays) {
  World world;
  world.put(make_alert("a", 0, {device("ws01")}));
  world.put(make_alert("b", 0, {device("ws02")}));
  world.run();
  world.patch(incident_collection, "1",
              {{"assignedTo", "ann"}, {"status", "inProgress"}, {"customTags", json::Array{"x"}}});
  world.patch(incident_collection, "2",
              {{"displayName", "Ours"},
               {"assignedTo", "bob"},
               {"classification", "truePositive"},
               {"determination", "malware"},
               {"customTags", json::Array{"x", "y"}},
               {"comments", json::Array{json::Object{{"comment", "hm"}}}}});
  world.put(make_alert("c", 0, {device("ws02")}));
  world.run();
  json::Value incident = world.get(incident_collection, "2");
  EXPECT_EQ(json::find_string(incident, "displayName"), "Ours");
  EXPECT_EQ(json::find_string(incident, "description"), "2 alerts on ws02.");
  EXPECT_EQ(json::find_string(incident, "assignedTo"), "bob");
  world.put(make_alert("d", 0, {device("ws01"), device("ws02")}));
  world.run();
  incident = world.get(incident_collection, "1");
  EXPECT_EQ(json::find_string(incident, "assignedTo"), "ann");
  EXPECT_EQ(json::find_string(incident, "status"), "inProgress");
  EXPECT_EQ(json::find_string(incident, "displayName"), "Ours");
  EXPECT_EQ(json::find_string(incident, "classification"), "truePositive");
  EXPECT_EQ(json::find_string(incident, "determination"), "malware");
  EXPECT_EQ(json::to_text(incident.at("customTags")), R"(["x","y"])");
  EXPECT_EQ(incident.at("comments").get_array().size(), 1);
  EXPECT_EQ(json::find_string(world.get(incident_collection, "2"), "assignedTo"), "bob");
}

TEST(Correlator, AMergedIncidentIsResolvedOnlyWhenAllAre) {
  for (const bool both : {false, true}) {
    World world;
    world.put(make_alert("a", 0, {device("ws01")}));
    world.put(make_alert("b", 0, {device("ws02")}));
    world.run();
    world.patch(incident_collection, "1", {{"status", "resolved"}});
    if (both) world.patch(incident_collection, "2", {{"status", "resolved"}});
    world.put(make_alert("c", 0, {device("ws01"), device("ws02")}));
    world.run();
    EXPECT_EQ(json::find_string(world.get(incident_collection, "1"), "status"), both ? "resolved" : "active");
  }
}

TEST(Correlator, AnAlertMovedByAUserStaysThere) {
  World world;
  world.put(make_alert("a", 0, {device("ws01")}));
  world.put(make_alert("b", 0, {device("ws01")}));
  world.put(make_alert("c", 0, {device("ws02")}));
  world.run();
  world.patch(alert_collection, "b", {{"incidentId", "2"}});
  world.run();
  EXPECT_EQ(world.partition(), (IncidentSets{{"a"}, {"b", "c"}}));
  EXPECT_EQ(json::find_string(world.get(incident_collection, "2"), "description"), "2 alerts on ws01 and ws02.");
  world.start();
  world.patch(alert_collection, "b", {{"assignedTo", "ann"}});
  world.put(make_alert("d", 0, {device("ws02")}));
  world.run();
  world.put(make_alert("e", 0, {device("ws01")}));
  world.run();
  EXPECT_EQ(world.partition(), (IncidentSets{{"a", "e"}, {"b", "c", "d"}}));
}

TEST(Correlator, AMergeByAUserHolds) {
  World world;
  world.put(make_alert("a", 0, {device("ws01")}));
  world.put(make_alert("b", 0, {device("ws02")}));
  world.run();
  // Upwards, as the correlator itself never does.
  world.patch(alert_collection, "a", {{"incidentId", "2"}});
  world.patch(incident_collection, "1", {{"status", "redirected"}, {"redirectIncidentId", "2"}});
  world.run();
  EXPECT_EQ(world.partition(), (IncidentSets{{"a", "b"}}));
  for (const bool restart : {false, true}) {
    if (restart) world.start();
    const std::string id = restart ? "c" : "d";
    world.put(make_alert(id, 0, {device("ws01")}));
    world.run();
    EXPECT_EQ(world.incident_of(id), "2");
  }
}

TEST(Correlator, TenantsAreApart) {
  World world;
  auto other = *Correlator::create(*world.store, "tenant-b", world.clock);
  for (const char* tenant : {"tenant-a", "tenant-b"}) {
    world.tenant = tenant;
    world.put(make_alert("a", 0, {device("ws01")}));
  }
  ASSERT_TRUE(other->run().has_value());
  EXPECT_EQ(world.incident_of("a"), "1");
  world.tenant = "tenant-a";
  EXPECT_EQ(world.incident_of("a"), "");
  world.put(make_alert("b", 0, {device("ws01")}));
  world.run();
  EXPECT_EQ(world.partition(), (IncidentSets{{"a", "b"}}));
}

TEST(Correlator, AUsersChangeBeforeTheCommitIsKept) {
  World world;
  world.put(make_alert("a", 0, {device("ws01")}));
  world.run();
  store::StoreInFront disturbed(*world.store);
  auto correlator = *Correlator::create(disturbed, world.tenant, world.clock);
  world.put(make_alert("b", 0, {device("ws01")}));
  disturbed.before_next_commits = {[&]() -> base::Status {
    world.patch(incident_collection, "1", {{"assignedTo", "ann"}});
    world.patch(alert_collection, "b", {{"status", "inProgress"}});
    return {};
  }};
  EXPECT_EQ(correlator->run()->conflicts, 1);
  EXPECT_EQ(json::find_string(world.get(incident_collection, "1"), "assignedTo"), "ann");
  EXPECT_EQ(json::find_string(world.get(alert_collection, "b"), "status"), "inProgress");
  EXPECT_EQ(world.incident_of("b"), "1");
}

TEST(Correlator, AFailedCommitLeavesNothingBehind) {
  World world;
  store::StoreInFront disturbed(*world.store);
  auto correlator = *Correlator::create(disturbed, world.tenant, world.clock);
  world.put(make_alert("a", 0, {device("ws01")}));
  disturbed.before_next_commits = {[] { return base::fail(base::ErrorCode::io_error, "disk"); }};
  EXPECT_EQ(correlator->run().error().code, base::ErrorCode::io_error);
  EXPECT_THAT(world.all(incident_collection), IsEmpty());
  ASSERT_TRUE(correlator->run().has_value());
  EXPECT_EQ(world.partition(), (IncidentSets{{"a"}}));
  EXPECT_THAT(world.all(incident_collection), SizeIs(1));
}

TEST(Correlator, TwoCorrelatorsOnOneTenantAgree) {
  World world;
  store::StoreInFront disturbed(*world.store);
  auto second = *Correlator::create(disturbed, world.tenant, world.clock);
  ASSERT_TRUE(second->run().has_value());
  for (const char* id : {"a", "b"}) world.put(make_alert(id, 0, {device("ws01")}));
  disturbed.before_next_commits = {[&]() -> base::Status {
    world.run();
    return {};
  }};
  ASSERT_TRUE(second->run().has_value());
  world.put(make_alert("c", 0, {device("ws01")}));
  ASSERT_TRUE(second->run().has_value());
  world.run();
  EXPECT_EQ(world.partition(), (IncidentSets{{"a", "b", "c"}}));
  EXPECT_THAT(world.all(incident_collection), SizeIs(1));
}

TEST(Correlator, AnIncidentMadeByOthersTakesItsNumberFromTheCounter) {
  World world;
  world.put(make_alert("a", 0, {device("ws01")}));
  world.run();
  store::Commit commit;
  commit.states.push_back({std::string(incident_counter_state), "2", 1});
  commit.entities.push_back(
      {std::string(incident_collection), "2", R"({"id":"2","status":"active"})", store::must_not_exist});
  ASSERT_TRUE(world.store->commit(world.tenant, commit).has_value());
  world.put(make_alert("b", 0, {device("ws02")}));
  world.run();
  EXPECT_EQ(world.incident_of("b"), "3");
}

TEST(Correlator, ManyAlertsOfOneEntityAreOneIncident) {
  World world;
  constexpr int count = 3000;
  for (int i = 0; i < count; ++i) {
    world.put(make_alert("alert" + std::to_string(i), (i * 7919 % count) / 100.0, {device("ws01")}));
  }
  const Progress progress = world.run();
  EXPECT_EQ(progress.alerts, count);
  EXPECT_EQ(progress.incidents_created, 1);
  EXPECT_THAT(world.partition(), SizeIs(1));
  EXPECT_LE(world.all(link_collection).size(), 3u * count);
}

// Phishing, a foothold, a move to a server; beside it an unrelated sensor alert from the same network.
TEST(Correlator, AnAttackAcrossProducts) {
  World world;
  const auto put = [&](json::Value alert, const char* category, const char* product, const char* severity) {
    json::Object& object = alert.get_object();
    object["category"] = category;
    object["productName"] = product;
    object["severity"] = severity;
    world.put(alert);
  };
  put(make_alert("mail", 0.1,
                 {evidence("analyzedMessageEvidence",
                           {{"networkMessageId", "m-1"}, {"recipientEmailAddress", "alice@contoso.example"}})}),
      "InitialAccess", "Mail Gateway", "low");
  put(make_alert(
          "foothold", 0.2,
          {device("ws01"), file(hash(1)),
           evidence("userEvidence", {{"userAccount", json::Object{{"accountName", "CONTOSO\\alice"},
                                                                  {"userPrincipalName", "alice@contoso.example"}}}})}),
      "Execution", "Endpoint Sensor", "high");
  put(make_alert("move", 0.4, {device("srv01"), file(hash(1)), device("dc01"), user("SYSTEM")}), "LateralMovement",
      "Endpoint Sensor", "medium");
  put(make_alert("scan", 0.3, {address("10.0.0.1"), address("10.0.0.77"), device("dc01")}), "Discovery", "Suricata",
      "low");
  world.run();
  EXPECT_EQ(world.partition(), (IncidentSets{{"mail", "foothold", "move"}, {"scan"}}));
  const json::Value incident = world.get(incident_collection, "1");
  EXPECT_EQ(json::find_string(incident, "displayName"),
            "Multi-stage incident involving Initial access & Lateral movement on multiple endpoints reported by "
            "multiple sources");
  EXPECT_EQ(json::find_string(incident, "description"),
            "3 alerts on dc01, srv01 and ws01, of alice, reported by Endpoint Sensor and Mail Gateway.");
  EXPECT_EQ(json::find_string(incident, "severity"), "high");
}

}  // namespace
}  // namespace vedette::correlate
