#include "vedette/resources/hunting/quota.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "vedette/json/value.h"

namespace vedette::resources {
namespace {

using base::DateTime;
using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;
using Measure = HuntingUse::Measure;

struct Window {
  std::string_view policy;  // its name in headers and in the stored state
  std::string_view limit;   // what the limit is, for people; {} is its number
  Measure measure;
  int64_t HuntingQuota::*most;
  int64_t step_ticks;
  int64_t steps;
  int64_t unit;  // amounts counted for one of `most`
};

constexpr std::array<Window, 4> all_windows{{
    {"requests-minute", "{} hunting queries a minute", Measure::requests, &HuntingQuota::requests_per_minute,
     base::ticks_per_second, 60, 1},
    {"requests-hour", "{} hunting queries an hour", Measure::requests, &HuntingQuota::requests_per_hour,
     base::ticks_per_minute, 60, 1},
    {"running-hour", "{} seconds of running time an hour", Measure::running_milliseconds,
     &HuntingQuota::running_seconds_per_hour, base::ticks_per_minute, 60, 1000},
    {"running-day", "{} seconds of running time a day", Measure::running_milliseconds,
     &HuntingQuota::running_seconds_per_day, 15 * base::ticks_per_minute, 96, 1000},
}};

int64_t step_of(const Window& window, DateTime now) { return now.ticks / window.step_ticks; }

// In whole seconds, at least one.
int64_t seconds_until(DateTime then, DateTime now) {
  return std::max<int64_t>(1, (then.ticks - now.ticks + base::ticks_per_second - 1) / base::ticks_per_second);
}

}  // namespace

void HuntingUse::add(Measure measure, DateTime now, int64_t amount) {
  for (size_t i = 0; i < windows; ++i)
    if (all_windows[i].measure == measure) steps_[i][step_of(all_windows[i], now)] += amount;
}

void HuntingUse::add(const HuntingUse& other) {
  for (size_t i = 0; i < windows; ++i)
    for (const auto& [step, amount] : other.steps_[i]) steps_[i][step] += amount;
}

void HuntingUse::prune(DateTime now) {
  for (size_t i = 0; i < windows; ++i)
    steps_[i].erase(steps_[i].begin(), steps_[i].upper_bound(step_of(all_windows[i], now) - all_windows[i].steps));
}

int64_t HuntingUse::used(size_t window, DateTime now) const {
  int64_t sum = 0;
  const int64_t first = step_of(all_windows[window], now) - all_windows[window].steps + 1;
  for (auto it = steps_[window].lower_bound(first); it != steps_[window].end(); ++it) sum += it->second;
  return sum;
}

// When less than `most` is used, if nothing more is.
DateTime HuntingUse::frees_at(size_t window, int64_t most, DateTime now) const {
  const Window& rule = all_windows[window];
  int64_t left = used(window, now);
  for (auto it = steps_[window].lower_bound(step_of(rule, now) - rule.steps + 1); it != steps_[window].end(); ++it) {
    left -= it->second;
    if (left < most) return DateTime{(it->first + rule.steps) * rule.step_ticks};
  }
  return now;
}

Status HuntingUse::check(const HuntingQuota& quota, DateTime now) const {
  DateTime frees = now;
  std::string limits;
  for (size_t i = 0; i < windows; ++i) {
    const int64_t most = quota.*all_windows[i].most;
    if (most == 0 || used(i, now) < most * all_windows[i].unit) continue;
    limits += (limits.empty() ? "" : " and ") + fmt::format(fmt::runtime(all_windows[i].limit), most);
    frees = std::max(frees, frees_at(i, most * all_windows[i].unit, now));
  }
  if (limits.empty()) return {};
  base::Error error(ErrorCode::too_many_requests, fmt::format("The tenant has used up its limit of {}. It frees at {}.",
                                                              limits, base::format_date_time(frees)));
  error.retry_after_s = static_cast<uint32_t>(seconds_until(frees, now));
  return error;
}

std::string HuntingUse::policy_header(const HuntingQuota& quota) {
  std::string out;
  for (const Window& window : all_windows)
    if (const int64_t most = quota.*window.most; most > 0)
      out += fmt::format("{}\"{}\";q={};w={}", out.empty() ? "" : ", ", window.policy, most,
                         window.step_ticks * window.steps / base::ticks_per_second);
  return out;
}

std::string HuntingUse::remaining_header(const HuntingQuota& quota, DateTime now) const {
  std::string out;
  for (size_t i = 0; i < windows; ++i) {
    const Window& window = all_windows[i];
    const int64_t most = quota.*window.most;
    if (most == 0) continue;
    const int64_t in_use = used(i, now);
    out += fmt::format("{}\"{}\";r={}", out.empty() ? "" : ", ", window.policy,
                       std::max<int64_t>(0, most - (in_use + window.unit - 1) / window.unit));
    if (in_use > 0) out += fmt::format(";t={}", seconds_until(frees_at(i, in_use, now), now));
  }
  return out;
}

std::string HuntingUse::to_json() const {
  json::Object out;
  for (size_t i = 0; i < windows; ++i) {
    json::Array pairs;
    for (const auto& [step, amount] : steps_[i]) pairs.push_back(json::Array{step, amount});
    out[all_windows[i].policy] = std::move(pairs);
  }
  return json::to_text(out);
}

Result<HuntingUse> HuntingUse::from_json(std::string_view text) {
  const auto damaged = [] { return fail(ErrorCode::corrupt_data, "The stored use of hunting is damaged."); };
  const json::Value stored = TRY(json::parse(text));
  HuntingUse use;
  for (size_t i = 0; i < windows; ++i) {
    const json::Value* pairs = json::find(stored, all_windows[i].policy);
    if (!pairs || !pairs->is_array()) return damaged();
    for (const json::Value& pair : pairs->get_array()) {
      if (!pair.is_array() || pair.get_array().size() != 2) return damaged();
      const json::Value &step = pair.get_array()[0], &amount = pair.get_array()[1];
      if (!step.is_int64() || !amount.is_int64()) return damaged();
      use.steps_[i][step.get_int64()] = amount.get_int64();
    }
  }
  return use;
}

}  // namespace vedette::resources
