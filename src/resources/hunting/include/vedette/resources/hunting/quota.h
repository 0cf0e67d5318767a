// What a tenant may use of hunting: so many queries and so much running time in windows that slide.
//
// Source of the defaults: Microsoft Graph, "Quotas and resource allocation" of runHuntingQuery: 45 calls a minute and
// 1,500 an hour, 10 minutes of running time an hour and 3 hours a day, for each tenant.
// A window slides in steps (a minute by seconds, an hour by minutes, a day by quarters of an hour): what was used in a
// step frees one window later. Use is kept as state of the entity store, written at most once a second and added up
// with what other servers wrote, so a limit holds over restarts and for all servers together.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/http/headers.h"
#include "vedette/store/entity_store.h"

namespace vedette::resources {

// 0: no limit.
struct HuntingQuota {
  int64_t requests_per_minute = 45;
  int64_t requests_per_hour = 1'500;
  int64_t running_seconds_per_hour = 600;
  int64_t running_seconds_per_day = 10'800;

  static constexpr HuntingQuota unlimited() { return {0, 0, 0, 0}; }
  bool operator==(const HuntingQuota&) const = default;
};

// What one tenant has used, by limit and step. A value: see HuntingMeter for threads and the store.
class HuntingUse {
 public:
  enum class Measure : uint8_t { requests, running_milliseconds };

  void add(Measure measure, base::DateTime now, int64_t amount);
  void add(const HuntingUse& other);
  // Forgets what is older than its window.
  void prune(base::DateTime now);

  // too_many_requests when a limit is used up: names it and when it frees; retry_after_s is set.
  base::Status check(const HuntingQuota& quota, base::DateTime now) const;
  // The header fields RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-09): each limit, what is
  // left of it, and in how many seconds a part of it frees. "" when nothing is limited.
  static std::string policy_header(const HuntingQuota& quota);
  std::string remaining_header(const HuntingQuota& quota, base::DateTime now) const;

  std::string to_json() const;
  static base::Result<HuntingUse> from_json(std::string_view text);

 private:
  static constexpr size_t windows = 4;
  using Steps = std::map<int64_t, int64_t>;  // number of the step → amount

  int64_t used(size_t window, base::DateTime now) const;
  base::DateTime frees_at(size_t window, int64_t most, base::DateTime now) const;

  std::vector<Steps> steps_ = std::vector<Steps>(windows);
};

// Admits queries and counts what they use. Threads: all functions from any.
class HuntingMeter {
 public:
  explicit HuntingMeter(HuntingQuota quota) : quota_(quota) {}

  // Counts one request of the tenant when no limit is used up; else too_many_requests.
  base::Status admit(store::EntityStore& store, const std::string& tenant, base::DateTime now);
  // Counts the running time of an admitted query, answered or not.
  base::Status finish(store::EntityStore& store, const std::string& tenant, base::DateTime now, int64_t milliseconds);
  // Of an answer; none without limits.
  http::Headers headers(const std::string& tenant, base::DateTime now);

 private:
  struct Tenant {
    HuntingUse all;      // what is known of every server
    HuntingUse pending;  // what of it is neither in the store nor on its way there
    int64_t saved_at_ms = 0;
    bool loaded = false, saving = false;

    void count(HuntingUse::Measure measure, base::DateTime now, int64_t amount) {
      all.add(measure, now, amount);
      pending.add(measure, now, amount);
    }
  };
  bool unlimited() const { return quota_ == HuntingQuota::unlimited(); }
  base::Result<Tenant*> loaded_tenant(store::EntityStore& store, const std::string& tenant);
  base::Status save_now_and_then(store::EntityStore& store, const std::string& name, base::DateTime now);

  const HuntingQuota quota_;
  std::mutex mutex_;
  std::map<std::string, Tenant> tenants_;
};

}  // namespace vedette::resources
