// The use of hunting in the entity store: the state "hunting-use" of each tenant.
#include <chrono>
#include <utility>

#include "vedette/resources/hunting/quota.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::Result;
using base::Status;

constexpr const char* state_name = "hunting-use";
constexpr int64_t save_every_ms = 1'000;
constexpr int save_attempts_max = 8;  // when other servers write, too

int64_t steady_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// What is stored afterwards, of every server.
Result<HuntingUse> add_to_stored(store::EntityStore& store, const std::string& name, const HuntingUse& added,
                                 base::DateTime now) {
  for (int attempt = 1;; ++attempt) {
    const auto state = TRY(store.state(name, state_name));
    HuntingUse use = state ? TRY(HuntingUse::from_json(state->value)) : HuntingUse();
    use.add(added);
    use.prune(now);
    store::Commit commit;
    commit.states.push_back({state_name, use.to_json(), state ? state->version : store::must_not_exist});
    const auto done = store.commit(name, commit);
    if (done) return use;
    if (done.error().code != ErrorCode::conflict || attempt == save_attempts_max) return done.error();
  }
}

}  // namespace

Result<HuntingMeter::Tenant*> HuntingMeter::loaded_tenant(store::EntityStore& store, const std::string& name) {
  Tenant& tenant = tenants_[name];
  if (tenant.loaded) return &tenant;
  if (const auto state = TRY(store.state(name, state_name))) tenant.all = TRY(HuntingUse::from_json(state->value));
  tenant.loaded = true;
  return &tenant;
}

Status HuntingMeter::admit(store::EntityStore& store, const std::string& name, base::DateTime now) {
  if (unlimited()) return {};
  {
    const std::lock_guard lock(mutex_);
    Tenant& tenant = *TRY(loaded_tenant(store, name));
    TRY(tenant.all.check(quota_, now));
    tenant.count(HuntingUse::Measure::requests, now, 1);
  }
  return save_now_and_then(store, name, now);
}

Status HuntingMeter::finish(store::EntityStore& store, const std::string& name, base::DateTime now,
                            int64_t milliseconds) {
  if (unlimited()) return {};
  {
    const std::lock_guard lock(mutex_);
    TRY(loaded_tenant(store, name))->count(HuntingUse::Measure::running_milliseconds, now, milliseconds);
  }
  return save_now_and_then(store, name, now);
}

Status HuntingMeter::save_now_and_then(store::EntityStore& store, const std::string& name, base::DateTime now) {
  std::unique_lock lock(mutex_);
  Tenant& tenant = tenants_[name];
  if (tenant.saving || (tenant.saved_at_ms != 0 && steady_ms() - tenant.saved_at_ms < save_every_ms)) return {};
  tenant.saving = true;
  const HuntingUse added = std::exchange(tenant.pending, {});
  lock.unlock();  // others are admitted while this is written
  auto stored = add_to_stored(store, name, added, now);
  lock.lock();
  tenant.saving = false;
  if (!stored) {
    tenant.pending.add(added);
    return stored.error();
  }
  tenant.all = std::move(*stored);
  tenant.all.add(tenant.pending);
  tenant.saved_at_ms = steady_ms();
  return {};
}

http::Headers HuntingMeter::headers(const std::string& name, base::DateTime now) {
  http::Headers headers;
  if (unlimited()) return headers;
  const std::lock_guard lock(mutex_);
  headers.set("RateLimit-Policy", HuntingUse::policy_header(quota_));
  headers.set("RateLimit", tenants_[name].all.remaining_header(quota_, now));
  return headers;
}

}  // namespace vedette::resources
