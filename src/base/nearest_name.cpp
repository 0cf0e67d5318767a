#include "vedette/base/nearest_name.h"

#include <algorithm>

#include "vedette/base/ascii_case.h"

namespace vedette::base {
namespace {

constexpr size_t name_length_max = 100;  // longer names get no suggestion

// Edit distance (optimal string alignment) in half steps: another case or two letters swapped cost one, everything else
// two.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = 2 * j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = 2 * i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : ascii_lower(a[i - 1]) == ascii_lower(b[j - 1]) ? 1 : 2;
      row[j] = std::min({last[j] + 2, row[j - 1] + 2, last[j - 1] + change});
      const bool swapped = i > 1 && j > 1 && ascii_lower(a[i - 1]) == ascii_lower(b[j - 2]) &&
                           ascii_lower(a[i - 2]) == ascii_lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

size_t case_distance_max(std::string_view unknown) { return std::max<size_t>(2, 2 * unknown.size() / 3); }

}  // namespace

std::string_view nearest_name(std::string_view unknown, const std::vector<std::string_view>& known) {
  if (unknown.empty() || unknown.size() > name_length_max) return {};
  std::string_view best;
  size_t best_distance = case_distance_max(unknown) + 1;
  for (const std::string_view name : known) {
    const size_t longer = std::max(name.size(), unknown.size()), shorter = std::min(name.size(), unknown.size());
    if (name.size() > name_length_max) continue;
    if (equal_ignoring_ascii_case(name, unknown)) return name;
    if (2 * (longer - shorter) >= best_distance) continue;
    if (const size_t d = distance(unknown, name); d < best_distance) best_distance = d, best = name;
  }
  return best;
}

std::string suggestion(std::string_view unknown, const std::vector<std::string_view>& known) {
  const std::string_view name = nearest_name(unknown, known);
  return name.empty() ? "" : " Did you mean '" + std::string(name) + "'?";
}

}  // namespace vedette::base
