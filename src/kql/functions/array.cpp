// Arrays. Source: kusto/query, the page of each function.
#include <algorithm>

#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;

// The documented limit of range(): 1,048,576 values; what is beyond is cut.
constexpr int64_t range_values_max = 1'048'576;

template <class Make>
Dynamic steps(Arena& arena, int64_t from, int64_t to, int64_t step, Make make) {
  const bool leads = step > 0 ? from <= to : step < 0 && from >= to;
  if (!leads) return Dynamic::array({});
  const auto distance = step > 0 ? static_cast<uint64_t>(to) - static_cast<uint64_t>(from)
                                 : static_cast<uint64_t>(from) - static_cast<uint64_t>(to);
  const uint64_t stride = step > 0 ? static_cast<uint64_t>(step) : uint64_t{0} - static_cast<uint64_t>(step);
  const auto count = static_cast<size_t>(std::min<uint64_t>(distance / stride, range_values_max - 1) + 1);
  auto* items = arena.allocate_array<Dynamic>(count);
  for (size_t i = 0; i < count; ++i)
    items[i] = make(static_cast<int64_t>(static_cast<uint64_t>(from) + i * static_cast<uint64_t>(step)));
  return Dynamic::array({items, count});
}

Result<Vector> range_of_longs(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto make = [](int64_t value) { return Dynamic::of(value); };
  if (arguments.size() == 2)
    return map_dynamic(arguments, rows,
                       [&](Arena& arena, int64_t from, int64_t to) { return steps(arena, from, to, 1, make); });
  return map_dynamic(arguments, rows, [&](Arena& arena, int64_t from, int64_t to, int64_t step) {
    return steps(arena, from, to, step, make);
  });
}

template <Dynamic (*Make)(int64_t)>
Result<Vector> range_of_ticks(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_dynamic(arguments, rows, [](Arena& arena, int64_t from, int64_t to, int64_t step) {
    return steps(arena, from, to, step, Make);
  });
}

Result<Vector> length(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::long_, arguments, rows, [](const Dynamic& value) -> std::optional<int64_t> {
    if (value.kind() != columnar::DynamicKind::array) return std::nullopt;
    return static_cast<int64_t>(value.items().size());
  });
}

constexpr ScalarFunction table[] = {
    {"array_length", "(dynamic) -> long", length, "How many elements an array has."},
    {"range", "(from: long, to: long, step: long?) -> dynamic", range_of_longs, "An array of equally spaced values."},
    {"range", "(from: datetime, to: datetime, step: timespan) -> dynamic", range_of_ticks<Dynamic::datetime>,
     "An array of equally spaced times."},
    {"range", "(from: timespan, to: timespan, step: timespan) -> dynamic", range_of_ticks<Dynamic::timespan>,
     "An array of equally spaced timespans."},
};

}  // namespace

std::span<const ScalarFunction> array_functions() { return table; }

}  // namespace vedette::kql
