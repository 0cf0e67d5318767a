// Which earlier alerts does an alert link to? Two alerts link when the weights of the entities they share add up to 1
// and their activities are at most `link_window` apart.
//
// Weights are 1 and 1/2 only, so two alerts link exactly when they share one full entity or two partial ones. The index
// therefore keys on full entities and on *pairs* of partial entities, and the weights need no adding up. An alert with
// p partial entities has p(p-1)/2 such keys (p <= 32, so 496 at most).
//
// Under each key lies a Timeline. It keeps only the activities that matter for which alerts are connected, so that an
// entity shared by thousands of alerts costs O(log n) an alert and a few comparisons, not thousands.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "vedette/base/time.h"

namespace vedette::correlate {

inline constexpr base::TimeSpan link_window{3 * base::ticks_per_day};

using AlertNumber = uint32_t;  // in order of first sight
using EntityNumber = uint32_t;

// When an alert's activity took place; `first` <= `last`.
struct Activity {
  base::DateTime first{};
  base::DateTime last{};
  AlertNumber alert = 0;
  bool operator==(const Activity&) const = default;
};

// Zero when they overlap.
base::TimeSpan gap(const Activity& a, const Activity& b);

// The activities under one key, thinned out without changing which alerts are connected:
//   - an activity inside another one is dropped: whatever is near it is near the other one;
//   - so `kept` ascends in both `first` and `last`, and the nearest activities are its neighbours;
//   - an activity between two that are themselves within the window of each other is dropped too.
// At most about two activities a window remain, however many alerts there are.
class Timeline {
 public:
  // Enters `activity` and appends the alerts to `linked` through which it joins every alert under the key that is
  // within the window. Each one appended is itself within the window.
  void insert(const Activity& activity, std::vector<AlertNumber>& linked);
  size_t size() const { return kept_.size(); }

 private:
  void thin_out(size_t at);

  std::vector<Activity> kept_;
};

class LinkIndex {
 public:
  // `full` and `partial` without duplicates, `partial` in ascending order. Appends to `linked`, with repetitions.
  void insert(const Activity& activity, std::span<const EntityNumber> full, std::span<const EntityNumber> partial,
              std::vector<AlertNumber>& linked);
  void clear();
  // Keys looked up and alerts reported since the start: what the work is proportional to.
  int64_t steps() const { return steps_; }

 private:
  std::unordered_map<uint64_t, Timeline> timelines_;
  int64_t steps_ = 0;
};

}  // namespace vedette::correlate
