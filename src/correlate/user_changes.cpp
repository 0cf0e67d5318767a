#include "vedette/correlate/user_changes.h"

#include <algorithm>
#include <charconv>

#include "batch_writer.h"

namespace vedette::correlate {
namespace {

using base::ErrorCode;
using base::Result;
using base::Status;

constexpr int64_t page_entities = 500;

Result<DocumentWrite> read_document(const store::EntityStore& store, std::string_view tenant,
                                    std::string_view collection, const std::string& id) {
  const auto entity = TRY(store.get(tenant, collection, id));
  if (!entity) return base::fail(ErrorCode::not_found, "The resource '" + id + "' does not exist.");
  json::Value document = TRY(json::parse(entity->json));
  return DocumentWrite{std::string(collection), id, std::move(document.get_object()), entity->version};
}

Result<DocumentWrite> read_open_incident(const store::EntityStore& store, std::string_view tenant,
                                         const std::string& id) {
  DocumentWrite incident = TRY(read_document(store, tenant, incident_collection, id));
  const json::Value document(incident.document);
  if (json::find_string(document, "status") != "redirected") return incident;
  return base::fail(ErrorCode::conflict, "Incident " + id + " was merged into incident " +
                                             std::string(json::find_string(document, "redirectIncidentId")) + ".");
}

Result<std::vector<std::string>> distinct(std::vector<std::string> ids, size_t max, const char* what) {
  std::vector<std::string> out;
  for (std::string& id : ids)
    if (std::find(out.begin(), out.end(), id) == out.end()) out.push_back(std::move(id));
  if (out.size() <= max) return out;
  return base::fail(ErrorCode::limit_exceeded,
                    "There are more than " + std::to_string(max) + " " + what + " in the request.");
}

Result<Derived> stored_derived(const store::EntityStore& store, std::string_view tenant, const std::string& id) {
  const auto state = TRY(store.state(tenant, derived_state(id)));
  if (!state) return Derived();
  return TRY(json::parse(state->value)).get_object();
}

// The alerts of an incident, each now of another.
Status redirect_alerts(const store::EntityStore& store, std::string_view tenant, const std::string& from,
                       base::DateTime now, UserChange& change) {
  store::Query query;
  query.collection = alert_collection;
  query.filter = equals("incidentId", from);
  query.top = page_entities;
  query.now = now;
  do {
    store::QueryPage page = TRY(store.query(tenant, query));
    for (const store::Entity& entity : page.entities) {
      json::Value alert = TRY(json::parse(entity.json));
      alert.get_object()["incidentId"] = change.incident;
      change.documents.push_back(
          {std::string(alert_collection), entity.id, std::move(alert.get_object()), entity.version});
    }
    if (change.documents.size() > merged_alerts_max)
      return base::fail(ErrorCode::limit_exceeded,
                        "The incidents to merge have more than " + std::to_string(merged_alerts_max) + " alerts.");
    query.after = std::move(page.next);
  } while (!query.after.empty());
  return {};
}

// With the tenant's next number; `derived` is what the correlator may say otherwise once there are alerts.
Status add_incident(const store::EntityStore& store, std::string_view tenant, const Derived& derived,
                    base::DateTime now, UserChange& change) {
  const auto counter = TRY(store.state(tenant, incident_counter_state));
  IncidentNumber number = 0;
  if (counter) std::from_chars(counter->value.data(), counter->value.data() + counter->value.size(), number);
  do change.incident = std::to_string(++number);
  while (TRY(store.get(tenant, incident_collection, change.incident)).has_value());  // one that came by other ways
  IncidentFrame frame;
  frame.id = change.incident;
  frame.tenant = std::string(tenant);
  frame.created = frame.now = now;
  change.documents.push_back(
      {std::string(incident_collection), change.incident, new_incident(frame, derived), store::must_not_exist});
  change.states.push_back(
      {std::string(incident_counter_state), change.incident, counter ? counter->version : store::must_not_exist});
  change.states.push_back({derived_state(change.incident), json::to_text(derived), store::any_version});
  return {};
}

Status enter_incident(const store::EntityStore& store, std::string_view tenant, const std::string& incident,
                      const json::Object& alert, base::DateTime now, UserChange& change) {
  if (incident.empty()) {
    const AlertFacts facts = TRY(AlertReader::create()).read(json::Value(alert));
    return add_incident(store, tenant, derived_values(facts.title, "", facts.severity), now, change);
  }
  change.incident = incident;
  change.documents.push_back(TRY(read_open_incident(store, tenant, incident)));
  change.documents.back().document["lastUpdateDateTime"] = base::format_date_time(now);
  return {};
}

}  // namespace

DocumentWrite* UserChange::find(std::string_view collection, std::string_view id) {
  for (DocumentWrite& write : documents)
    if (write.collection == collection && write.id == id) return &write;
  return nullptr;
}

store::Commit UserChange::commit(store::Actor actor) const {
  store::Commit commit;
  commit.actor = std::move(actor);
  for (const DocumentWrite& write : documents)
    commit.entities.push_back({write.collection, write.id, json::to_text(write.document), write.version});
  commit.states = states;
  return commit;
}

Result<UserChange> merge_incidents(const store::EntityStore& store, std::string_view tenant,
                                   const std::vector<std::string>& incidents, base::DateTime now) {
  std::vector<std::string> ids = TRY(distinct(incidents, merged_incidents_max, "incidents"));
  if (ids.size() < 2) return base::fail(ErrorCode::bad_request, "To merge, there have to be two incidents.");
  std::sort(ids.begin(), ids.end(), [](const std::string& a, const std::string& b) {
    return parse_incident_number(a) < parse_incident_number(b);
  });
  UserChange change;
  change.incident = ids.front();
  StoredIncident into;
  DocumentWrite target = TRY(read_open_incident(store, tenant, ids.front()));
  into.document = std::move(target.document);
  into.derived = TRY(stored_derived(store, tenant, ids.front()));
  for (size_t i = 1; i < ids.size(); ++i) {
    DocumentWrite merged = TRY(read_open_incident(store, tenant, ids[i]));
    StoredIncident from;
    from.document = merged.document;
    from.derived = TRY(stored_derived(store, tenant, ids[i]));
    take_over(into, from);
    redirect(merged.document, change.incident, now);
    change.documents.push_back(std::move(merged));
    change.states.push_back({derived_state(ids[i]), std::nullopt, store::any_version});
    TRY(redirect_alerts(store, tenant, ids[i], now, change));
  }
  target.document = std::move(into.document);
  target.document["lastUpdateDateTime"] = base::format_date_time(now);
  change.documents.push_back(std::move(target));
  return change;
}

Result<UserChange> add_empty_incident(const store::EntityStore& store, std::string_view tenant, base::DateTime now) {
  UserChange change;
  TRY(add_incident(store, tenant, derived_values("", "", Severity::unknown), now, change));
  return change;
}

Result<UserChange> open_incident(const store::EntityStore& store, std::string_view tenant,
                                 const std::string& incident) {
  UserChange change;
  change.incident = incident;
  change.documents.push_back(TRY(read_open_incident(store, tenant, incident)));
  return change;
}

Result<UserChange> move_alerts(const store::EntityStore& store, std::string_view tenant,
                               const std::vector<std::string>& alerts, const std::string& incident,
                               base::DateTime now) {
  const std::vector<std::string> ids = TRY(distinct(alerts, moved_alerts_max, "alerts"));
  if (ids.empty()) return base::fail(ErrorCode::bad_request, "There are no alerts to move.");
  std::vector<DocumentWrite> moved;
  for (const std::string& id : ids) moved.push_back(TRY(read_document(store, tenant, alert_collection, id)));
  UserChange change;
  TRY(enter_incident(store, tenant, incident, moved.front().document, now, change));
  for (DocumentWrite& alert : moved) {
    alert.document["incidentId"] = change.incident;
    alert.document["lastUpdateDateTime"] = base::format_date_time(now);
    change.states.push_back({moved_alert_state(alert.id), "1", store::any_version});
    change.documents.push_back(std::move(alert));
  }
  return change;
}

Result<UserChange> place_new_alert(const store::EntityStore& store, std::string_view tenant, json::Object& alert,
                                   const std::string& incident, Correlation correlation, base::DateTime now) {
  UserChange change;
  TRY(enter_incident(store, tenant, incident, alert, now, change));
  alert["incidentId"] = change.incident;
  if (!incident.empty() || correlation == Correlation::excluded)
    change.states.push_back({moved_alert_state(json::find_string(alert, "id")), "1", store::any_version});
  return change;
}

}  // namespace vedette::correlate
