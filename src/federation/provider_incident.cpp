#include "provider_incident.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "provider_alerts.h"
#include "vedette/ingest/alert.h"
#include "vedette/resources/alerts/alerts.h"
#include "vedette/resources/incidents/incident_copies.h"
#include "vedette/resources/incidents/incidents.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;

namespace {

constexpr int commit_attempts_max = 20;

// What the copy before said, of providers that do not say when they changed what.
std::string copy_state(const IncidentParts& parts, std::string_view id) {
  return "incidents.copy." + parts.instance + "/" + std::string(id);
}

// One that began here is called there what it is called here.
std::string our_alert(const json::Value& shown, const std::string& tenant, const std::string& provider) {
  if (shown.is_object() && came_from(shown.get_object(), tenant))
    return std::string(json::find_string(*json::find(shown, "additionalData"), "id"));
  return ingest::alert_id(tenant, provider, json::find_string(shown, "providerAlertId"));
}

Result<json::Object> stored_copy(const IncidentParts& parts, const std::string& name, int64_t& version) {
  const auto state = TRY(parts.store.state(parts.tenant, name));
  version = state ? state->version : store::must_not_exist;
  if (!state) return json::Object();
  auto value = TRY(json::parse(state->value));
  return value.is_object() ? std::move(value.get_object()) : json::Object();
}

Result<store::Commit> merge_once(const IncidentParts& parts, const std::string& id, const json::Object& shown) {
  store::Commit commit;
  commit.actor = {store::Actor::Kind::connector, parts.instance};
  const auto entity = TRY(parts.store.get(parts.tenant, resources::incident_collection, id));
  if (!entity) return commit;
  const std::string name = copy_state(parts, json::find_string(shown, "id"));
  int64_t version = 0;
  const json::Object before = TRY(stored_copy(parts, name, version));
  const auto copy = resources::read_incident_copy(json::Value(shown), before, parts.clock.now());
  json::Value document = TRY(json::parse(entity->json));
  if (resources::unite_incident(document.get_object(), copy, parts.clock.now()))
    commit.entities.push_back(
        {std::string(resources::incident_collection), id, json::to_text(document), entity->version});
  json::Object kept = resources::kept_copy(copy);
  if (!copy.has_times && kept != before) commit.states.push_back({name, json::to_text(std::move(kept)), version});
  return commit;
}

}  // namespace

Result<ProviderIncident> read_provider_incident(const json::Value& shown, const std::string& tenant,
                                                const std::string& provider) {
  ProviderIncident incident;
  incident.id = json::find_string(shown, "id");
  if (incident.id.empty())
    return fail(ErrorCode::unavailable, "The provider answered with something else than an incident.");
  incident.shown = shown.get_object();
  if (const json::Value* alerts = json::find(shown, "alerts"); alerts && alerts->is_array())
    for (const json::Value& alert : alerts->get_array()) {
      if (incident.alerts.size() == matched_alerts_max) break;
      incident.alerts.push_back(our_alert(alert, tenant, provider));
    }
  incident.shown.erase("alerts");
  return incident;
}

Result<std::string> find_our_incident(const store::EntityStore& store, const std::string& tenant,
                                      const std::vector<std::string>& alerts) {
  std::map<std::string, int> held;
  for (const std::string& id : alerts) {
    const auto entity = TRY(store.get(tenant, resources::alert_collection, id));
    if (!entity) continue;
    const json::Value alert = TRY(json::parse(entity->json));
    const std::string incident(json::find_string(alert, "incidentId"));
    if (!incident.empty()) ++held[incident];
  }
  // Numbers as texts: the shorter one is the lower.
  const auto rank = [](const auto& one) {
    return std::tuple(-one.second, one.first.size(), std::string_view(one.first));
  };
  const auto best =
      std::min_element(held.begin(), held.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return best == held.end() ? std::string() : best->first;
}

Status merge_provider_incident(const IncidentParts& parts, const std::string& id, const json::Object& shown) {
  for (int attempt = 1;; ++attempt) {
    const store::Commit commit = TRY(merge_once(parts, id, shown));
    if (commit.entities.empty() && commit.states.empty()) return {};
    const auto committed = parts.store.commit(parts.tenant, commit);
    if (committed) return {};
    if (committed.error().code != ErrorCode::conflict || attempt == commit_attempts_max) return committed.error();
  }
}

}  // namespace vedette::federation
