// Any numeric column read as double.
#pragma once

#include "vedette/columnar/vector.h"

namespace vedette::kql {

// Calls f(row, value) for each row that is not null. Timespans count their ticks.
template <class F>
void for_each_real(const columnar::Vector& column, size_t rows, F f) {
  using columnar::Type;
  const auto loop = [&](auto convert, const auto& view) {
    for (size_t row = 0; row < rows; ++row)
      if (!view.is_null(row)) f(row, convert(view[row]));
  };
  const auto cast = [](auto value) { return static_cast<double>(value); };
  switch (column.type()) {
    case Type::int_:
      return loop(cast, column.view<int32_t>());
    case Type::long_:
    case Type::datetime:
    case Type::timespan:
      return loop(cast, column.view<int64_t>());
    case Type::real:
      return loop(cast, column.view<double>());
    case Type::decimal:
      return loop([](const columnar::Decimal& value) { return columnar::to_real(value); },
                  column.view<columnar::Decimal>());
    case Type::bool_:
    case Type::string:
    case Type::guid:
    case Type::dynamic:
      return;
  }
}

// The number in `row`, of any numeric type; nullopt when it is null.
inline std::optional<double> real_at(const columnar::Vector& column, size_t row) {
  std::optional<double> out;
  for_each_real(column.slice(row, 1), 1, [&](size_t, double value) { out = value; });
  return out;
}

}  // namespace vedette::kql
