#include "feed_follower.h"

#include <map>

#include "action_result.h"
#include "incident_write_back.h"
#include "provider_alerts.h"
#include "vedette/json/value.h"
#include "vedette/resources/alerts/alerts.h"
#include "vedette/resources/incidents/incidents.h"
#include "write_back_entry.h"

namespace vedette::federation {

using base::Result;
using base::Status;

namespace {

constexpr const char* position_state = "federation.feed";
constexpr size_t batch_changes_max = 500;
// How far the stored place may be behind when nothing is to be marked.
constexpr int64_t lag_max = 5'000;

bool is_by_user(const store::Change& change) {
  return change.actor.kind == store::Actor::Kind::user || change.actor.kind == store::Actor::Kind::application;
}

}  // namespace

Status FeedFollower::begin() {
  if (loaded_) return {};
  if (const auto state = TRY(store_.state(tenant_, position_state))) {
    const json::Value value = TRY(json::parse(state->value));
    position_ = stored_ = value.is_int64() ? value.get_int64() : 0;
    version_ = state->version;
  } else {
    position_ = TRY(store_.newest_sequence(tenant_));
    stored_ = -lag_max - 1;
    version_ = store::must_not_exist;
  }
  loaded_ = true;
  return {};
}

Result<bool> FeedFollower::mark(const store::Change& change, const std::set<std::string>& writers,
                                store::Commit& commit) {
  const auto alert = TRY(store_.get(tenant_, resources::alert_collection, change.id));
  if (!alert) return false;
  const json::Value document = TRY(json::parse(alert->json));
  const std::string instance(json::find_string(document, instance_member));
  if (!writers.contains(instance)) return false;
  WriteBackEntry entry;
  if (const auto known = TRY(store_.get(tenant_, WriteBackEntry::collection, change.id)))
    entry = TRY(WriteBackEntry::decode(*known));
  if (!entry.request(change.sequence)) return false;
  entry.id = change.id;
  entry.provider_alert_id = json::find_string(document, "providerAlertId");
  entry.instance = instance;
  commit.entities.push_back({WriteBackEntry::collection, change.id, encode(entry), entry.version});
  return true;
}

Result<bool> FeedFollower::follow(const FeedReaders& readers) {
  TRY(begin());
  const auto changes = TRY(store_.changes(tenant_, position_, batch_changes_max));
  store::Commit commit;
  commit.actor.id = "federation";
  // The last change of an alert or action stands for those before it; those of an incident come from several sides.
  std::map<std::string, const store::Change*> alerts, actions;
  std::map<std::string, IncidentChanges> incidents;
  for (const store::Change& change : changes) {
    if (change.deleted) continue;
    if (change.collection == resources::incident_collection) incidents[change.id].push_back(&change);
    if (!is_by_user(change)) continue;
    if (change.collection == resources::alert_collection) alerts[change.id] = &change;
    if (change.collection == action_collection) actions[change.id] = &change;
  }
  bool marked = false;
  for (const auto& [id, change] : alerts) marked |= TRY(mark(*change, readers.writers, commit));
  for (const auto& [id, of_one] : incidents)
    marked |= TRY(mark_incident(store_, tenant_, of_one, readers.incident_writers, commit));
  for (const auto& [id, change] : actions)
    marked |= TRY(dispatch_action(store_, tenant_, *change, readers.takers, clock_, commit));
  if (!changes.empty()) position_ = changes.back().sequence;
  if (!marked && position_ - stored_ <= lag_max) return changes.size() == batch_changes_max;
  commit.states.push_back({position_state, std::to_string(position_), version_});
  const auto committed = store_.commit(tenant_, commit);
  if (!committed) {
    // A sender was first: the batch is read again.
    loaded_ = false;
    return committed.error().code == base::ErrorCode::conflict ? Result<bool>(true) : committed.error();
  }
  stored_ = position_;
  ++version_;
  return changes.size() == batch_changes_max;
}

}  // namespace vedette::federation
