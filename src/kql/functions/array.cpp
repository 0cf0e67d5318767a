// range, and what is asked of arrays. Source: kusto/query, the page of each function.
#include <algorithm>
#include <cmath>

#include "dynamic_rows.h"
#include "families.h"

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

Result<Vector> range_of_reals(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_dynamic(arguments, rows, [](Arena& arena, double from, double to, double step) {
    const double count = (to - from) / step;
    if (!(count >= 0)) return Dynamic::array({});
    const auto size = static_cast<size_t>(std::min(std::floor(count), static_cast<double>(range_values_max - 1))) + 1;
    auto* items = arena.allocate_array<Dynamic>(size);
    for (size_t i = 0; i < size; ++i) items[i] = Dynamic::of(from + static_cast<double>(i) * step);
    return Dynamic::array({items, size});
  });
}

template <Dynamic (*Make)(int64_t)>
Result<Vector> range_of_ticks(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  if (arguments.size() == 2)
    return map_dynamic(arguments, rows, [](Arena& arena, int64_t from, int64_t to) {
      return steps(arena, from, to, base::ticks_per_hour, Make);
    });
  return map_dynamic(arguments, rows, [](Arena& arena, int64_t from, int64_t to, int64_t step) {
    return steps(arena, from, to, step, Make);
  });
}

Result<Vector> length(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::long_, arguments, rows, [](const Dynamic& value) -> std::optional<int64_t> {
    if (!is_array(value)) return std::nullopt;
    return static_cast<int64_t>(value.items().size());
  });
}

// The optional start, length and occurrence of array_index_of.
struct Search {
  int64_t start = 0, length = -1, occurrence = 1;
};

std::optional<Search> search_of(std::span<const Vector> options, size_t row) {
  Search search;
  int64_t* const fields[] = {&search.start, &search.length, &search.occurrence};
  for (size_t i = 0; i < options.size(); ++i) {
    const auto value = long_at(options[i], row);
    if (!value) return std::nullopt;
    *fields[i] = *value;
  }
  if (search.length < -1 || search.occurrence < 1) return std::nullopt;
  return search;
}

// A negative start counts from the end; at most `length` elements are examined.
int64_t index_of(std::span<const Dynamic> items, const Dynamic& wanted, Search search) {
  const auto size = static_cast<int64_t>(items.size());
  if (search.start < 0) search.start = std::max<int64_t>(0, size + search.start);
  const int64_t end = search.length < 0 || search.length > size - search.start ? size : search.start + search.length;
  StepWatch watch;
  for (int64_t i = search.start; i < end && watch.go_on(); ++i)
    if (equal(items[static_cast<size_t>(i)], wanted) && --search.occurrence == 0) return i;
  return -1;
}

Result<Vector> index_of_value(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  columnar::VectorBuilder out(Type::long_, rows);
  Arena arena;
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, arena, steps_of_row(arguments, row)));
    const Dynamic array = dynamic_at(arguments[0], row);
    const auto search = search_of(arguments.subspan(2), row);
    if (is_array(array) && search)
      out.append<int64_t>(index_of(array.items(), dynamic_view(arguments[1], row, arena), *search));
    else
      out.append_null();
  }
  return out.finish();
}

Result<Vector> has_element(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  columnar::VectorBuilder out(Type::bool_, rows);
  Arena arena;
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, arena, steps_of_row(arguments, row)));
    const Dynamic array = dynamic_at(arguments[0], row);
    if (is_array(array))
      out.append<uint8_t>(index_of(array.items(), dynamic_view(arguments[1], row, arena), {}) >= 0);
    else
      out.append_null();
  }
  return out.finish();
}

// null unless every element is a number.
Result<Vector> sum(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<double>(Type::real, arguments, rows, [](const Dynamic& value) -> std::optional<double> {
    if (!is_array(value)) return std::nullopt;
    double total = 0;
    for (const Dynamic& item : value.items()) {
      if (item.kind() == columnar::DynamicKind::int64)
        total += static_cast<double>(item.integer());
      else if (item.kind() == columnar::DynamicKind::real)
        total += item.real();
      else
        return std::nullopt;
    }
    return total;
  });
}

constexpr size_t steps_of_item = 8;  // what writing one takes, in those of a walk

Result<Vector> join(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, const Dynamic& array, std::string_view delimiter) {
    StepWatch watch;
    for (const Dynamic& item : array.items()) {
      if (&item != array.items().data()) out += delimiter;
      append_text(out, item);
      const auto bytes = static_cast<int64_t>(out.size());
      if (out.size() > text_bytes_max || !watch.go_on(steps_of_item + delimiter.size() / 8, bytes)) return;
    }
  });
}

constexpr std::string_view joining = "(dynamic, delimiter: text) -> string";
constexpr ScalarFunction array_table[] = {
    {"array_length", "(dynamic) -> long", length, "How many elements an array has."},
    {"arraylength", "(dynamic) -> long", length, "As array_length."},
    {"array_index_of", "(dynamic, scalar, start: long?, length: long?, occurrence: long?) -> long", index_of_value,
     "Where an array has a value; -1 when it has none."},
    {"set_has_element", "(dynamic, scalar) -> bool", has_element, "Whether an array has a value."},
    {"array_sum", "(dynamic) -> real", sum, "The sum of an array's numbers."},
    {"strcat_array", joining, join, "The texts of an array's elements, with a delimiter between."},
    {"array_strcat", joining, join, "As strcat_array."},
    {"range", "(from: long, to: long, step: long?) -> dynamic", range_of_longs, "An array of equally spaced values."},
    {"range", "(from: real, to: real, step: real) -> dynamic", range_of_reals, "An array of equally spaced values."},
    {"range", "(from: datetime, to: datetime, step: timespan?) -> dynamic", range_of_ticks<Dynamic::datetime>,
     "An array of equally spaced times."},
    {"range", "(from: timespan, to: timespan, step: timespan?) -> dynamic", range_of_ticks<Dynamic::timespan>,
     "An array of equally spaced timespans."},
};

}  // namespace

std::span<const ScalarFunction> array_functions() { return array_table; }

}  // namespace vedette::kql
