// series_fill_forward, _backward, _const and _linear: values for missing elements. Missing are nulls, or the elements
// that equal a placeholder. "Preserves the original type of the array elements."
#include <cmath>

#include "families.h"
#include "series.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;

bool is_missing(const Dynamic& value, const Dynamic& placeholder) {
  if (placeholder.is_null()) return value.is_null();
  return is_number(value) && real_of(value) == real_of(placeholder);
}

// `fill` gets the copied elements, the row and the placeholder, which is argument number `placeholder_at`.
template <class Fill>
Result<Vector> filled(std::span<const Vector> arguments, size_t rows, size_t placeholder_at, Fill fill) {
  columnar::VectorBuilder out(Type::dynamic);
  for (const Vector& argument : arguments) out.keep_alive(argument);
  auto* values = out.resize<Dynamic>(rows);
  const auto view = arguments[0].view<Dynamic>();
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena(), steps_of_row(arguments, row)));
    if (view.is_null(row) || view[row].kind() != DynamicKind::array) {
      out.set_null(row);
      continue;
    }
    const auto series = view[row].items();
    const Dynamic placeholder =
        arguments.size() > placeholder_at ? number_at(arguments[placeholder_at], row) : Dynamic();
    auto* items = out.arena().allocate_array<Dynamic>(series.size());
    std::copy(series.begin(), series.end(), items);
    TRY(fill(std::span<Dynamic>(items, series.size()), row, placeholder));
    values[row] = Dynamic::array({items, series.size()});
  }
  return out.finish();
}

Result<Vector> forward(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return filled(arguments, rows, 1, [](std::span<Dynamic> items, size_t, const Dynamic& placeholder) -> base::Status {
    for (size_t i = 1; i < items.size(); ++i)
      if (is_missing(items[i], placeholder)) items[i] = items[i - 1];
    return {};
  });
}

Result<Vector> backward(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return filled(arguments, rows, 1, [](std::span<Dynamic> items, size_t, const Dynamic& placeholder) -> base::Status {
    for (size_t i = items.size(); i-- > 1;)
      if (is_missing(items[i - 1], placeholder)) items[i - 1] = items[i];
    return {};
  });
}

Result<Vector> constant(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return filled(arguments, rows, 2,
                [&](std::span<Dynamic> items, size_t row, const Dynamic& placeholder) -> base::Status {
                  const Dynamic value = number_at(arguments[1], row);
                  for (Dynamic& item : items)
                    if (is_missing(item, placeholder)) item = value;
                  return {};
                });
}

// The line between two known elements. A whole series gets whole values: the page's example cuts their fractions, of
// positive ones; which way those of negative values go is not documented.
base::Status interpolate(std::span<Dynamic> items, size_t from, size_t to, bool whole) {
  const double first = real_of(items[from]), last = real_of(items[to]);
  for (size_t i = from + 1; i < to; ++i) {
    const double value = first + (last - first) * static_cast<double>(i - from) / static_cast<double>(to - from);
    if (whole && value < 0 && value != std::trunc(value))
      return base::fail(base::ErrorCode::not_supported,
                        "series_fill_linear() of a whole series to negative fractions is not supported.");
    items[i] = whole ? Dynamic::of(static_cast<int64_t>(value)) : Dynamic::of(value);
  }
  return {};
}

base::Status fill_line(std::span<Dynamic> items, const Dynamic& placeholder, bool edges, const Dynamic& otherwise) {
  std::vector<size_t> known;
  for (size_t i = 0; i < items.size(); ++i) {
    if (is_missing(items[i], placeholder)) continue;
    if (!is_number(items[i])) return missing_elements("series_fill_linear");
    known.push_back(i);
  }
  if (known.empty()) {
    for (Dynamic& item : items) item = otherwise;
    return {};
  }
  const bool whole = is_whole(items);
  for (size_t k = 1; k < known.size(); ++k) TRY(interpolate(items, known[k - 1], known[k], whole));
  if (!edges) return {};
  for (size_t i = 0; i < known.front(); ++i) items[i] = items[known.front()];
  for (size_t i = known.back() + 1; i < items.size(); ++i) items[i] = items[known.back()];
  return {};
}

Result<Vector> linear(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return filled(
      arguments, rows, 1, [&](std::span<Dynamic> items, size_t row, const Dynamic& placeholder) -> base::Status {
        const bool edges = arguments.size() < 3 || arguments[2].is_null(row) || arguments[2].view<uint8_t>()[row];
        return fill_line(items, placeholder, edges,
                         arguments.size() < 4 ? Dynamic::of(0.0) : number_at(arguments[3], row));
      });
}

constexpr ScalarFunction series_fill_table[] = {
    {"series_fill_forward", "(dynamic, missing: int|long|real?) -> dynamic", forward,
     "A series with missing elements taken from their left."},
    {"series_fill_backward", "(dynamic, missing: int|long|real?) -> dynamic", backward,
     "A series with missing elements taken from their right."},
    {"series_fill_const", "(dynamic, value: int|long|real, missing: int|long|real?) -> dynamic", constant,
     "A series with missing elements set to a value."},
    {"series_fill_linear", "(dynamic, missing: int|long|real?, edges: bool?, value: int|long|real?) -> dynamic", linear,
     "A series with missing elements on the line between their neighbours."},
};

}  // namespace

std::span<const ScalarFunction> series_fill_functions() { return series_fill_table; }

}  // namespace vedette::kql
