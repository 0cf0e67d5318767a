#include <algorithm>

#include "tenant_notifier.h"
#include "vedette/base/ascii_case.h"
#include "vedette/notify/watched.h"
#include "vedette/store/filter.h"

namespace vedette::notify {

using base::ErrorCode;
using base::Result;
using base::Status;

namespace {
constexpr size_t fresh_items_max = 20'000;  // in memory before they are queued
constexpr int64_t page_entities = 1000;

int64_t member(const json::Value& value, std::string_view name) {
  const json::Value* found = json::find(value, name);
  return found && found->is_int64() ? found->get_int64() : 0;
}
}  // namespace

// A tenant that never had a subscription begins at the feed's end; one that had goes on where it was.
Status TenantNotifier::load() {
  lanes_.clear();
  lifecycle_.clear();
  leftovers_.clear();
  fresh_items_ = 0;
  cursor_ = {};
  log_ = DeliveryLog();
  position_ = TRY(dependencies_.store.newest_sequence(tenant_));
  if (const auto state = TRY(dependencies_.store.state(tenant_, cursor_name))) {
    const json::Value value = TRY(json::parse(state->value));
    cursor_ = {member(value, "position"), state->version};
    log_.start(member(value, "deliveries"));
  }
  TRY(load_subscriptions());
  TRY(load_lifecycle());
  // What a subscription of an earlier life left behind.
  for (const std::string& name : TRY(dependencies_.store.state_names(tenant_, lane_prefix))) {
    const std::string id = name.substr(lane_prefix.size());
    if (lanes_.contains(id)) continue;
    Lane lane;
    if (const auto state = TRY(dependencies_.store.state(tenant_, name)))
      if (auto read = restore_lane(lane, state->value, options_, dependencies_.clock.now()); !read)
        dependencies_.on_problem(read.error(), tenant_);
    drop_lane(id, lane);
  }
  int64_t first = position_;
  for (const auto& [id, lane] : lanes_) first = std::min(first, lane.subscription.from);
  if (!lanes_.empty()) position_ = cursor_.version == store::must_not_exist ? first : std::max(first, cursor_.value);
  loaded_ = true;
  return {};
}

Status TenantNotifier::load_lifecycle() {
  for (const std::string& name : TRY(dependencies_.store.state_names(tenant_, lifecycle_prefix))) {
    const std::string id = name.substr(lifecycle_prefix.size());
    const auto state = TRY(dependencies_.store.state(tenant_, name));
    if (state) lifecycle_[id] = TRY(decode_lifecycle(id, state->value, options_, dependencies_.clock.now()));
  }
  return {};
}

Status TenantNotifier::load_subscriptions() {
  std::map<std::string, Lane> old;
  old.swap(lanes_);
  store::Query query;
  query.collection = subscription_collection;
  query.top = page_entities;
  query.now = dependencies_.clock.now();
  do {
    auto page = TRY(dependencies_.store.query(tenant_, query));
    for (const store::Entity& entity : page.entities)
      if (auto adopted = adopt(entity, old); !adopted) {
        // Damage is told; what may pass is tried again, and nothing is taken for left behind until it is known.
        const ErrorCode code = adopted.error().code;
        if (code != ErrorCode::corrupt_data && code != ErrorCode::bad_request) return adopted.error();
        dependencies_.on_problem(adopted.error(), tenant_);
      }
    query.after = std::move(page.next);
  } while (!query.after.empty());
  for (const auto& [id, lane] : old) drop_lane(id, lane);
  rebuild_watches();
  return {};
}

// Keeps the lane of a subscription that is known already.
Status TenantNotifier::adopt(const store::Entity& entity, std::map<std::string, Lane>& old) {
  Subscription subscription = TRY(read_subscription(TRY(json::parse(entity.json))));
  Lane lane;
  if (auto known = old.extract(entity.id)) {
    lane = std::move(known.mapped());
  } else if (const auto state = TRY(dependencies_.store.state(tenant_, std::string(lane_prefix) + entity.id))) {
    TRY(restore_lane(lane, state->value, options_, dependencies_.clock.now()));
  }
  lane.subscription = std::move(subscription);
  lanes_[entity.id] = std::move(lane);
  lanes_[entity.id].watch = TRY(watch_for(lanes_[entity.id].subscription));
  return {};
}

Result<std::shared_ptr<Watch>> TenantNotifier::watch_for(const Subscription& subscription) {
  std::shared_ptr<Watch>& watch = watches_[subscription.root + " " + subscription.resource];
  if (watch) return watch;
  const edm::Model* model = nullptr;
  for (const edm::Model* one : dependencies_.models)
    if (one->root() == subscription.root) model = one;
  if (!model) return base::fail(ErrorCode::corrupt_data, "The subscription '" + subscription.id + "' has no model.");
  auto made = std::make_shared<Watch>();
  made->reference = TRY(resolve_watched(*model, dependencies_.views, subscription.resource, dependencies_.clock.now()));
  made->moving = base::ascii_lower(subscription.resource).find("now(") != std::string::npos;
  made->query.collection = made->reference.collection;
  made->query.filter = made->reference.filter;
  watch = std::move(made);
  return watch;
}

// Lanes have moved: who watches what is put together anew, and what nobody watches is forgotten.
void TenantNotifier::rebuild_watches() {
  for (auto& [key, watch] : watches_)
    if (watch) watch->lanes.clear();
  for (auto& [id, lane] : lanes_)
    if (lane.watch) lane.watch->lanes.push_back(&lane);
  std::erase_if(watches_, [](const auto& one) { return !one.second || one.second->lanes.empty(); });
}

void TenantNotifier::drop_lane(const std::string& id, const Lane& lane) {
  leftovers_.push_back({std::string(lane_prefix) + id, std::nullopt});
  for (int64_t number = lane.cleared; number < lane.tail; ++number)
    leftovers_.push_back({chunk_name(id, number), std::nullopt});
}

Result<bool> TenantNotifier::poll() {
  if (!loaded_) TRY(load());
  if (fresh_items_ > 0) return true;  // the last commit failed
  const auto changes = TRY(dependencies_.store.changes(tenant_, position_, options_.batch_changes_max));
  const bool about_subscriptions = std::any_of(changes.begin(), changes.end(), [](const store::Change& change) {
    return change.collection == subscription_collection;
  });
  if (about_subscriptions) {
    loaded_ = false;  // until they are read whole
    TRY(load_subscriptions());
    loaded_ = true;
  }
  const auto& principals = dependencies_.principal_collections;
  if (about_subscriptions || std::any_of(changes.begin(), changes.end(), [&](const store::Change& change) {
        return std::find(principals.begin(), principals.end(), change.collection) != principals.end();
      }))
    permissions_due_ = {};
  for (const store::Change& change : changes) {
    if (auto matched = match(change); !matched) {
      forget_fresh();
      return matched.error();
    }
    position_ = change.sequence;
    if (fresh_items_ >= fresh_items_max) return true;
  }
  return changes.size() == options_.batch_changes_max;
}

// Nothing of a batch that was not read to its end is queued: it is read again.
void TenantNotifier::forget_fresh() {
  for (auto& [id, lane] : lanes_) lane.fresh.clear();
  fresh_items_ = 0;
  loaded_ = false;
}

// The entity is what it is by now: of a filter's properties, the feed holds no past. What is gone passes every filter.
Status TenantNotifier::match(const store::Change& change) {
  const bool watched = std::any_of(watches_.begin(), watches_.end(), [&](const auto& one) {
    return one.second->reference.collection == change.collection;
  });
  if (!watched) return {};
  const ChangeType type = change.deleted ? change_deleted : change.version == 1 ? change_created : change_updated;
  std::optional<json::Value> document;
  bool read = change.deleted;
  for (const auto& [key, watch] : watches_) {
    const odata::Reference& reference = watch->reference;
    if (reference.collection != change.collection || (!reference.id.empty() && reference.id != change.id)) continue;
    if (reference.filter && !read) {
      read = true;
      if (const auto entity = TRY(dependencies_.store.get(tenant_, change.collection, change.id)))
        document = json::parse(entity->json).value_or(json::Value());
    }
    if (!passes(*watch, change, document ? &*document : nullptr)) continue;
    for (Lane* lane : watch->lanes) {
      if (change.sequence <= lane->subscription.from || (lane->subscription.change_types & type) == 0) continue;
      lane->fresh.push_back({change.sequence, type, change.version, change.id});
      ++fresh_items_;
    }
  }
  return {};
}

// What cannot be decided is told.
bool TenantNotifier::passes(const Watch& watch, const store::Change& change, const json::Value* document) {
  if (!document || !watch.query.filter) return true;
  store::Query query = watch.query;
  query.now = change.at;
  if (watch.moving) {
    const Subscription& any = watch.lanes.front()->subscription;
    const auto bound = resolve_watched(*watch.reference.model, dependencies_.views, any.resource, change.at);
    if (bound) query.filter = bound->filter;
  }
  const auto matched = store::matches(query, *document);
  if (!matched) dependencies_.on_problem(matched.error(), tenant_);
  return !matched || *matched;
}

}  // namespace vedette::notify
