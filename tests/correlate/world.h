// A tenant with a store, a clock and a correlator, and alerts that are quick to write.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "vedette/correlate/correlator.h"
#include "vedette/correlate/entities.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::correlate {

inline const base::DateTime day_zero = *base::parse_iso_date_time("2026-03-01T00:00:00Z");

inline json::Value evidence(const std::string& type, json::Object members) {
  members["@odata.type"] = "#microsoft.graph.security." + type;
  return members;
}
inline json::Value device(const std::string& name) { return evidence("deviceEvidence", {{"hostName", name}}); }
inline json::Value address(const std::string& ip) { return evidence("ipEvidence", {{"ipAddress", ip}}); }
inline json::Value user(const std::string& name) {
  return evidence("userEvidence", {{"userAccount", json::Object{{"accountName", name}}}});
}
inline json::Value file(const std::string& sha256) {
  return evidence("fileEvidence", {{"fileDetails", json::Object{{"sha256", sha256}}}});
}

// An alert whose activity starts `days` after day zero and lasts `length` days.
inline json::Value make_alert(const std::string& id, double days, const std::vector<json::Value>& evidence,
                              double length = 0) {
  const auto at = [](double day) {
    return base::format_date_time(day_zero + base::TimeSpan{static_cast<int64_t>(day * base::ticks_per_day)});
  };
  return json::Object{{"id", id},
                      {"title", "Alert " + id},
                      {"severity", "medium"},
                      {"createdDateTime", at(days)},
                      {"firstActivityDateTime", at(days)},
                      {"lastActivityDateTime", at(days + length)},
                      {"incidentId", nullptr},
                      {"evidence", json::Array(evidence.begin(), evidence.end())}};
}

inline std::vector<store::Collection> collections() {
  std::vector<store::Collection> result;
  for (const auto name : {alert_collection, incident_collection, link_collection})
    result.push_back({std::string(name), {}});
  return result;
}

using IncidentSets = std::set<std::set<std::string>>;  // ids of alerts

class World {
 public:
  World() : store(store::make_memory_store(collections(), clock)) { start(); }

  void start(CorrelatorOptions options = {}) { correlator = *Correlator::create(*store, tenant, clock, options); }

  // As an ingest does: what is stored beside the provider's members stays.
  void put(const json::Value& alert) {
    const std::string id(json::find_string(alert, "id"));
    json::Value document = alert;
    if (const auto old = get(alert_collection, id); !old.is_null()) {
      document.get_object()["incidentId"] = old.at("incidentId");
    }
    write(alert_collection, id, document, {store::Actor::Kind::connector, "test"});
  }
  void write(std::string_view collection, const std::string& id, const json::Value& document,
             store::Actor actor = {store::Actor::Kind::user, "analyst"}) {
    store::Commit commit;
    commit.actor = std::move(actor);
    commit.entities.push_back({std::string(collection), id, json::to_text(document), store::any_version});
    ASSERT_TRUE(store->commit(tenant, commit).has_value());
  }
  void patch(std::string_view collection, const std::string& id, const json::Object& members) {
    json::Value document = get(collection, id);
    for (const auto& member : members) document.get_object()[member.key()] = member.value();
    write(collection, id, document);
  }
  Progress run() {
    auto progress = correlator->run();
    EXPECT_TRUE(progress.has_value()) << (progress.has_value() ? "" : progress.error().message);
    return progress.value_or(Progress{});
  }

  json::Value get(std::string_view collection, const std::string& id) const {
    const auto entity = store->get(tenant, collection, id).value();
    return entity ? *json::parse(entity->json) : json::Value();
  }
  std::vector<json::Value> all(std::string_view collection) const {
    store::Query query;
    query.collection = collection;
    query.top = 1'000'000;
    std::vector<json::Value> result;
    const auto page = store->query(tenant, query);
    for (const store::Entity& entity : page->entities) {
      result.push_back(*json::parse(entity.json));
    }
    return result;
  }
  std::string incident_of(const std::string& alert) const {
    return std::string(json::find_string(get(alert_collection, alert), "incidentId"));
  }
  IncidentSets partition() const {
    std::map<std::string, std::set<std::string>> incidents;
    for (const json::Value& alert : all(alert_collection)) {
      incidents[std::string(json::find_string(alert, "incidentId"))].emplace(json::find_string(alert, "id"));
    }
    IncidentSets result;
    for (const auto& [id, alerts] : incidents) {
      EXPECT_EQ(json::find_string(get(incident_collection, id), "status"), "active") << id;
      result.insert(alerts);
    }
    return result;
  }

  std::string tenant = "tenant-a";
  base::FixedClock clock{day_zero + base::TimeSpan{30 * base::ticks_per_day}};
  std::unique_ptr<store::EntityStore> store;
  std::unique_ptr<Correlator> correlator;
};

}  // namespace vedette::correlate
