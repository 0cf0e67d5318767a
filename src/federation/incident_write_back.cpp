#include "incident_write_back.h"

#include <algorithm>

#include "provider_alerts.h"
#include "vedette/ingest/record_reader.h"
#include "vedette/resources/alerts/alerts.h"
#include "vedette/resources/incidents/incidents.h"
#include "vedette/store/change_times.h"

namespace vedette::federation {

using base::Result;

std::string incident_write_back_id(const std::string& incident, const std::string& instance) {
  return incident + "~" + instance;
}

std::string encode(const IncidentWriteBack& entry) {
  json::Object document{{"id", entry.id}, {"incidentId", entry.incident_id}};
  add_members(document, entry);
  document["@knownThere"] = entry.known_there;
  return json::to_text(document);
}

Result<IncidentWriteBack> IncidentWriteBack::decode(const store::Entity& entity) {
  const json::Value value = TRY(json::parse(entity.json));
  IncidentWriteBack entry;
  read_members(entity, value, entry);
  entry.incident_id = json::find_string(value, "incidentId");
  entry.known_there = json::find_string(value, "@knownThere");
  return entry;
}

Result<std::string> digest_of_user_state(const json::Object& incident) {
  const json::Value* times = incident.if_contains(store::changes_member);
  const json::Value* comments = incident.if_contains("comments");
  const bool has_times = times && times->is_object() && !times->get_object().empty();
  const bool has_comments = comments && comments->is_array() && !comments->get_array().empty();
  if (!has_times && !has_comments) return std::string();
  json::Array state;
  for (const std::string_view name : resources::incident_values)
    state.push_back(incident.if_contains(name) ? incident.at(name) : json::Value());
  for (const std::string_view name :
       {resources::incident_properties.set, std::string_view("comments"), std::string_view(store::changes_member)})
    state.push_back(incident.if_contains(name) ? incident.at(name) : json::Value());
  return ingest::content_hash(ingest::memory_input("incident", json::to_text(json::Value(std::move(state)))));
}

Result<std::vector<json::Object>> alerts_of_incident(const store::EntityStore& store, const std::string& tenant,
                                                     const std::string& incident) {
  store::Query query;
  query.collection = resources::alert_collection;
  query.filter = equals("incidentId", incident);
  query.order = {{{"createdDateTime"}, store::ValueKind::date_time, store::Direction::descending, {}}};
  query.top = incident_alerts_max;
  std::vector<json::Object> alerts;
  const auto page = TRY(store.query(tenant, query));
  for (const store::Entity& entity : page.entities) {
    json::Value alert = TRY(json::parse(entity.json));
    alerts.push_back(std::move(alert.get_object()));
  }
  return alerts;
}

Result<bool> mark_incident(const store::EntityStore& store, const std::string& tenant, const IncidentChanges& changes,
                           const std::set<std::string>& writers, store::Commit& commit) {
  if (writers.empty()) return false;
  const std::string& id = changes.front()->id;
  const auto entity = TRY(store.get(tenant, resources::incident_collection, id));
  if (!entity) return false;
  const json::Value incident = TRY(json::parse(entity->json));
  const std::string digest = TRY(digest_of_user_state(incident.get_object()));
  if (digest.empty()) return false;
  std::set<std::string> instances;
  for (const json::Object& alert : TRY(alerts_of_incident(store, tenant, id)))
    instances.emplace(json::find_string(alert, instance_member));
  bool marked = false;
  for (const std::string& instance : instances) {
    const auto last = std::find_if(changes.rbegin(), changes.rend(), [&](const store::Change* change) {
      return change->actor.kind != store::Actor::Kind::connector || change->actor.id != instance;
    });
    if (!writers.contains(instance) || last == changes.rend()) continue;
    IncidentWriteBack entry;
    entry.id = incident_write_back_id(id, instance);
    if (const auto known = TRY(store.get(tenant, IncidentWriteBack::collection, entry.id)))
      entry = TRY(IncidentWriteBack::decode(*known));
    if (entry.known_there == digest || !entry.request((*last)->sequence)) continue;
    entry.incident_id = id;
    entry.instance = instance;
    commit.entities.push_back({IncidentWriteBack::collection, entry.id, encode(entry), entry.version});
    marked = true;
  }
  return marked;
}

}  // namespace vedette::federation
