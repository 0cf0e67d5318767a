// What the arguments of geo_ functions are read as, row by row.
#pragma once

#include <optional>

#include "dynamic_rows.h"
#include "geojson.h"
#include "vedette/geo/sphere.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {

inline std::optional<double> real_argument(const Vector& column, size_t row) {
  const auto view = column.view<double>();
  return view.is_null(row) ? std::nullopt : std::optional(view[row]);
}

// The optional argument at `index`; `otherwise` when it was not given.
inline std::optional<double> real_or(std::span<const Vector> arguments, size_t index, size_t row, double otherwise) {
  return index < arguments.size() ? real_argument(arguments[index], row) : otherwise;
}
inline std::optional<int64_t> long_or(std::span<const Vector> arguments, size_t index, size_t row, int64_t otherwise) {
  return index < arguments.size() ? long_at(arguments[index], row) : otherwise;
}

// Two arguments as a valid point.
inline std::optional<geo::Point> point_at(std::span<const Vector> arguments, size_t index, size_t row) {
  const auto longitude = real_argument(arguments[index], row), latitude = real_argument(arguments[index + 1], row);
  if (!longitude || !latitude || !geo::is_valid({*longitude, *latitude})) return std::nullopt;
  return geo::Point{*longitude, *latitude};
}

enum class ShapeKind : uint8_t { line, polygon };

inline std::optional<geo::Shape> shape_of(const columnar::Dynamic& value, ShapeKind kind) {
  const auto geometry = read_geojson(value);
  if (!geometry) return std::nullopt;
  auto shape = geo::Shape::of(*geometry);
  if (!shape || shape->is_polygon() != (kind == ShapeKind::polygon)) return std::nullopt;
  return shape;
}

// An argument's shapes; a constant is read once.
class Shapes {
 public:
  Shapes(const Vector& argument, ShapeKind kind) : argument_(argument), kind_(kind) {}

  const std::optional<geo::Shape>& at(size_t row) {
    if (!read_ || !argument_.is_constant()) shape_ = shape_of(dynamic_at(argument_, row), kind_);
    read_ = true;
    return shape_;
  }

 private:
  const Vector& argument_;
  ShapeKind kind_;
  bool read_ = false;
  std::optional<geo::Shape> shape_;
};

// A column of f(row), which returns an optional T.
template <class T, class F>
base::Result<Vector> optional_rows(Type type, size_t rows, F f) {
  columnar::VectorBuilder out(type);
  T* values = out.resize<T>(rows);
  for (size_t row = 0; row < rows; ++row) {
    if (const std::optional<T> value = f(row))
      values[row] = *value;
    else
      out.set_null(row);
  }
  return out.finish();
}

// A column of the GeoJSON of f(row), which returns an optional Geometry or Point.
template <class F>
base::Result<Vector> geometry_rows(std::span<const Vector> arguments, size_t rows, F f) {
  return dynamic_rows(arguments, rows, [&](columnar::Arena& arena, size_t row) {
    const auto value = f(row);
    return value ? geojson_of(arena, *value) : columnar::Dynamic();
  });
}

}  // namespace vedette::kql
