// geo_ functions of lines and polygons. Source: kusto/query, the page of each function.
// What is no valid line or polygon gives null.
#include "families.h"
#include "geo_arguments.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using geo::Geometry;
using geo::Point;
using geo::Shape;
using Arguments = std::span<const Vector>;

constexpr auto line = ShapeKind::line, polygon = ShapeKind::polygon;

// A number of a shape.
template <ShapeKind Kind, double (Shape::*F)() const>
Result<Vector> measure(const CallContext&, Arguments arguments, size_t rows) {
  Shapes shapes(arguments[0], Kind);
  return optional_rows<double>(Type::real, rows, [&](size_t row) -> std::optional<double> {
    const auto& shape = shapes.at(row);
    return shape ? std::optional(((*shape).*F)()) : std::nullopt;
  });
}

template <ShapeKind Kind>
Result<Vector> centroid(const CallContext&, Arguments arguments, size_t rows) {
  Shapes shapes(arguments[0], Kind);
  return geometry_rows(arguments, rows, [&](size_t row) -> std::optional<Point> {
    const auto& shape = shapes.at(row);
    return shape ? shape->centroid() : std::nullopt;
  });
}

Result<Vector> point_in_polygon(const CallContext&, Arguments arguments, size_t rows) {
  Shapes shapes(arguments[2], polygon);
  return optional_rows<uint8_t>(Type::bool_, rows, [&](size_t row) -> std::optional<uint8_t> {
    const auto point = point_at(arguments, 0, row);
    const auto& shape = shapes.at(row);
    if (!point || !shape) return std::nullopt;
    return shape->contains(*point);
  });
}

template <ShapeKind Kind>
Result<Vector> distance_to(const CallContext&, Arguments arguments, size_t rows) {
  Shapes shapes(arguments[2], Kind);
  return optional_rows<double>(Type::real, rows, [&](size_t row) -> std::optional<double> {
    const auto point = point_at(arguments, 0, row);
    const auto& shape = shapes.at(row);
    if (!point || !shape) return std::nullopt;
    return shape->distance_m(*point);
  });
}

template <ShapeKind Kind>
Result<Vector> closest_point(const CallContext&, Arguments arguments, size_t rows) {
  Shapes shapes(arguments[2], Kind);
  return geometry_rows(arguments, rows, [&](size_t row) -> std::optional<Point> {
    const auto point = point_at(arguments, 0, row);
    const auto& shape = shapes.at(row);
    if (!point || !shape) return std::nullopt;
    return shape->closest(*point);
  });
}

// "A LineString": not several.
Result<Vector> interpolate(const CallContext&, Arguments arguments, size_t rows) {
  Shapes shapes(arguments[0], line);
  return geometry_rows(arguments, rows, [&](size_t row) -> std::optional<Point> {
    const auto& shape = shapes.at(row);
    const auto fraction = real_argument(arguments[1], row);
    if (!shape || shape->is_multi() || !fraction || !(*fraction >= 0 && *fraction <= 1)) return std::nullopt;
    return shape->interpolated(*fraction);
  });
}

Result<Vector> locate(const CallContext&, Arguments arguments, size_t rows) {
  Shapes shapes(arguments[0], line);
  return optional_rows<double>(Type::real, rows, [&](size_t row) -> std::optional<double> {
    const auto& shape = shapes.at(row);
    const auto point = point_at(arguments, 1, row);
    if (!shape || shape->is_multi() || !point) return std::nullopt;
    return shape->located(*point);
  });
}

std::optional<double> simplify_tolerance(Arguments arguments, size_t row) {
  const auto tolerance = real_or(arguments, 1, row, 10);
  return tolerance && *tolerance >= 0 && *tolerance <= geo::simplify_tolerance_m_max ? tolerance : std::nullopt;
}

template <ShapeKind Kind>
Result<Vector> simplify(const CallContext&, Arguments arguments, size_t rows) {
  Shapes shapes(arguments[0], Kind);
  return geometry_rows(arguments, rows, [&](size_t row) -> std::optional<Geometry> {
    const auto& shape = shapes.at(row);
    const auto tolerance = simplify_tolerance(arguments, row);
    if (!shape || !tolerance) return std::nullopt;
    return shape->simplified(*tolerance);
  });
}

template <ShapeKind Kind>
Result<Vector> densify(const CallContext&, Arguments arguments, size_t rows) {
  bool crossing = false;
  auto out = geometry_rows(arguments, rows, [&](size_t row) -> std::optional<Geometry> {
    const auto geometry = read_geojson(dynamic_at(arguments[0], row));
    const auto tolerance = real_or(arguments, 1, row, 10);
    crossing = crossing || (arguments.size() > 2 && !arguments[2].is_null(row) && arguments[2].view<uint8_t>()[row]);
    if (!geometry || !tolerance || !(*tolerance >= 0.1 && *tolerance <= 10'000)) return std::nullopt;
    const bool is_polygon = geometry->kind == geo::Kind::polygon || geometry->kind == geo::Kind::multi_polygon;
    if (is_polygon != (Kind == polygon)) return std::nullopt;
    return geo::densified(*geometry, *tolerance);
  });
  if (crossing)
    return base::fail(base::ErrorCode::not_supported, "Densifying with preserve_crossing is not supported.");
  return out;
}

template <ShapeKind Kind>
Result<Vector> buffer(const CallContext&, Arguments arguments, size_t rows) {
  Shapes shapes(arguments[0], Kind);
  return geometry_rows(arguments, rows, [&](size_t row) -> std::optional<Geometry> {
    const auto& shape = shapes.at(row);
    const auto radius = real_argument(arguments[1], row), tolerance = real_or(arguments, 2, row, 10);
    if (!shape || !radius || !(*radius > 0) || !tolerance || !(*tolerance > 0)) return std::nullopt;
    return shape->buffered(*radius, *tolerance);
  });
}

template <ShapeKind Kind>
Result<Vector> cells(const CallContext&, Arguments arguments, size_t rows) {
  Shapes shapes(arguments[0], Kind);
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    const auto& shape = shapes.at(row);
    const auto level = long_or(arguments, 1, row, 11);
    const auto radius = real_or(arguments, 2, row, 0);
    if (!shape || !level || *level < 0 || *level > geo::cell_level_max || !radius || !(*radius >= 0)) return Dynamic();
    const auto tokens = shape->covering(static_cast<int>(*level), *radius, [] { return base::goes_on(); });
    if (!tokens) return Dynamic();
    std::vector<Dynamic> items;
    for (const std::string& token : *tokens) items.push_back(Dynamic::string(arena.copy(token)));
    return make_array(arena, items);
  });
}

template <ShapeKind A, ShapeKind B>
Result<Vector> intersects(const CallContext&, Arguments arguments, size_t rows) {
  Shapes a(arguments[0], A), b(arguments[1], B);
  return optional_rows<uint8_t>(Type::bool_, rows, [&](size_t row) -> std::optional<uint8_t> {
    if (!a.at(row) || !b.at(row)) return std::nullopt;
    return a.at(row)->intersects(*b.at(row));
  });
}

template <ShapeKind A, ShapeKind B>
Result<Vector> intersection(const CallContext&, Arguments arguments, size_t rows) {
  Shapes a(arguments[0], A), b(arguments[1], B);
  return geometry_rows(arguments, rows, [&](size_t row) -> std::optional<Geometry> {
    if (!a.at(row) || !b.at(row)) return std::nullopt;
    return a.at(row)->intersection(*b.at(row));
  });
}

// All shapes of an array, or nullopt when one is not valid.
std::optional<std::vector<Shape>> shapes_of(const Dynamic& array, ShapeKind kind) {
  if (!is_array(array) || array.items().empty()) return std::nullopt;
  std::vector<Shape> shapes;
  for (const Dynamic& item : array.items()) {
    auto shape = shape_of(item, kind);
    if (!shape) return std::nullopt;
    shapes.push_back(std::move(*shape));
  }
  return shapes;
}

template <ShapeKind Kind>
Result<Vector> unite(const CallContext&, Arguments arguments, size_t rows) {
  return geometry_rows(arguments, rows, [&](size_t row) -> std::optional<Geometry> {
    const auto shapes = shapes_of(dynamic_at(arguments[0], row), Kind);
    return shapes ? std::optional(Shape::united(*shapes)) : std::nullopt;
  });
}

// What becomes of borders that polygons share is not documented in detail; of what is no polygon there is null.
Result<Vector> simplify_array(const CallContext&, Arguments arguments, size_t rows) {
  for (size_t row = 0; row < rows; ++row)
    if (simplify_tolerance(arguments, row) && shapes_of(dynamic_at(arguments[0], row), polygon))
      return base::fail(base::ErrorCode::not_supported, "geo_simplify_polygons_array() is not supported.");
  return columnar::constant_null(Type::dynamic, rows);
}

constexpr std::string_view shape_number = "(dynamic) -> real", shape_shape = "(dynamic) -> dynamic";
constexpr std::string_view with_tolerance = "(dynamic, tolerance: real?) -> dynamic";
constexpr std::string_view dense = "(dynamic, tolerance: real?, preserve_crossing: bool?) -> dynamic";
constexpr std::string_view buffered = "(dynamic, radius: real, tolerance: real?) -> dynamic";
constexpr std::string_view covered = "(dynamic, level: long?, radius: real?) -> dynamic";
constexpr std::string_view two_bool = "(dynamic, dynamic) -> bool", two_shape = "(dynamic, dynamic) -> dynamic";
constexpr ScalarFunction geo_shapes_table[] = {
    {"geo_line_length", shape_number, measure<line, &Shape::length_m>, "The length of a line in metres."},
    {"geo_polygon_perimeter", shape_number, measure<polygon, &Shape::length_m>, "The length of a polygon's border."},
    {"geo_polygon_area", shape_number, measure<polygon, &Shape::area_m2>, "The area of a polygon in square metres."},
    {"geo_line_centroid", shape_shape, centroid<line>, "The centroid of a line."},
    {"geo_polygon_centroid", shape_shape, centroid<polygon>, "The centroid of a polygon."},
    {"geo_point_in_polygon", "(real, real, dynamic) -> bool", point_in_polygon, "Whether a polygon has a point."},
    {"geo_distance_point_to_line", "(real, real, dynamic) -> real", distance_to<line>, "From a point to a line."},
    {"geo_distance_point_to_polygon", "(real, real, dynamic) -> real", distance_to<polygon>,
     "From a point to a polygon."},
    {"geo_closest_point_on_line", "(real, real, dynamic) -> dynamic", closest_point<line>,
     "A line's point that is nearest."},
    {"geo_closest_point_on_polygon", "(real, real, dynamic) -> dynamic", closest_point<polygon>,
     "A polygon's point that is nearest."},
    {"geo_line_interpolate_point", "(dynamic, fraction: real) -> dynamic", interpolate, "A point along a line."},
    {"geo_line_locate_point", "(dynamic, real, real) -> real", locate, "Where along a line a point is nearest."},
    {"geo_line_simplify", with_tolerance, simplify<line>, "A line without near vertices."},
    {"geo_polygon_simplify", with_tolerance, simplify<polygon>, "A polygon without near vertices."},
    {"geo_simplify_polygons_array", with_tolerance, simplify_array, "Polygons without near vertices, together."},
    {"geo_line_densify", dense, densify<line>, "A planar line as geodesics."},
    {"geo_polygon_densify", dense, densify<polygon>, "A planar polygon as geodesics."},
    {"geo_line_buffer", buffered, buffer<line>, "The polygon around a line."},
    {"geo_polygon_buffer", buffered, buffer<polygon>, "The polygon around a polygon."},
    {"geo_line_to_s2cells", covered, cells<line>, "The S2 cells that cover a line."},
    {"geo_polygon_to_s2cells", covered, cells<polygon>, "The S2 cells that cover a polygon."},
    {"geo_intersects_2lines", two_bool, intersects<line, line>, "Whether two lines meet."},
    {"geo_intersects_2polygons", two_bool, intersects<polygon, polygon>, "Whether two polygons meet."},
    {"geo_intersects_line_with_polygon", two_bool, intersects<line, polygon>, "Whether a line meets a polygon."},
    {"geo_intersection_2lines", two_shape, intersection<line, line>, "What two lines share."},
    {"geo_intersection_2polygons", two_shape, intersection<polygon, polygon>, "What two polygons share."},
    {"geo_intersection_line_with_polygon", two_shape, intersection<line, polygon>, "What a line and a polygon share."},
    {"geo_union_lines_array", shape_shape, unite<line>, "An array of lines as one."},
    {"geo_union_polygons_array", shape_shape, unite<polygon>, "An array of polygons as one."},
};

}  // namespace

std::span<const ScalarFunction> geo_shape_functions() { return geo_shapes_table; }

}  // namespace vedette::kql
