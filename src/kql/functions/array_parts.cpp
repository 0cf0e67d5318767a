// Arrays out of the elements of arrays: array_concat, array_slice, array_rotate_left, zip, …
// Source: kusto/query, the page of each function. What is no array gives null.
#include "dynamic_rows.h"
#include "families.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;

int64_t size_of(const Dynamic& array) { return static_cast<int64_t>(array.items().size()); }

// Element i of the result is make(i).
template <class Make>
Dynamic generate(Arena& arena, size_t size, Make make) {
  if (!has_room_for(size)) return {};
  auto* items = arena.allocate_array<Dynamic>(size);
  StepWatch watch;
  for (size_t i = 0; i < size; ++i) items[i] = watch.go_on() ? make(i) : Dynamic();
  return Dynamic::array({items, size});
}

Result<Vector> concat(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  std::vector<Dynamic> items;
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    items.clear();
    for (const Vector& argument : arguments) {
      const Dynamic array = dynamic_at(argument, row);
      if (!is_array(array) || !has_room_for(2 * (items.size() + array.items().size()))) return Dynamic();
      items.insert(items.end(), array.items().begin(), array.items().end());
    }
    return make_array(arena, items);
  });
}

// Both ends are included, and count from the end when negative.
Result<Vector> slice(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_dynamic(arguments, rows, [](Arena&, const Dynamic& array, int64_t first, int64_t last) {
    if (!is_array(array)) return Dynamic();
    const int64_t size = size_of(array);
    if (first < 0) first += size;
    if (last < 0) last += size;
    first = std::max<int64_t>(first, 0);
    last = std::min(last, size - 1);
    if (first > last) return Dynamic::array({});
    return Dynamic::array(array.items().subspan(static_cast<size_t>(first), static_cast<size_t>(last - first + 1)));
  });
}

// [0, i1), [i1, i2), …, [iN, size).
Dynamic split_at(Arena& arena, const Dynamic& array, std::span<const int64_t> indices) {
  const int64_t size = size_of(array);
  std::vector<Dynamic> parts;
  int64_t begin = 0;
  for (int64_t index : indices) {
    if (index < 0) index += size;
    const int64_t end = std::clamp(index, begin, size);
    parts.push_back(
        Dynamic::array(array.items().subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin))));
    begin = end;
  }
  parts.push_back(Dynamic::array(array.items().subspan(static_cast<size_t>(begin))));
  return make_array(arena, parts);
}

Result<Vector> split_at_one(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_dynamic(arguments, rows, [](Arena& arena, const Dynamic& array, int64_t index) {
    return is_array(array) ? split_at(arena, array, {&index, 1}) : Dynamic();
  });
}

Result<Vector> split_at_many(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  std::vector<int64_t> indices;
  return map_dynamic(arguments, rows, [&](Arena& arena, const Dynamic& array, const Dynamic& list) {
    if (!is_array(array) || !is_array(list)) return Dynamic();
    indices.clear();
    for (const Dynamic& index : list.items()) {
      if (index.kind() != DynamicKind::int64) return Dynamic();
      indices.push_back(index.integer());
    }
    return split_at(arena, array, indices);
  });
}

Result<Vector> reverse(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_dynamic(arguments, rows, [](Arena& arena, const Dynamic& array) {
    if (!is_array(array)) return Dynamic();
    const auto items = array.items();
    return generate(arena, items.size(), [&](size_t i) { return items[items.size() - 1 - i]; });
  });
}

enum class Direction : int8_t { left = 1, right = -1 };

template <Direction D>
Result<Vector> rotate(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_dynamic(arguments, rows, [](Arena& arena, const Dynamic& array, int64_t count) {
    if (!is_array(array)) return Dynamic();
    const auto items = array.items();
    if (items.empty()) return array;
    const int64_t size = size_of(array);
    const int64_t by = ((count % size) * static_cast<int64_t>(D) + size) % size;
    return generate(arena, items.size(), [&](size_t i) { return items[(i + static_cast<size_t>(by)) % items.size()]; });
  });
}

// Without a default, what comes in is null, or "" in an array of strings.
Dynamic default_of(std::span<const Dynamic> items) {
  const bool strings = !items.empty() && std::all_of(items.begin(), items.end(), [](const Dynamic& item) {
    return item.kind() == DynamicKind::string;
  });
  return strings ? Dynamic::string("") : Dynamic();
}

template <Direction D>
Result<Vector> shift(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    const Dynamic array = dynamic_at(arguments[0], row);
    const auto count = long_at(arguments[1], row);
    if (!is_array(array) || !count) return Dynamic();
    const auto items = array.items();
    const Dynamic missing = arguments.size() > 2 ? dynamic_view(arguments[2], row, arena) : default_of(items);
    const int64_t size = size_of(array);
    const int64_t by = std::clamp(*count, -size, size) * static_cast<int64_t>(D);
    return generate(arena, items.size(), [&](size_t i) {
      const int64_t from = static_cast<int64_t>(i) + by;
      return from < 0 || from >= size ? missing : items[static_cast<size_t>(from)];
    });
  });
}

// The i-th value of an array, or any other value itself.
Dynamic value_for(const Dynamic& values, size_t i) {
  if (!is_array(values)) return values;
  return i < values.items().size() ? values.items()[i] : Dynamic();
}

std::optional<bool> truth(const Dynamic& condition) {
  if (condition.kind() == DynamicKind::boolean) return condition.boolean();
  if (condition.kind() == DynamicKind::int64) return condition.integer() != 0;
  if (condition.kind() == DynamicKind::real) return condition.real() != 0;
  return std::nullopt;
}

Result<Vector> choose(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    const Dynamic conditions = dynamic_at(arguments[0], row);
    if (!is_array(conditions)) return Dynamic();
    const Dynamic yes = dynamic_view(arguments[1], row, arena), no = dynamic_view(arguments[2], row, arena);
    return generate(arena, conditions.items().size(), [&](size_t i) {
      const auto holds = truth(conditions.items()[i]);
      return holds ? value_for(*holds ? yes : no, i) : Dynamic();
    });
  });
}

// As long as the longest of them; nulls stand for what is missing.
Result<Vector> zip(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  std::vector<Dynamic> arrays;
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    arrays.clear();
    size_t longest = 0;
    for (const Vector& argument : arguments) {
      arrays.push_back(dynamic_at(argument, row));
      if (!is_array(arrays.back())) return Dynamic();
      longest = std::max(longest, arrays.back().items().size());
    }
    if (!has_room_for(longest * (arrays.size() + 1))) return Dynamic();
    return generate(arena, longest, [&](size_t i) {
      return generate(arena, arrays.size(), [&](size_t k) { return value_for(arrays[k], i); });
    });
  });
}

constexpr std::string_view shifting = "(dynamic, count: long, default: scalar?) -> dynamic";
constexpr std::string_view choosing = "(dynamic, scalar, scalar) -> dynamic";
constexpr ScalarFunction array_parts_table[] = {
    {"array_concat", "(dynamic...) -> dynamic", concat, "The elements of all arrays in one."},
    {"array_slice", "(dynamic, start: long, end: long) -> dynamic", slice, "A part of an array."},
    {"array_split", "(dynamic, index: long) -> dynamic", split_at_one, "An array in two."},
    {"array_split", "(dynamic, indices: dynamic) -> dynamic", split_at_many, "An array in parts."},
    {"array_reverse", "(dynamic) -> dynamic", reverse, "An array backwards."},
    {"array_rotate_left", "(dynamic, count: long) -> dynamic", rotate<Direction::left>, "An array rotated."},
    {"array_rotate_right", "(dynamic, count: long) -> dynamic", rotate<Direction::right>, "An array rotated."},
    {"array_shift_left", shifting, shift<Direction::left>, "An array shifted."},
    {"array_shift_right", shifting, shift<Direction::right>, "An array shifted."},
    {"array_iff", choosing, choose, "Of two arrays, each element as a condition chooses."},
    {"array_iif", choosing, choose, "As array_iff."},
    {"zip", "(dynamic, dynamic...) -> dynamic", zip, "Arrays of the elements with the same index."},
};

}  // namespace

std::span<const ScalarFunction> array_parts_functions() { return array_parts_table; }

}  // namespace vedette::kql
