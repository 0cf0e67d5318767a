#include <algorithm>

#include "tenant_notifier.h"
#include "vedette/json/value.h"

namespace vedette::notify {

using base::Status;

namespace {

constexpr const char* actor_id = "notify";
// How far the stored place in the feed may be behind when nothing else is to be written.
constexpr int64_t lag_max = 5'000;

int64_t chunks_of(size_t items) { return static_cast<int64_t>((items + chunk_items_max - 1) / chunk_items_max); }

}  // namespace

// A full queue loses its oldest chunks.
void TenantNotifier::make_room(Lane& lane, int64_t chunks) {
  const int64_t surplus = lane.tail - lane.head + chunks - options_.queue_chunks_max;
  if (surplus <= 0) return;
  const int64_t dropped = std::min(surplus, lane.tail - lane.head);
  lane.head += dropped;
  lane.offset = 0;
  drop_items(lane, "The queue is full: " + std::to_string(options_.queue_chunks_max) + " chunks.",
             static_cast<size_t>(dropped) * chunk_items_max);
}

void TenantNotifier::write_lane(store::Commit& commit, const std::string& id, Lane& lane) {
  const int64_t chunks = chunks_of(lane.fresh.size());
  make_room(lane, chunks);
  for (int64_t number = lane.cleared; number < lane.head; ++number)
    commit.states.push_back({chunk_name(id, number), std::nullopt});
  const base::DateTime now = dependencies_.clock.now();
  for (size_t first = 0; first < lane.fresh.size(); first += chunk_items_max) {
    const Item* begin = lane.fresh.data() + first;
    const Item* end = begin + std::min(chunk_items_max, lane.fresh.size() - first);
    commit.states.push_back(
        {chunk_name(id, lane.tail + static_cast<int64_t>(first / chunk_items_max)), encode_chunk(now, begin, end)});
  }
  commit.states.push_back({std::string(lane_prefix) + id, encode_lane(lane, lane.tail + chunks)});
}

void TenantNotifier::write_lifecycle(store::Commit& commit) {
  for (const auto& [id, lane] : lifecycle_) {
    if (!lane.dirty) continue;
    auto value = lane.events.empty() ? std::nullopt : std::optional(encode_lifecycle(lane));
    commit.states.push_back({std::string(lifecycle_prefix) + id, std::move(value)});
  }
}

Status TenantNotifier::flush() {
  if (!loaded_) return {};
  store::Commit commit;
  commit.actor.id = actor_id;
  for (auto& [id, lane] : lanes_)
    if (lane.dirty || !lane.fresh.empty()) write_lane(commit, id, lane);
  write_lifecycle(commit);
  commit.states.insert(commit.states.end(), leftovers_.begin(), leftovers_.end());
  log_.append_to(commit);
  const bool behind = !lanes_.empty() && position_ - cursor_.value > lag_max;
  if (commit.states.empty() && commit.entities.empty() && !behind) return {};
  commit.states.push_back({cursor_name,
                           json::to_text(json::Object{{"position", position_}, {"deliveries", log_.written_after()}}),
                           cursor_.version});
  return this->commit(commit);
}

Status TenantNotifier::commit(const store::Commit& commit) {
  const auto done = dependencies_.store.commit(tenant_, commit);
  if (done) return applied(), Status();
  if (done.error().code == base::ErrorCode::conflict) loaded_ = false;
  return done.error();
}

void TenantNotifier::applied() {
  cursor_ = {position_, cursor_.version + 1};
  for (auto& [id, lane] : lanes_) {
    lane.tail += chunks_of(lane.fresh.size());
    lane.fresh.clear();
    lane.cleared = lane.head;
    lane.dirty = false;
  }
  fresh_items_ = 0;
  for (auto& [id, lane] : lifecycle_) lane.dirty = false;
  std::erase_if(lifecycle_, [](const auto& one) { return one.second.events.empty(); });
  leftovers_.clear();
  log_.committed();
}

}  // namespace vedette::notify
