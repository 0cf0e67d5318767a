#include <algorithm>

#include "envelope.h"
#include "tenant_notifier.h"
#include "vedette/json/value.h"
#include "vedette/odata/caller.h"

namespace vedette::notify {

using base::Result;
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

enum class Standing : uint8_t { good, held_back, application_gone, user_gone };

// Applications and users as they are now, each asked for once.
class Principals {
 public:
  Principals(const NotifierDependencies& dependencies, const std::string& tenant)
      : dependencies_(dependencies), tenant_(tenant) {}

  Result<Standing> standing(const Subscription& subscription, const edm::Permissions& read) {
    const auto* const application =
        TRY(look_up(applications_, dependencies_.application_of, subscription.application_id));
    if (!*application) return Standing::application_gone;
    odata::Caller caller;
    caller.user_id = subscription.user_id;
    caller.roles = (*application)->roles;
    caller.scopes = (*application)->scopes;
    if (caller.is_user()) {
      const auto* const user = TRY(look_up(users_, dependencies_.user_of, caller.user_id));
      if (!*user || !(*user)->enabled) return Standing::user_gone;
      if (subscription.authorised < (*user)->sessions_valid_from) return Standing::held_back;
      caller.directory_roles = (*user)->directory_roles;
    }
    return odata::authorise(caller, read) ? Standing::good : Standing::held_back;
  }

 private:
  template <class T>
  using Known = std::map<std::string, std::optional<T>>;

  template <class T, class Ask>
  Result<const std::optional<T>*> look_up(Known<T>& known, const Ask& ask, const std::string& id) const {
    auto found = known.find(id);
    if (found == known.end()) found = known.emplace(id, TRY(ask(tenant_, id))).first;
    return &found->second;
  }

  const NotifierDependencies& dependencies_;
  const std::string& tenant_;
  Known<ApplicationPermissions> applications_;
  Known<UserStanding> users_;
};

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

// Who may not read any more is not told anything until it is allowed again; of an application or a user who is gone,
// nothing remains.
Status TenantNotifier::check_permissions() {
  const auto now = std::chrono::steady_clock::now();
  if (now < permissions_due_ || !dependencies_.application_of) return {};
  Principals principals(dependencies_, tenant_);
  std::vector<std::pair<std::string, const char*>> orphans;
  for (auto& [id, lane] : lanes_) {
    if (!lane.watch) continue;
    const Standing standing = TRY(principals.standing(lane.subscription, *lane.watch->reference.read));
    if (standing == Standing::application_gone) orphans.emplace_back(id, "Its application is no more.");
    if (standing == Standing::user_gone) orphans.emplace_back(id, "Its user is disabled, or is no more.");
    const bool paused = standing != Standing::good;
    if (paused == lane.paused) continue;
    lane.paused = paused;
    lane.dirty = true;
    if (standing == Standing::held_back) announce(lane.subscription, "reauthorizationRequired");
  }
  for (const auto& [id, why] : orphans) TRY(remove_subscription(id, why));
  permissions_due_ = now + permissions_pause;
  return {};
}

}  // namespace vedette::notify
