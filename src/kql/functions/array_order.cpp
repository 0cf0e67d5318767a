// array_sort_asc and array_sort_desc, and arrays as sets: set_union, jaccard_index, …
// Source: kusto/query, the page of each function. What is no array gives null.
#include <cmath>
#include <numeric>

#include "dynamic_rows.h"
#include "dynamic_set.h"
#include "families.h"
#include "vedette/base/run_sort.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;

// "An array which contains elements of different types, is sorted in the following order: Numeric, datetime, and
// timespan elements; String elements; Guid elements; All other elements."
int rank(const Dynamic& value) {
  switch (value.kind()) {
    case DynamicKind::int64:
    case DynamicKind::real:
    case DynamicKind::datetime:
    case DynamicKind::timespan:
      return 0;
    case DynamicKind::string:
      return 1;
    case DynamicKind::guid:
      return 2;
    case DynamicKind::null:
    case DynamicKind::boolean:
    case DynamicKind::array:
    case DynamicKind::bag:
      break;
  }
  return 3;
}

bool less_number(const Dynamic& a, const Dynamic& b) {
  const bool real_a = a.kind() == DynamicKind::real, real_b = b.kind() == DynamicKind::real;
  if (!real_a && !real_b) return a.integer() < b.integer();
  const double x = real_a ? a.real() : static_cast<double>(a.integer());
  const double y = real_b ? b.real() : static_cast<double>(b.integer());
  if (std::isnan(x) || std::isnan(y)) return std::isnan(x) && !std::isnan(y);
  return x < y;
}

bool less(const Dynamic& a, const Dynamic& b) {
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  switch (rank(a)) {
    case 0:
      return less_number(a, b);
    case 1:
      return a.text() < b.text();
    case 2:
      return a.guid() < b.guid();
    default:
      return a.kind() == DynamicKind::boolean && b.kind() == DynamicKind::boolean && a.boolean() < b.boolean();
  }
}

template <bool Descending>
Result<Vector> sort(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  std::vector<Dynamic> items;
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    const Dynamic array = dynamic_at(arguments[0], row);
    if (!is_array(array)) return Dynamic();
    const bool nulls_last = arguments.size() < 2 || arguments[1].view<uint8_t>()[row] != 0;
    items.assign(array.items().begin(), array.items().end());
    base::sort_in_runs(items, [&](const Dynamic& a, const Dynamic& b) {
      if (a.is_null() || b.is_null()) return a.is_null() != b.is_null() && b.is_null() == nulls_last;
      return Descending ? less(b, a) : less(a, b);
    });
    return make_array(arena, items);
  });
}

// Several arrays in the order of the first, as an array of them; the first argument is nulls_last. "Null is returned
// for every array that differs in length from the first one."
template <bool Descending>
Result<Vector> sort_several(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const Vector& nulls = arguments.front();
  const auto arrays = arguments.subspan(1);
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    const Dynamic first = dynamic_at(arrays[0], row);
    if (!is_array(first)) return Dynamic();
    const auto items = first.items();
    const bool nulls_last = nulls.is_null(row) || nulls.view<uint8_t>()[row] != 0;
    std::vector<size_t> order(items.size());
    std::iota(order.begin(), order.end(), size_t{0});
    base::sort_in_runs(order, [&](size_t x, size_t y) {
      const Dynamic &a = items[x], &b = items[y];
      if (a.is_null() || b.is_null()) return a.is_null() != b.is_null() && b.is_null() == nulls_last;
      return Descending ? less(b, a) : less(a, b);
    });
    auto* sorted = arena.allocate_array<Dynamic>(arrays.size());
    for (size_t i = 0; i < arrays.size(); ++i) {
      const Dynamic array = dynamic_at(arrays[i], row);
      sorted[i] = Dynamic();
      if (!is_array(array) || array.items().size() != items.size()) continue;
      auto* moved = arena.allocate_array<Dynamic>(items.size());
      for (size_t j = 0; j < items.size(); ++j) moved[j] = array.items()[order[j]];
      sorted[i] = Dynamic::array({moved, items.size()});
    }
    return Dynamic::array({sorted, arrays.size()});
  });
}

// What a set holds beside its values: their hashes, and a table that is at least half free.
bool has_room_for_sets(size_t values) { return has_room_for(3 * values); }

Result<Vector> unite(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  DynamicSet all;
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    all.clear();
    for (const Vector& argument : arguments) {
      const Dynamic array = dynamic_at(argument, row);
      if (!is_array(array) || !has_room_for_sets(all.values().size() + array.items().size())) return Dynamic();
      for (const Dynamic& item : array.items()) all.insert(item);
    }
    return make_array(arena, all.values());
  });
}

// The different elements of the first array that all others have (Common), or that none of them has.
template <bool Common>
Result<Vector> restrict(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  DynamicSet left, other;
  std::vector<Dynamic> items;
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    const Dynamic first = dynamic_at(arguments[0], row);
    if (!is_array(first) || !has_room_for_sets(first.items().size())) return Dynamic();
    left.clear();
    for (const Dynamic& item : first.items()) left.insert(item);
    items = left.values();
    for (const Vector& argument : arguments.subspan(1)) {
      const Dynamic array = dynamic_at(argument, row);
      if (!is_array(array) || !has_room_for_sets(first.items().size() + array.items().size())) return Dynamic();
      other.clear();
      for (const Dynamic& item : array.items()) other.insert(item);
      std::erase_if(items, [&](const Dynamic& item) { return other.contains(item) != Common; });
    }
    return make_array(arena, items);
  });
}

struct Overlap {
  size_t both = 0, left = 0, right = 0;  // different elements
};

std::optional<Overlap> overlap(const Dynamic& a, const Dynamic& b) {
  if (!is_array(a) || !is_array(b) || !has_room_for_sets(a.items().size() + b.items().size())) return std::nullopt;
  DynamicSet left, right;
  for (const Dynamic& item : a.items()) left.insert(item);
  for (const Dynamic& item : b.items()) right.insert(item);
  Overlap out{0, left.values().size(), right.values().size()};
  for (const Dynamic& item : left.values()) out.both += right.contains(item);
  return out;
}

// |a ∩ b| / |a ∪ b|.
Result<Vector> jaccard_index(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<double>(Type::real, arguments, rows, [](const Dynamic& a, const Dynamic& b) -> std::optional<double> {
    const auto found = overlap(a, b);
    if (!found) return std::nullopt;
    return static_cast<double>(found->both) / static_cast<double>(found->left + found->right - found->both);
  });
}

Result<Vector> set_equals(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<uint8_t>(Type::bool_, arguments, rows, [](const Dynamic& a, const Dynamic& b) -> std::optional<uint8_t> {
    const auto found = overlap(a, b);
    if (!found) return std::nullopt;
    return found->both == found->left && found->both == found->right;
  });
}

constexpr std::string_view sets = "(dynamic, dynamic, dynamic?...) -> dynamic";
constexpr ScalarFunction array_order_table[] = {
    {"array_sort_asc of several", "(nulls_last: bool, dynamic...) -> dynamic", sort_several<false>,
     "Several arrays in the order of the first."},
    {"array_sort_asc", "(dynamic, nulls_last: bool?) -> dynamic", sort<false>, "An array in ascending order."},
    {"array_sort_desc of several", "(nulls_last: bool, dynamic...) -> dynamic", sort_several<true>,
     "Several arrays in the order of the first."},
    {"array_sort_desc", "(dynamic, nulls_last: bool?) -> dynamic", sort<true>, "An array in descending order."},
    {"set_union", sets, unite, "The different elements of all arrays."},
    {"set_intersect", sets, restrict<true>, "The different elements that all arrays have."},
    {"set_difference", sets, restrict<false>, "The different elements of the first array that no other has."},
    {"set_equals", "(dynamic, dynamic) -> bool", set_equals, "Whether two arrays have the same different elements."},
    {"jaccard_index", "(dynamic, dynamic) -> real", jaccard_index, "How alike two sets are."},
};

}  // namespace

std::span<const ScalarFunction> array_order_functions() { return array_order_table; }

}  // namespace vedette::kql
