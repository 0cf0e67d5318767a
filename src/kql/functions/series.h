// Series: dynamic arrays of numbers. A series is whole (of longs) when every number in it is, else of reals.
// What is not a number is a missing element, and null in element-wise results. Source: kusto/query: the pages of the
// series_… functions.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {

using Reals = std::vector<double>;

inline bool is_number(const columnar::Dynamic& value) {
  return value.kind() == columnar::DynamicKind::int64 || value.kind() == columnar::DynamicKind::real;
}

// Of a number.
inline double real_of(const columnar::Dynamic& number) {
  return number.kind() == columnar::DynamicKind::int64 ? static_cast<double>(number.integer()) : number.real();
}

// Datetimes and timespans count as numbers in some way that is not documented: refused, never taken as missing.
inline bool has_times(const columnar::Dynamic& series) {
  if (series.kind() != columnar::DynamicKind::array) return false;
  for (const columnar::Dynamic& value : series.items())
    if (value.kind() == columnar::DynamicKind::datetime || value.kind() == columnar::DynamicKind::timespan) return true;
  return false;
}

inline base::Error times_in_series() {
  return base::fail(base::ErrorCode::not_supported, "A calculation with a series of times is not supported.");
}

inline bool is_whole(std::span<const columnar::Dynamic> series) {
  for (const columnar::Dynamic& value : series)
    if (value.kind() == columnar::DynamicKind::real) return false;
  return true;
}

// Its numbers; nullopt when an element is none.
inline std::optional<Reals> reals_of(std::span<const columnar::Dynamic> series) {
  Reals out;
  out.reserve(series.size());
  for (const columnar::Dynamic& value : series) {
    if (!is_number(value)) return std::nullopt;
    out.push_back(real_of(value));
  }
  return out;
}

inline double sum_of(const Reals& series) {
  double sum = 0;
  for (const double value : series) sum += value;
  return sum;
}

// Of a sample.
inline double variance_of(const Reals& series) {
  const auto count = static_cast<double>(series.size());
  const double mean = sum_of(series) / count;
  double squares = 0;
  for (const double value : series) squares += (value - mean) * (value - mean);
  return squares / (count - 1);
}

inline columnar::Dynamic array_of(columnar::Arena& arena, std::span<const double> values) {
  auto* items = arena.allocate_array<columnar::Dynamic>(values.size());
  for (size_t i = 0; i < values.size(); ++i) items[i] = columnar::Dynamic::of(values[i]);
  return columnar::Dynamic::array({items, values.size()});
}

// A number argument of any numeric type, row by row, as a dynamic; null where it is null. Decimals are null.
inline columnar::Dynamic number_at(const Vector& argument, size_t row) {
  if (argument.is_null(row)) return {};
  switch (argument.type()) {
    case Type::int_:
      return columnar::Dynamic::of(int64_t{argument.view<int32_t>()[row]});
    case Type::long_:
      return columnar::Dynamic::of(argument.view<int64_t>()[row]);
    case Type::real:
      return columnar::Dynamic::of(argument.view<double>()[row]);
    case Type::dynamic:
      return argument.view<columnar::Dynamic>()[row];
    default:
      return {};
  }
}

// One dynamic a row: `each` gets the arena and the row and gives the value, or nullopt for null.
template <class Each>
base::Result<Vector> dynamic_of_rows(size_t rows, Each each) {
  columnar::VectorBuilder out(Type::dynamic);
  auto* values = out.resize<columnar::Dynamic>(rows);
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena()));
    if (const std::optional<columnar::Dynamic> value = TRY(each(out.arena(), row)))
      values[row] = *value;
    else
      out.set_null(row);
  }
  TRY(may_go_on());
  return out.finish();
}

// Missing elements where the page does not say what becomes of them.
inline base::Error missing_elements(std::string_view function) {
  return base::fail(base::ErrorCode::not_supported,
                    std::string(function) + "() of a series with elements that are no numbers is not supported.");
}

// Arrays of the length of a series that a calculation with it may hold at a time.
inline constexpr size_t scratch_arrays = 4;

// The numbers of one array argument in a row; nullopt when it is no array.
inline base::Result<std::optional<Reals>> reals_at(std::string_view function, const Vector& argument, size_t row) {
  const auto view = argument.view<columnar::Dynamic>();
  if (view.is_null(row) || view[row].kind() != columnar::DynamicKind::array) return std::optional<Reals>();
  TRY(may_go_on(static_cast<int64_t>(view[row].items().size() * scratch_arrays * sizeof(double))));
  auto numbers = reals_of(view[row].items());
  if (!numbers) return missing_elements(function);
  return numbers;
}

}  // namespace vedette::kql
