#include "vedette/correlate/link_index.h"

#include <algorithm>

namespace vedette::correlate {

base::TimeSpan gap(const Activity& a, const Activity& b) {
  return std::max({base::TimeSpan{}, b.first - a.last, a.first - b.last});
}

namespace {
bool near(const Activity& a, const Activity& b) { return gap(a, b) <= link_window; }
}  // namespace

void Timeline::insert(const Activity& activity, std::vector<AlertNumber>& linked) {
  const auto report = [&](const Activity& other) {
    if (other.alert != activity.alert) linked.push_back(other.alert);
  };
  auto next = std::upper_bound(kept_.begin(), kept_.end(), activity.first,
                               [](base::DateTime first, const Activity& kept) { return first < kept.first; });
  if (next != kept_.begin()) {
    const Activity& before = next[-1];
    if (near(before, activity)) report(before);
    if (before.last >= activity.last) return;  // lies inside
    if (before.first == activity.first) --next;
  }
  const auto first_inside = next;
  for (; next != kept_.end() && next->last <= activity.last; ++next) report(*next);
  if (next != kept_.end() && near(activity, *next)) report(*next);
  const auto at = kept_.insert(kept_.erase(first_inside, next), activity);
  thin_out(static_cast<size_t>(at - kept_.begin()));
}

void Timeline::thin_out(size_t at) {
  // From the right, so that erasing does not move what is still to be looked at.
  for (size_t i = at + 2; i-- > (at == 0 ? 0 : at - 1);) {
    if (i == 0 || i + 1 >= kept_.size()) continue;
    if (near(kept_[i - 1], kept_[i + 1])) kept_.erase(kept_.begin() + static_cast<ptrdiff_t>(i));
  }
}

void LinkIndex::insert(const Activity& activity, std::span<const EntityNumber> full,
                       std::span<const EntityNumber> partial, std::vector<AlertNumber>& linked) {
  const size_t before = linked.size();
  const auto enter = [&](uint64_t key) {
    timelines_[key].insert(activity, linked);
    ++steps_;
  };
  // Entity numbers are below 2^32 - 1; a full entity's key has zero in its upper half, a pair's has not.
  for (const EntityNumber entity : full) enter(entity);
  for (size_t i = 0; i < partial.size(); ++i) {
    for (size_t j = i + 1; j < partial.size(); ++j) enter((uint64_t{partial[i]} + 1) << 32 | partial[j]);
  }
  steps_ += static_cast<int64_t>(linked.size() - before);
}

void LinkIndex::clear() { timelines_.clear(); }

}  // namespace vedette::correlate
