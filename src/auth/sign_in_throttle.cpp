#include "sign_in_throttle.h"

#include <algorithm>
#include <charconv>

#include "digest.h"
#include "vedette/base/ascii_case.h"

namespace vedette::auth {
namespace {

using base::ErrorCode;
using base::fail;

constexpr int conflicts_max = 50;  // with others who count in the same bucket

struct Attempts {
  int64_t count = 0, last = 0;
  int64_t version = store::must_not_exist;
};

std::string bucket_of(std::string_view kind, std::string_view value) {
  return "auth.attempts/" + std::string(kind) + "/" + std::to_string(counter_bucket(value));
}

base::Result<Attempts> read(const store::EntityStore& store, std::string_view tenant_id, const std::string& name) {
  Attempts attempts;
  const auto state = TRY(store.state(tenant_id, name));
  if (!state) return attempts;
  attempts.version = state->version;
  const char* const end = state->value.data() + state->value.size();
  const auto count = std::from_chars(state->value.data(), end, attempts.count);
  if (count.ptr < end) std::from_chars(count.ptr + 1, end, attempts.last);
  return attempts;
}

// Whether it was stored; not when another was first.
base::Result<bool> write(store::EntityStore& store, std::string_view tenant_id, const std::string& name,
                         const Attempts& attempts) {
  store::StateWrite write{name, std::nullopt, attempts.version};
  if (attempts.count > 0) write.value = std::to_string(attempts.count) + " " + std::to_string(attempts.last);
  store::Commit commit;
  commit.states.push_back(std::move(write));
  const auto committed = store.commit(tenant_id, commit);
  if (committed) return true;
  if (committed.error().code == ErrorCode::conflict) return false;
  return committed.error();
}

base::Error locked(int64_t seconds) {
  base::Error error = fail(ErrorCode::too_many_requests,
                           "There were too many attempts to sign in. Try again in " + std::to_string(seconds) + " s.");
  error.retry_after_s = static_cast<uint32_t>(seconds);
  return error;
}

int64_t locked_until(const Attempts& attempts, bool is_name) {
  const int64_t most = is_name ? SignInThrottle::attempts_max : SignInThrottle::address_attempts_max;
  if (attempts.count < most) return 0;
  if (!is_name) return attempts.last + SignInThrottle::address_window_seconds;
  const int64_t rounds = std::min<int64_t>(attempts.count - most, 10);
  return attempts.last + std::min(SignInThrottle::lock_seconds << rounds, SignInThrottle::lock_seconds_max);
}

}  // namespace

base::Status SignInThrottle::count(std::string_view tenant_id, Kind kind, std::string_view value) {
  const bool is_name = kind == Kind::name;
  const std::string name = bucket_of(is_name ? "name" : "address", value);
  const int64_t now = base::to_unix_seconds(clock_.now());
  for (int i = 0; i < conflicts_max; ++i) {
    Attempts attempts = TRY(read(store_, tenant_id, name));
    // Of a name, from the last attempt on; of an address, which many may share, in windows that no attempt extends.
    if (now - attempts.last >= (is_name ? forget_seconds : address_window_seconds))
      attempts.count = 0, attempts.last = now;
    if (const int64_t until = locked_until(attempts, is_name); now < until) return locked(until - now);
    ++attempts.count;
    if (is_name) attempts.last = now;
    if (TRY(write(store_, tenant_id, name, attempts))) return {};
  }
  return locked(1);
}

base::Status SignInThrottle::take_back(std::string_view tenant_id, Kind kind, std::string_view value) {
  const std::string name = bucket_of(kind == Kind::name ? "name" : "address", value);
  for (int i = 0; i < conflicts_max; ++i) {
    Attempts attempts = TRY(read(store_, tenant_id, name));
    if (attempts.version == store::must_not_exist) return {};
    attempts.count = kind == Kind::name ? 0 : attempts.count - 1;
    if (TRY(write(store_, tenant_id, name, attempts))) return {};
  }
  return {};
}

base::Status SignInThrottle::begin(std::string_view tenant_id, std::string_view name, std::string_view address) {
  TRY(count(tenant_id, Kind::address, address));
  return count(tenant_id, Kind::name, base::ascii_lower(name));
}

base::Status SignInThrottle::succeeded(std::string_view tenant_id, std::string_view name, std::string_view address) {
  TRY(take_back(tenant_id, Kind::name, base::ascii_lower(name)));
  return take_back(tenant_id, Kind::address, address);
}

}  // namespace vedette::auth
