#include "incident_copies.h"

#include <algorithm>
#include <set>

#include "vedette/correlate/correlator.h"
#include "vedette/correlate/user_changes.h"
#include "vedette/ingest/incident.h"

namespace vedette::resources {
namespace {

using base::DateTime;
using base::ErrorCode;
using base::Result;
using base::Status;
using correlate::DocumentWrite;
using correlate::UserChange;

constexpr int incident_attempts_max = 20;

std::string key_of(const std::string& tenant, const std::string& connector, std::string_view provider_incident) {
  return ingest::alert_id(tenant, "incidents of " + connector, provider_incident);
}
std::string copy_state_of(const std::string& key) { return "incidents.copy." + key; }
std::string waiting_state(const std::string& alert) { return "incidents.waiting." + alert; }
std::string named_prefix(const std::string& key) { return "incidents.named." + key + "/"; }

DateTime time_in(const json::Object& object, std::string_view name) {
  return base::parse_iso_date_time(json::find_string(object, name)).value_or(base::min_date_time);
}

bool says_nothing(const json::Value* value) {
  return !value || value->is_null() || (value->is_string() && value->get_string().empty()) ||
         *value == json::Value("unknown");
}

Result<json::Object> read_object(const std::string& text) {
  auto value = TRY(json::parse(text));
  if (value.is_object()) return std::move(value.get_object());
  return base::fail(ErrorCode::corrupt_data, "What is stored of an incident is no JSON object.");
}

// The open incident that `id` has become; "" when there is none.
Result<std::string> resolved(const store::EntityStore& store, const std::string& tenant, std::string id) {
  std::set<std::string> seen;
  while (!id.empty() && seen.insert(id).second) {
    const auto entity = TRY(store.get(tenant, correlate::incident_collection, id));
    if (!entity) return std::string();
    const json::Object incident = TRY(read_object(entity->json));
    if (json::find_string(incident, "status") != "redirected") return id;
    id = std::string(json::find_string(incident, "redirectIncidentId"));
  }
  return std::string();
}

// One copy of a provider's incident on its way into the store.
class IncidentCopy {
 public:
  IncidentCopy(const store::EntityStore& store, const std::string& tenant, const std::string& connector,
               const json::Object& incident)
      : store_(store),
        tenant_(tenant),
        connector_(connector),
        incident_(incident),
        key_(key_of(tenant, connector, json::find_string(incident, "providerIncidentId"))),
        now_(time_in(incident, "arrivedDateTime")) {}

  // Without writes when the store has the same already, or a newer copy.
  Result<store::Commit> commit() {
    store::Commit commit;
    TRY(read_known());
    if (is_older()) return commit;
    TRY(read_alerts());
    UserChange change = TRY(target());
    DocumentWrite& write = *change.find(correlate::incident_collection, change.incident);
    const json::Object before = write.document;
    take_attributes(write.document);
    if (write.document == before && change.documents.size() == 1 && write.version != store::must_not_exist)
      change.documents.clear();
    enter_alerts(change);
    remember(change);
    return change.commit({store::Actor::Kind::connector, connector_});
  }

 private:
  Status read_known() {
    const auto state = TRY(store_.state(tenant_, copy_state_of(key_)));
    if (!state) return {};
    known_text_ = state->value;
    known_version_ = state->version;
    known_ = TRY(read_object(state->value));
    return {};
  }

  bool is_older() const {
    return known_version_ != store::must_not_exist &&
           time_in(incident_, "lastUpdateDateTime") < time_in(known_, "lastUpdateDateTime");
  }

  // Those that the incident names, and those that named it.
  Status read_alerts() {
    std::set<std::string> ids;
    for (const json::Value& id : incident_.at("alertIds").as_array()) ids.emplace(std::string_view(id.get_string()));
    const std::string prefix = named_prefix(key_);
    auto names = TRY(store_.state_names(tenant_, prefix));
    names.resize(std::min(names.size(), ingest::incident_alerts_max));  // the others are for the next commit
    for (const std::string& name : names) {
      ids.insert(name.substr(prefix.size()));
      states_.push_back({name, std::nullopt, store::any_version});
    }
    for (const std::string& id : ids) {
      const auto entity = TRY(store_.get(tenant_, correlate::alert_collection, id));
      if (entity)
        alerts_.push_back(
            {std::string(correlate::alert_collection), id, TRY(read_object(entity->json)), entity->version});
      else if (const auto waiting = TRY(store_.state(tenant_, waiting_state(id))); !waiting || waiting->value != key_)
        states_.push_back({waiting_state(id), key_, store::any_version});
    }
    return {};
  }

  // The incident that the attributes are of: where the alerts are, merged when that is several.
  Result<UserChange> target() {
    std::set<std::string> holders;
    const auto add = [&](std::string_view id) -> Status {
      const std::string open = TRY(resolved(store_, tenant_, std::string(id)));
      if (!open.empty()) holders.insert(open);
      return {};
    };
    TRY(add(json::find_string(known_, "incident")));
    for (const DocumentWrite& alert : alerts_) TRY(add(json::find_string(alert.document, "incidentId")));
    if (holders.empty()) {
      auto change = TRY(correlate::add_empty_incident(store_, tenant_, now_));
      const json::Value created = incident_.at("createdDateTime");
      change.documents.front().document["createdDateTime"] = created;
      return change;
    }
    if (holders.size() == 1) return correlate::open_incident(store_, tenant_, *holders.begin());
    DateTime merged_at = now_;
    for (const std::string& id : holders) merged_at = std::max(merged_at, TRY(last_update(id)));
    auto merged = correlate::merge_incidents(store_, tenant_, {holders.begin(), holders.end()}, merged_at);
    if (merged || merged.error().code != ErrorCode::limit_exceeded) return merged;
    return correlate::open_incident(store_, tenant_, *holders.begin());  // too much to merge: they stay apart
  }

  Result<DateTime> last_update(const std::string& id) const {
    const auto entity = TRY(store_.get(tenant_, correlate::incident_collection, id));
    return entity ? time_in(TRY(read_object(entity->json)), "lastUpdateDateTime") : base::min_date_time;
  }

  void take_attributes(json::Object& document) const {
    const bool is_newer = time_in(incident_, "lastUpdateDateTime") > time_in(document, "lastUpdateDateTime");
    const bool is_edited = !says_nothing(document.if_contains("lastModifiedBy"));
    const json::Value* said_before = known_.if_contains("said");
    bool changed = false;
    for (const std::string_view name : ingest::incident_attributes) {
      const json::Value* now = incident_.if_contains(name);
      const json::Value* before = said_before ? json::find(*said_before, name) : nullptr;
      if (!now || (before && *before == *now)) continue;
      if (name == "customTags") {
        changed |= add_tags(document, now->get_array());
        continue;
      }
      const json::Value* here = document.if_contains(name);
      const bool is_free = says_nothing(here) || (before && here && *before == *here);
      if ((is_edited && !is_newer && !is_free) || (here && *here == *now)) continue;
      document[name] = *now;
      changed = true;
    }
    if (changed) document["lastUpdateDateTime"] = base::format_date_time(newest_change(document));
  }

  DateTime newest_change(const json::Object& document) const {
    return std::max(time_in(document, "lastUpdateDateTime"), time_in(incident_, "lastUpdateDateTime"));
  }

  static bool add_tags(json::Object& document, const json::Array& tags) {
    json::Value& value = document["customTags"];
    json::Array& here = value.is_array() ? value.get_array() : value.emplace_array();
    const size_t before = here.size();
    for (const json::Value& tag : tags)
      if (std::find(here.begin(), here.end(), tag) == here.end()) here.push_back(tag);
    return here.size() > before;
  }

  // Alerts that no incident holds yet: the correlator goes on from there.
  void enter_alerts(UserChange& change) const {
    for (const DocumentWrite& alert : alerts_) {
      if (!json::find_string(alert.document, "incidentId").empty()) continue;
      DocumentWrite entered = alert;
      entered.document["incidentId"] = change.incident;
      change.documents.push_back(std::move(entered));
    }
  }

  void remember(UserChange& change) {
    json::Object said;
    for (const std::string_view name : ingest::incident_attributes)
      if (const json::Value* value = incident_.if_contains(name)) said[name] = *value;
    const json::Value updated = incident_.at("lastUpdateDateTime");
    const std::string text = json::to_text(
        json::Object{{"incident", change.incident}, {"lastUpdateDateTime", updated}, {"said", std::move(said)}});
    if (text != known_text_) states_.push_back({copy_state_of(key_), text, known_version_});
    change.states.insert(change.states.end(), states_.begin(), states_.end());
  }

  const store::EntityStore& store_;
  const std::string &tenant_, &connector_;
  const json::Object& incident_;
  const std::string key_;
  const DateTime now_;
  json::Object known_;
  std::string known_text_;
  int64_t known_version_ = store::must_not_exist;
  std::vector<DocumentWrite> alerts_;
  std::vector<store::StateWrite> states_;
};

// False when there was nothing to write.
Result<bool> write_incident(store::EntityStore& store, const std::string& tenant, const std::string& connector,
                            const json::Object& incident) {
  const store::Commit commit = TRY(IncidentCopy(store, tenant, connector, incident).commit());
  if (commit.entities.empty() && commit.states.empty()) return false;
  TRY(store.commit(tenant, commit));
  return true;
}

// Who loses to another writer reads again: an incident may also be merged by one while it is read.
Status store_incident(store::EntityStore& store, const std::string& tenant, const std::string& connector,
                      const json::Object& incident) {
  const std::string named = named_prefix(key_of(tenant, connector, json::find_string(incident, "providerIncidentId")));
  for (int attempt = 1;;) {
    const auto written = write_incident(store, tenant, connector, incident);
    if (!written && (written.error().code != ErrorCode::conflict || attempt++ == incident_attempts_max))
      return written.error();
    if (!written) continue;
    // More alerts have named it than one commit takes, or one did while it was written.
    if (!*written || TRY(store.state_names(tenant, named)).empty()) return {};
    attempt = 1;
  }
}

// What was said last, again, of no alerts but those that named the incident.
json::Object said_before(const json::Object& known, const std::string& provider_incident) {
  const json::Value* said = known.if_contains("said");
  json::Object incident = said && said->is_object() ? said->get_object() : json::Object();
  incident["providerIncidentId"] = provider_incident;
  incident["alertIds"] = json::Array();
  for (const char* name : {"createdDateTime", "lastUpdateDateTime", "arrivedDateTime"})
    incident[name] = json::find_string(known, "lastUpdateDateTime");
  return incident;
}

}  // namespace

Status store_incidents(store::EntityStore& store, const std::string& tenant, const std::string& connector,
                       const std::vector<json::Object>& incidents) {
  for (const json::Object& incident : incidents) TRY(store_incident(store, tenant, connector, incident));
  return {};
}

Status enter_provider_incident(const store::EntityStore& store, const std::string& tenant, const std::string& connector,
                               json::Object& alert, StateWrites& states) {
  const std::string id(json::find_string(alert, "id"));
  const std::string named(json::find_string(alert, ingest::incident_member));
  std::string key = named.empty() ? "" : key_of(tenant, connector, named);
  if (const auto waiting = TRY(store.state(tenant, waiting_state(id)))) {
    if (key.empty()) key = waiting->value;
    states[waiting_state(id)] = {waiting_state(id), std::nullopt, waiting->version};
  }
  if (key.empty()) return {};
  const std::string mark = named_prefix(key) + id;
  const auto copy = TRY(store.state(tenant, copy_state_of(key)));
  if (!copy) {
    // Of the alert and the incident, the one that comes second finds the other.
    states[copy_state_of(key)] = {copy_state_of(key), std::nullopt, store::must_not_exist};
    states[mark] = {mark, "1", store::any_version};
    return {};
  }
  const json::Object known = TRY(read_object(copy->value));
  const std::string incident = TRY(resolved(store, tenant, std::string(json::find_string(known, "incident"))));
  const std::string holder = TRY(resolved(store, tenant, std::string(json::find_string(alert, "incidentId"))));
  if (holder.empty() && !incident.empty()) alert["incidentId"] = incident;
  if (!holder.empty() && holder != incident) states[mark] = {mark, "1", store::any_version};
  return {};
}

Status join_named_alerts(store::EntityStore& store, const std::string& tenant, const std::string& connector,
                         const std::string& provider_incident) {
  const std::string key = key_of(tenant, connector, provider_incident);
  for (int attempt = 1; attempt <= incident_attempts_max; ++attempt) {
    const auto copy = TRY(store.state(tenant, copy_state_of(key)));
    if (!copy || TRY(store.state_names(tenant, named_prefix(key))).empty()) return {};
    TRY(store_incident(store, tenant, connector, said_before(TRY(read_object(copy->value)), provider_incident)));
  }
  return base::fail(ErrorCode::conflict, "A provider's incident is written by others all the time.");
}

}  // namespace vedette::resources
