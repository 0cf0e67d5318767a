#include <algorithm>

#include "envelope.h"
#include "tenant_notifier.h"
#include "vedette/json/value.h"

namespace vedette::notify {

using base::Status;

namespace {

constexpr std::chrono::seconds permissions_pause{30};
// reauthorizationRequired is sent when this part of the lifetime is left, or this long at most.
constexpr int64_t last_part = 5;
constexpr int64_t last_ticks_max = base::ticks_per_day;

bool is_expired(const Subscription& subscription, base::DateTime now) { return subscription.expires <= now; }

base::DateTime reauthorization_at(const Subscription& subscription) {
  const int64_t lifetime = (subscription.expires - subscription.begun).ticks;
  return {subscription.expires.ticks - std::min(lifetime / last_part, last_ticks_max)};
}

bool holds_one(const std::vector<std::string>& held, const std::vector<std::string>& wanted) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& permission) {
    return std::find(held.begin(), held.end(), permission) != held.end();
  });
}

}  // namespace

// What is to be told with the event; nothing when nobody wants to know, or it waits already.
std::optional<LifecycleLane> TenantNotifier::with_event(const Subscription& subscription,
                                                        std::string_view event) const {
  if (subscription.lifecycle_url.empty()) return std::nullopt;
  const auto known = lifecycle_.find(subscription.id);
  LifecycleLane lane = known == lifecycle_.end() ? LifecycleLane() : known->second;
  lane.subscription_id = subscription.id;
  lane.application_id = subscription.application_id;
  lane.url = subscription.lifecycle_url;
  const size_t first = lane.attempts.flight == 0 ? 0 : 1;
  for (size_t i = first; i < lane.events.size(); ++i)
    if (lane.events[i].name == event) return std::nullopt;
  if (lane.events.size() >= lifecycle_events_max) return std::nullopt;
  lane.events.push_back({dependencies_.clock.now(), std::string(event), lifecycle_body(subscription, tenant_, event)});
  lane.dirty = true;
  return lane;
}

void TenantNotifier::announce(const Subscription& subscription, std::string_view event) {
  if (auto lane = with_event(subscription, event)) lifecycle_[subscription.id] = std::move(*lane);
}

Status TenantNotifier::tidy() {
  if (!loaded_ || lanes_.empty()) return {};
  const base::DateTime now = dependencies_.clock.now();
  std::vector<std::string> expired;
  for (auto& [id, lane] : lanes_) {
    const Subscription& subscription = lane.subscription;
    if (is_expired(subscription, now)) {
      expired.push_back(id);
    } else if (reauthorization_at(subscription) <= now && lane.announced != subscription.expires.ticks) {
      announce(subscription, "reauthorizationRequired");
      lane.announced = subscription.expires.ticks;
      lane.dirty = true;
    }
  }
  for (const std::string& id : expired) TRY(remove_subscription(id, "It expired."));
  return check_permissions();
}

// In one commit with what its receiver is told of it, unless it was renewed meanwhile: then the feed says so. Its queue
// goes with the next; one that is left behind is found when the tenant is loaded.
Status TenantNotifier::remove_subscription(const std::string& id, std::string_view why) {
  const auto entity = TRY(dependencies_.store.get(tenant_, subscription_collection, id));
  auto told = with_event(lanes_.at(id).subscription, "subscriptionRemoved");
  if (entity) {
    const Subscription stored = TRY(read_subscription(TRY(json::parse(entity->json))));
    if (stored.expires != lanes_.at(id).subscription.expires) return {};
    store::Commit commit;
    commit.actor.id = "notify";
    commit.entities.push_back({subscription_collection, id, std::nullopt, entity->version});
    if (told) commit.states.push_back({std::string(lifecycle_prefix) + id, encode_lifecycle(*told)});
    const auto done = dependencies_.store.commit(tenant_, commit);
    if (!done && done.error().code == base::ErrorCode::conflict) return {};
    if (!done) return done.error();
  }
  auto node = lanes_.extract(id);
  Lane& lane = node.mapped();
  if (told) lifecycle_[id] = std::move(*told);
  log_.add({id, lane.subscription.application_id, "subscriptionRemoved", "removed", dependencies_.clock.now(), 0, 0, 0,
            0, 0, 0, std::string(why)});
  drop_lane(id, lane);
  rebuild_watches();
  return {};
}

// Applications that lost a permission are not told anything until they have it again; of one that is no more, nothing
// remains.
Status TenantNotifier::check_permissions() {
  const auto now = std::chrono::steady_clock::now();
  if (now < permissions_due_ || !dependencies_.roles_of) return {};
  permissions_due_ = now + permissions_pause;
  std::map<std::string, std::optional<std::vector<std::string>>> roles;
  std::vector<std::string> orphans;
  for (auto& [id, lane] : lanes_) {
    const std::string& application = lane.subscription.application_id;
    if (!lane.watch) continue;
    if (!roles.contains(application)) roles[application] = TRY(dependencies_.roles_of(tenant_, application));
    const auto& held = roles[application];
    if (!held) {
      orphans.push_back(id);
      continue;
    }
    const bool allowed = lane.subscription.by_user || holds_one(*held, lane.watch->reference.read->application);
    if (allowed == !lane.paused) continue;
    lane.paused = !allowed;
    lane.dirty = true;
    if (lane.paused) announce(lane.subscription, "reauthorizationRequired");
  }
  for (const std::string& id : orphans) TRY(remove_subscription(id, "Its application is no more."));
  return {};
}

}  // namespace vedette::notify
