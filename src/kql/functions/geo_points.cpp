// geo_ functions of points, geohashes and S2 cells. Source: kusto/query, the page of each function.
// Invalid positions, radii, levels and names give null, or "" where the result is a text.
#include <cmath>

#include "families.h"
#include "geo_arguments.h"
#include "vedette/geo/geohash.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using geo::Point;
using Arguments = std::span<const Vector>;

Result<Vector> distance(const CallContext&, Arguments arguments, size_t rows) {
  return optional_rows<double>(Type::real, rows, [&](size_t row) -> std::optional<double> {
    const auto a = point_at(arguments, 0, row), b = point_at(arguments, 2, row);
    return a && b ? geo::distance_m(*a, *b) : std::nullopt;
  });
}

Result<Vector> azimuth(const CallContext&, Arguments arguments, size_t rows) {
  return optional_rows<double>(Type::real, rows, [&](size_t row) -> std::optional<double> {
    const auto a = point_at(arguments, 0, row), b = point_at(arguments, 2, row);
    return a && b ? geo::azimuth(*a, *b) : std::nullopt;
  });
}

Result<Vector> angle(const CallContext&, Arguments arguments, size_t rows) {
  return optional_rows<double>(Type::real, rows, [&](size_t row) -> std::optional<double> {
    const auto a = point_at(arguments, 0, row), b = point_at(arguments, 2, row), c = point_at(arguments, 4, row);
    return a && b && c ? geo::angle(*a, *b, *c) : std::nullopt;
  });
}

Result<Vector> in_circle(const CallContext&, Arguments arguments, size_t rows) {
  return optional_rows<uint8_t>(Type::bool_, rows, [&](size_t row) -> std::optional<uint8_t> {
    const auto point = point_at(arguments, 0, row), center = point_at(arguments, 2, row);
    const auto radius = real_argument(arguments[4], row);
    if (!point || !center || !radius || !(*radius >= 0)) return std::nullopt;
    return *geo::distance_m(*point, *center) <= *radius;
  });
}

Result<Vector> point_buffer(const CallContext&, Arguments arguments, size_t rows) {
  return geometry_rows(arguments, rows, [&](size_t row) -> std::optional<geo::Geometry> {
    const auto point = point_at(arguments, 0, row);
    const auto radius = real_argument(arguments[2], row), tolerance = real_or(arguments, 3, row, 10);
    if (!point || !radius || !(*radius > 0) || !tolerance || !(*tolerance > 0)) return std::nullopt;
    return geo::point_buffer(*point, *radius, *tolerance);
  });
}

// f(point, level) as a text, "" when one of them is not valid.
template <class F>
Result<Vector> named_cell(Arguments arguments, size_t rows, int64_t level_otherwise, int64_t low, int64_t high, F f) {
  columnar::VectorBuilder out(Type::string, rows);
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena(), steps_of_row(arguments, row)));
    const auto point = point_at(arguments, 0, row);
    const auto level = long_or(arguments, 2, row, level_otherwise);
    const bool valid = point && level && *level >= low && *level <= high;
    out.append_copy(std::string_view(valid ? f(*point, static_cast<int>(*level)) : std::string()));
  }
  return out.finish();
}

Result<Vector> to_geohash(const CallContext&, Arguments arguments, size_t rows) {
  return named_cell(arguments, rows, 5, 1, geo::geohash_length_max, geo::geohash);
}
Result<Vector> to_s2cell(const CallContext&, Arguments arguments, size_t rows) {
  return named_cell(arguments, rows, 11, 0, geo::cell_level_max, geo::cell_token);
}

std::optional<Point> geohash_center(std::string_view hash) {
  const auto box = geo::geohash_rectangle(hash);
  if (!box) return std::nullopt;
  return Point{(box->low.longitude + box->high.longitude) / 2, (box->low.latitude + box->high.latitude) / 2};
}

std::optional<geo::Geometry> geohash_polygon(std::string_view hash) {
  const auto box = geo::geohash_rectangle(hash);
  if (!box) return std::nullopt;
  const Point &low = box->low, &high = box->high;
  return geo::combined({}, {}, {{{low, {high.longitude, low.latitude}, high, {low.longitude, high.latitude}, low}}});
}

// F(name) as GeoJSON.
template <auto F>
Result<Vector> of_cell(const CallContext&, Arguments arguments, size_t rows) {
  const auto names = arguments[0].view<std::string_view>();
  return geometry_rows(arguments, rows, [&](size_t row) { return F(names[row]); });
}

template <std::vector<std::string> (*F)(std::string_view)>
Result<Vector> neighbors(const CallContext&, Arguments arguments, size_t rows) {
  const auto names = arguments[0].view<std::string_view>();
  return dynamic_rows(arguments, rows, [&](Arena& arena, size_t row) {
    std::vector<Dynamic> items;
    for (const std::string& name : F(names[row])) items.push_back(Dynamic::string(arena.copy(name)));
    return items.empty() ? Dynamic() : make_array(arena, items);
  });
}

constexpr std::string_view two_points = "(real, real, real, real) -> real";
constexpr std::string_view cell = "(string) -> dynamic";
constexpr ScalarFunction geo_points_table[] = {
    {"geo_distance_2points", two_points, distance, "The distance of two points in metres."},
    {"geo_azimuth", two_points, azimuth, "The heading from one point to another, clockwise from north."},
    {"geo_angle", "(real, real, real, real, real, real) -> real", angle, "The clockwise angle of two lines."},
    {"geo_point_in_circle", "(real, real, real, real, radius: real) -> bool", in_circle,
     "Whether a point lies in a circle."},
    {"geo_point_buffer", "(real, real, radius: real, tolerance: real?) -> dynamic", point_buffer,
     "The polygon around a point."},
    {"geo_point_to_geohash", "(real, real, accuracy: long?) -> string", to_geohash, "The geohash of a point."},
    {"geo_point_to_s2cell", "(real, real, level: long?) -> string", to_s2cell, "The S2 cell of a point."},
    {"geo_geohash_to_central_point", cell, of_cell<geohash_center>, "The middle of a geohash."},
    {"geo_geohash_to_polygon", cell, of_cell<geohash_polygon>, "The rectangle of a geohash."},
    {"geo_geohash_neighbors", cell, neighbors<geo::geohash_neighbors>, "The geohashes around one."},
    {"geo_s2cell_to_central_point", cell, of_cell<geo::cell_center>, "The middle of an S2 cell."},
    {"geo_s2cell_to_polygon", cell, of_cell<geo::cell_polygon>, "The polygon of an S2 cell."},
    {"geo_s2cell_neighbors", cell, neighbors<geo::cell_neighbors>, "The S2 cells around one."},
};

}  // namespace

std::span<const ScalarFunction> geo_point_functions() { return geo_points_table; }

}  // namespace vedette::kql
