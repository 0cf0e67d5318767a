#include "vedette/correlate/correlator.h"

#include "batch_writer.h"
#include "feed_correlator.h"

namespace vedette::correlate {

using base::ErrorCode;
using base::Result;
using base::Status;

namespace {

constexpr int commit_attempts_max = 20;
// Changes that need no commit (of other collections, of its own) move the cursor in the store only now and then; after
// a restart they are passed over again.
constexpr int64_t unstored_changes_max = 10'000;

store::StateWrite number_write(std::string_view name, int64_t value, const NumberState& before) {
  return {std::string(name), std::to_string(value), before.version};
}

}  // namespace

Result<Progress> FeedCorrelator::run(const base::StopCheck& stop) {
  Progress progress;
  for (;;) {
    const Result<bool> more = step(progress, stop);
    if (!more.has_value()) {
      partition_.reset();  // it may be ahead of the store
      if (more.error().code == ErrorCode::conflict && progress.conflicts < commit_attempts_max) continue;
      return more.error();
    }
    if (!*more) return progress;
  }
}

Result<bool> FeedCorrelator::step(Progress& progress, const base::StopCheck& stop) {
  TRY(stop.check());
  if (!partition_) TRY(load(stop));
  const Batch batch = TRY(read_batch());
  if (batch.changes == 0 && batch.empty()) return false;
  position_ = batch.last_sequence;
  if (!batch.empty()) {
    progress.alerts += static_cast<int64_t>(batch.read.alerts.size());
    partition_->enter(batch.read);
    TRY(write_batch(batch, progress));
  } else if (position_ - cursor_.value > unstored_changes_max) {
    TRY(store_cursor());
  }
  return true;
}

Status FeedCorrelator::store_cursor() {
  store::Commit commit;
  commit.actor.id = actor_id;
  commit.states.push_back(number_write(cursor_state, position_, cursor_));
  TRY(store_.commit(tenant_, commit));
  cursor_ = {position_, cursor_.version + 1};
  return {};
}

Result<bool> FeedCorrelator::lost_to_another() const {
  const NumberState cursor = TRY(read_number(cursor_state));
  const NumberState counter = TRY(read_number(incident_counter_state));
  return cursor.version != cursor_.version || counter.version != counter_.version;
}

// A document that changed under the commit is read again. When the cursor or the counter did, another correlator (or
// whoever creates incidents) was first, and what is in memory is void.
Status FeedCorrelator::write_batch(const Batch& batch, Progress& progress) {
  for (int attempt = 1;; ++attempt) {
    BatchWrites writes =
        TRY(BatchWriter(store_, tenant_, options_.incident_url_base, clock_.now(), *partition_).build());
    store::Commit& commit = writes.commit;
    commit.actor.id = actor_id;
    commit.states.push_back(number_write(cursor_state, batch.last_sequence, cursor_));
    if (partition_->last_number() != counter_.value) {
      commit.states.push_back(number_write(incident_counter_state, partition_->last_number(), counter_));
    }
    for (const std::string& id : batch.newly_moved) {
      commit.states.push_back({moved_alert_state(id), "1", store::any_version});
    }
    const auto committed = store_.commit(tenant_, commit);
    if (!committed.has_value()) {
      if (committed.error().code != ErrorCode::conflict) return committed.error();
      ++progress.conflicts;
      if (attempt == commit_attempts_max || TRY(lost_to_another())) return committed.error();
      continue;
    }
    partition_->finish_batch(writes.written);
    moved_.insert(batch.newly_moved.begin(), batch.newly_moved.end());
    progress.incidents_created += writes.created;
    progress.incidents_redirected += writes.redirected;
    cursor_ = {batch.last_sequence, cursor_.version + 1};
    if (partition_->last_number() != counter_.value) {
      counter_ = {partition_->last_number(), counter_.version + 1};
    }
    return {};
  }
}

std::string moved_alert_state(std::string_view alert_id) {
  return std::string(moved_alert_prefix) + std::string(alert_id);
}

store::Collection declare_links() { return {std::string(link_collection), {{{"incidentId"}}}}; }

Result<std::unique_ptr<Correlator>> Correlator::create(store::EntityStore& store, std::string tenant,
                                                       const base::Clock& clock, CorrelatorOptions options) {
  AlertReader reader = TRY(AlertReader::create(options.shared_infrastructure));
  return std::unique_ptr<Correlator>(
      new FeedCorrelator(store, std::move(tenant), clock, std::move(options), std::move(reader)));
}

}  // namespace vedette::correlate
