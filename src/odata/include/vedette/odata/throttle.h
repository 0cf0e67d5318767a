// How often an application may call, as Microsoft Graph limits it: for each application and tenant, by area, in windows
// that slide. Counted in this process; $batch is counted by its parts.
//
// Source: Microsoft Graph, "Service-specific throttling limits" (security detections and incidents, threat indicators,
// secure score, eDiscovery), and the limit of 2,000 requests a second for any application. Hunting has limits of its
// own (resources/hunting/quota.h).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/odata/caller.h"

namespace vedette::odata {

struct ThrottleRule {
  std::string_view name;                       // for people: "alerts and incidents"
  std::array<std::string_view, 4> areas = {};  // what paths begin with: "security/alerts_v2"; none: every path
  int64_t requests_max = 0;                    // in a window
  int64_t seconds = 0;                         // of a window
  int64_t at_once_max = 0;                     // 0: any number
  enum class Of : uint8_t { application_in_tenant, application } of = Of::application_in_tenant;
};

std::span<const ThrottleRule> graph_throttle_rules();

// Threads: all functions from any.
class Throttle {
 public:
  explicit Throttle(std::span<const ThrottleRule> rules) : rules_(rules) {}

  // A request that is let through, until it is answered.
  class Pass {
   public:
    Pass() = default;
    Pass(Pass&& other) noexcept : throttle_(other.throttle_), counted_(std::move(other.counted_)) {
      other.throttle_ = nullptr;
    }
    Pass& operator=(Pass&&) = delete;
    ~Pass();

   private:
    friend class Throttle;
    Throttle* throttle_ = nullptr;
    std::vector<std::string> counted_;  // what is under way
  };

  // `path`: below the root, in the model's names. too_many_requests names the limit and, in retry_after_s, when to come
  // again.
  base::Result<Pass> admit(const Caller& caller, std::string_view path, base::DateTime now);

 private:
  static constexpr int64_t steps = 60;  // of a window

  struct Use {
    std::map<int64_t, int64_t> by_step;
    int64_t sum = 0;
    int64_t under_way = 0;
  };
  static std::string key_of(const ThrottleRule& rule, const Caller& caller);
  base::Status check(const ThrottleRule& rule, Use& use, base::DateTime now) const;

  const std::span<const ThrottleRule> rules_;
  std::mutex mutex_;
  std::map<std::string, Use> uses_;  // by rule, application and tenant
};

}  // namespace vedette::odata
