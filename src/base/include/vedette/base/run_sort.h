// Sorting that can be stopped: the standard library sorts runs, which are then merged pair by pair.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "vedette/base/work_scope.h"

namespace vedette::base {

// Rows that are sorted, or merged, between two looks.
inline constexpr size_t sort_run_rows = 1 << 15;

namespace detail {

template <class T, class Before>
bool merge_runs(const std::vector<T>& from, std::vector<T>& to, size_t begin, size_t middle, size_t end,
                const Before& before) {
  size_t left = begin, right = middle;
  for (size_t at = begin; at < end; ++at) {
    if (at % sort_run_rows == 0 && !goes_on()) return false;
    const bool takes_right = left == middle || (right < end && before(from[right], from[left]));
    to[at] = takes_right ? from[right++] : from[left++];
  }
  return true;
}

}  // namespace detail

// What becomes of items that are equal.
enum class Ties : uint8_t { keep_order, any_order };

// Once goes_on() is false the order is any.
template <Ties T = Ties::keep_order, class Item, class Before = std::less<>>
void sort_in_runs(std::vector<Item>& items, const Before& before = {}) {
  const auto at = [&](size_t index) { return items.begin() + static_cast<std::ptrdiff_t>(index); };
  for (size_t begin = 0; begin < items.size(); begin += sort_run_rows) {
    if (items.size() > sort_run_rows && !goes_on()) return;
    const auto end = at(std::min(begin + sort_run_rows, items.size()));
    T == Ties::any_order ? std::sort(at(begin), end, before) : std::stable_sort(at(begin), end, before);
  }
  if (items.size() <= sort_run_rows) return;
  std::vector<Item> merged(items.size());
  for (size_t width = sort_run_rows; width < items.size(); width *= 2) {
    for (size_t begin = 0; begin < items.size(); begin += 2 * width)
      if (!detail::merge_runs(items, merged, begin, std::min(begin + width, items.size()),
                              std::min(begin + 2 * width, items.size()), before))
        return;
    items.swap(merged);
  }
}

}  // namespace vedette::base
