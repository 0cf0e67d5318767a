// Holds back who guesses passwords: attempts are counted per user name and per address, in the store, so that every
// server of an installation counts the same.
//
// An attempt is counted before the password is looked at, and taken back when it was right; so guesses that come at
// once are counted as well. After `attempts_max` an account is locked for a minute, then for twice as long each time,
// up to `lock_seconds_max`; whether a user of that name exists makes no difference. An address is locked for a minute
// after `address_attempts_max`. What nobody tried for an hour is forgotten. Names and addresses are counted in buckets
// by their hash, so that the states are bounded however many are tried: "auth.attempts/<kind>/<bucket>": "<count>
// <seconds of the last>".
#pragma once

#include <string>
#include <string_view>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/store/entity_store.h"

namespace vedette::auth {

class SignInThrottle {
 public:
  SignInThrottle(store::EntityStore& store, const base::Clock& clock) : store_(store), clock_(clock) {}

  // Counts an attempt. Errors: `too_many_requests`, saying when to come again.
  base::Status begin(std::string_view tenant_id, std::string_view name, std::string_view address);
  // It was right: the name's count is forgotten, the address's is one less.
  base::Status succeeded(std::string_view tenant_id, std::string_view name, std::string_view address);

  static constexpr int attempts_max = 10;
  static constexpr int address_attempts_max = 100;
  static constexpr int64_t address_window_seconds = 600;
  static constexpr int64_t lock_seconds = 60;
  static constexpr int64_t lock_seconds_max = 900;
  static constexpr int64_t forget_seconds = 3600;

 private:
  enum class Kind : uint8_t { name, address };
  base::Status count(std::string_view tenant_id, Kind kind, std::string_view value);
  base::Status take_back(std::string_view tenant_id, Kind kind, std::string_view value);

  store::EntityStore& store_;
  const base::Clock& clock_;
};

}  // namespace vedette::auth
