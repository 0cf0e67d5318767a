#include "vedette/odata/throttle.h"

#include <algorithm>

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::Result;
using base::Status;
using Of = ThrottleRule::Of;

constexpr ThrottleRule graph_rules[] = {
    {"alerts, incidents and security actions",
     {"security/alerts", "security/alerts_v2", "security/incidents", "security/securityActions"},
     150,
     60},
    {"threat indicators", {"security/tiIndicators"}, 1'000, 60},
    {"secure scores", {"security/secureScores", "security/secureScoreControlProfiles"}, 10'000, 600, 4},
    {"eDiscovery", {"security/cases"}, 5, 60},
    {"any resource", {}, 2'000, 1, 0, Of::application},
};

bool applies(const ThrottleRule& rule, std::string_view path) {
  if (rule.areas[0].empty()) return true;
  return std::any_of(rule.areas.begin(), rule.areas.end(), [&](std::string_view area) {
    if (area.empty() || !path.starts_with(area)) return false;
    return path.size() == area.size() || path[area.size()] == '/' || path[area.size()] == '(';
  });
}

base::Error refusal(const std::string& limit, int64_t ticks) {
  base::Error error(ErrorCode::too_many_requests,
                    "The application has used up its limit of " + limit + ". Please retry again later.");
  error.retry_after_s =
      static_cast<uint32_t>(std::max<int64_t>(1, (ticks + base::ticks_per_second - 1) / base::ticks_per_second));
  return error;
}

}  // namespace

std::span<const ThrottleRule> graph_throttle_rules() { return graph_rules; }

Throttle::Pass::~Pass() {
  if (!throttle_) return;
  const std::scoped_lock lock(throttle_->mutex_);
  for (const std::string& key : counted_) --throttle_->uses_[key].under_way;
}

std::string Throttle::key_of(const ThrottleRule& rule, const Caller& caller) {
  std::string key(rule.name);
  key += '\n' + caller.owner();
  return rule.of == Of::application ? key : key + '\n' + caller.tenant_id;
}

Status Throttle::check(const ThrottleRule& rule, Use& use, base::DateTime now) const {
  const int64_t step_ticks = rule.seconds * base::ticks_per_second / steps, step = now.ticks / step_ticks;
  while (!use.by_step.empty() && use.by_step.begin()->first <= step - steps) {
    use.sum -= use.by_step.begin()->second;
    use.by_step.erase(use.by_step.begin());
  }
  const std::string name(rule.name);
  if (rule.at_once_max > 0 && use.under_way >= rule.at_once_max)
    return refusal(std::to_string(rule.at_once_max) + " requests at once for " + name, base::ticks_per_second);
  if (use.sum < rule.requests_max) return {};
  const int64_t frees = (use.by_step.begin()->first + steps) * step_ticks;
  return refusal(std::to_string(rule.requests_max) + " requests in " + std::to_string(rule.seconds) +
                     (rule.seconds == 1 ? " second for " : " seconds for ") + name,
                 frees - now.ticks);
}

Result<Throttle::Pass> Throttle::admit(const Caller& caller, std::string_view path, base::DateTime now) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::pair<const ThrottleRule*, std::string>> met;
  for (const ThrottleRule& rule : rules_)
    if (applies(rule, path)) met.emplace_back(&rule, key_of(rule, caller));
  for (const auto& [rule, key] : met) TRY(check(*rule, uses_[key], now));
  Pass pass;
  pass.throttle_ = this;
  for (auto& [rule, key] : met) {
    Use& use = uses_[key];
    ++use.by_step[now.ticks / (rule->seconds * base::ticks_per_second / steps)];
    ++use.sum;
    ++use.under_way;
    pass.counted_.push_back(std::move(key));
  }
  return pass;
}

}  // namespace vedette::odata
