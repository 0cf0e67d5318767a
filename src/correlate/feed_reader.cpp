#include <charconv>
#include <optional>

#include "batch_writer.h"
#include "feed_correlator.h"

namespace vedette::correlate {

using base::ErrorCode;
using base::Result;
using base::Status;

namespace {
constexpr int64_t page_entities = 1000;

std::optional<Redirect> redirect_of(const json::Value& incident) {
  if (json::find_string(incident, "status") != "redirected") return std::nullopt;
  return Redirect{parse_incident_number(json::find_string(incident, "id")),
                  parse_incident_number(json::find_string(incident, "redirectIncidentId"))};
}

}  // namespace

Result<NumberState> FeedCorrelator::read_number(std::string_view name) const {
  NumberState number;
  const auto state = TRY(store_.state(tenant_, name));
  if (!state) return number;
  const char* end = state->value.data() + state->value.size();
  const auto [last, error] = std::from_chars(state->value.data(), end, number.value);
  if (error != std::errc() || last != end || number.value < 0) {
    return base::fail(ErrorCode::corrupt_data, "State " + std::string(name) + " is no number.");
  }
  number.version = state->version;
  return number;
}

template <class F>
Status FeedCorrelator::for_each_entity(store::Query query, F&& f) {
  query.top = page_entities;
  query.now = clock_.now();
  do {
    auto page = TRY(store_.query(tenant_, query));
    for (const store::Entity& entity : page.entities) TRY(f(entity));
    query.after = std::move(page.next);
  } while (!query.after.empty());
  return {};
}

Status FeedCorrelator::load(const base::StopCheck& stop) {
  cursor_ = TRY(read_number(cursor_state));
  counter_ = TRY(read_number(incident_counter_state));
  position_ = cursor_.value;
  partition_ = std::make_unique<Partition>(counter_.value);
  pending_.clear();
  moved_.clear();
  for (const std::string& name : TRY(store_.state_names(tenant_, moved_alert_prefix))) {
    moved_.insert(name.substr(moved_alert_prefix.size()));
  }
  TRY(load_redirects(stop));
  return load_alerts(stop);
}

Status FeedCorrelator::load_redirects(const base::StopCheck& stop) {
  store::Query query;
  query.collection = incident_collection;
  query.filter = equals("status", "redirected");
  query.stop = stop;
  return for_each_entity(std::move(query), [&](const store::Entity& entity) -> Status {
    if (const auto redirect = redirect_of(TRY(json::parse(entity.json)))) partition_->restore(*redirect);
    return {};
  });
}

// Alerts that changed after the cursor are left to the feed.
Status FeedCorrelator::load_alerts(const base::StopCheck& stop) {
  store::Query query;
  query.collection = alert_collection;
  query.stop = stop;
  return for_each_entity(std::move(query), [&](const store::Entity& entity) -> Status {
    if (entity.sequence > cursor_.value) return {};
    AlertRead alert = TRY(read_alert(entity));
    if (partition_->resolve(alert.incident) == 0) {
      pending_.push_back(std::move(alert));
    } else {
      partition_->restore(alert);
    }
    return {};
  });
}

Result<AlertRead> FeedCorrelator::read_alert(const store::Entity& entity) const {
  const auto document = json::parse(entity.json);
  if (!document.has_value()) {
    return base::fail(ErrorCode::corrupt_data, "Alert " + entity.id + " is not JSON.");
  }
  return AlertRead{entity.id, reader_.read(*document), incident_of(*document), moved_.contains(entity.id)};
}

// The next changes of the feed, and the alerts they are about as they are now.
Result<FeedCorrelator::Batch> FeedCorrelator::read_batch() {
  Batch batch;
  batch.read.alerts = pending_;
  batch.last_sequence = position_;
  std::unordered_set<std::string> seen;
  for (const store::Change& change : TRY(store_.changes(tenant_, position_, options_.batch_changes_max))) {
    ++batch.changes;
    batch.last_sequence = change.sequence;
    const bool own = change.actor.kind == store::Actor::Kind::system && change.actor.id == actor_id;
    if (change.collection == incident_collection && !own) TRY(note_redirect(batch, change.id));
    if (change.collection != alert_collection || (own && partition_->find(change.id))) continue;
    if (seen.insert(change.id).second) TRY(read_changed_alert(batch, change));
  }
  pending_.clear();
  // After the alerts, so that it is not behind the numbers in them.
  const NumberState counter = TRY(read_number(incident_counter_state));
  partition_->raise_last_number(counter.value);
  counter_ = counter;
  for (AlertRead& alert : batch.read.alerts) TRY(note_placement(batch, alert));
  return batch;
}

Status FeedCorrelator::read_changed_alert(Batch& batch, const store::Change& change) {
  const auto entity = TRY(store_.get(tenant_, alert_collection, change.id));
  if (entity) {
    AlertRead alert = TRY(read_alert(*entity));
    // A user put it where it is before it was ever seen here.
    if (alert.incident != 0 && !alert.moved && !partition_->find(alert.id))
      alert.moved = TRY(store_.state(tenant_, moved_alert_state(alert.id))).has_value();
    batch.read.alerts.push_back(std::move(alert));
  } else {
    batch.read.removed.push_back(change.id);
  }
  return {};
}

// Incidents can be merged by users too.
Status FeedCorrelator::note_redirect(Batch& batch, const std::string& incident) const {
  const auto entity = TRY(store_.get(tenant_, incident_collection, incident));
  if (!entity) return {};
  if (const auto redirect = redirect_of(TRY(json::parse(entity->json)))) batch.read.redirects.push_back(*redirect);
  return {};
}

// An alert that is in another incident than it was put in: by a merge of the two, or moved by a user.
Status FeedCorrelator::note_placement(Batch& batch, AlertRead& alert) const {
  const auto known = partition_->find(alert.id);
  const IncidentNumber stored = known ? partition_->place(*known).stored : 0;
  if (stored == 0 || alert.incident == stored || alert.moved) return {};
  const IncidentNumber place = partition_->resolve(alert.incident), current = partition_->incident_of(*known);
  if (place == 0 || place == current) return {};
  const size_t before = batch.read.redirects.size();
  TRY(note_redirect(batch, std::to_string(current)));
  if (batch.read.redirects.size() > before) return {};
  alert.moved = true;
  batch.newly_moved.push_back(alert.id);
  return {};
}

}  // namespace vedette::correlate
