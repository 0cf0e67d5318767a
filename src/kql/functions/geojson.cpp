#include "geojson.h"

#include <array>

#include "dynamic_rows.h"
#include "series.h"

namespace vedette::kql {
namespace {

using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;
using geo::Geometry;
using geo::Kind;
using geo::Line;
using geo::Point;
using geo::Rings;

std::optional<Point> read_point(const Dynamic& value) {
  if (!is_array(value) || value.items().size() != 2) return std::nullopt;
  const Dynamic &longitude = value.items()[0], &latitude = value.items()[1];
  if (!is_number(longitude) || !is_number(latitude)) return std::nullopt;
  return Point{real_of(longitude), real_of(latitude)};
}

// An array of what `read` reads.
template <class T, class Read>
std::optional<std::vector<T>> read_all(const Dynamic& value, Read read) {
  if (!is_array(value)) return std::nullopt;
  std::vector<T> out;
  for (const Dynamic& item : value.items()) {
    auto one = read(item);
    if (!one) return std::nullopt;
    out.push_back(std::move(*one));
  }
  return out;
}

std::optional<Line> read_line(const Dynamic& value) { return read_all<Point>(value, read_point); }
std::optional<Rings> read_rings(const Dynamic& value) { return read_all<Line>(value, read_line); }

struct KindName {
  Kind kind;
  std::string_view name;
};
constexpr std::array kind_names = {
    KindName{Kind::point, "Point"},
    KindName{Kind::multi_point, "MultiPoint"},
    KindName{Kind::line, "LineString"},
    KindName{Kind::multi_line, "MultiLineString"},
    KindName{Kind::polygon, "Polygon"},
    KindName{Kind::multi_polygon, "MultiPolygon"},
    KindName{Kind::collection, "GeometryCollection"},
};

template <class T>
bool set_one(std::vector<T>& values, std::optional<T> value) {
  if (value) values.push_back(std::move(*value));
  return value.has_value();
}
template <class T>
bool set_all(std::vector<T>& values, std::optional<std::vector<T>> all) {
  if (all) values = std::move(*all);
  return all.has_value();
}

bool read_coordinates(const Dynamic& coordinates, Geometry& out) {
  switch (out.kind) {
    case Kind::point:
      return set_one(out.points, read_point(coordinates));
    case Kind::multi_point:
      return set_all(out.points, read_line(coordinates));
    case Kind::line:
      return set_one(out.lines, read_line(coordinates));
    case Kind::multi_line:
      return set_all(out.lines, read_rings(coordinates));
    case Kind::polygon:
      return set_one(out.polygons, read_rings(coordinates));
    case Kind::multi_polygon:
      return set_all(out.polygons, read_all<Rings>(coordinates, read_rings));
    case Kind::collection:
      break;
  }
  return false;
}

Dynamic position(Arena& arena, const Point& point) {
  const Dynamic items[] = {Dynamic::of(point.longitude), Dynamic::of(point.latitude)};
  return make_array(arena, items);
}

template <class T, class Make>
Dynamic array_of_all(Arena& arena, const std::vector<T>& values, Make make) {
  std::vector<Dynamic> items;
  for (const T& value : values) items.push_back(make(arena, value));
  return make_array(arena, items);
}

Dynamic positions(Arena& arena, const Line& line) { return array_of_all(arena, line, position); }
Dynamic rings_array(Arena& arena, const Rings& rings) { return array_of_all(arena, rings, positions); }

Dynamic coordinates_of(Arena& arena, const Geometry& geometry) {
  switch (geometry.kind) {
    case Kind::point:
      return position(arena, geometry.points.front());
    case Kind::multi_point:
      return positions(arena, geometry.points);
    case Kind::line:
      return positions(arena, geometry.lines.front());
    case Kind::multi_line:
      return rings_array(arena, geometry.lines);
    case Kind::polygon:
      return rings_array(arena, geometry.polygons.front());
    case Kind::multi_polygon:
      return array_of_all(arena, geometry.polygons, rings_array);
    case Kind::collection:
      break;
  }
  return array_of_all(arena, geometry.members,
                      [](Arena& into, const Geometry& member) { return geojson_of(into, member); });
}

}  // namespace

std::optional<Geometry> read_geojson(const Dynamic& bag) {
  const Dynamic* type = bag.find("type");
  const Dynamic* coordinates = bag.find("coordinates");
  if (type == nullptr || coordinates == nullptr || type->kind() != DynamicKind::string) return std::nullopt;
  for (const KindName& row : kind_names) {
    if (row.name != type->text()) continue;
    Geometry out;
    out.kind = row.kind;
    if (!read_coordinates(*coordinates, out)) return std::nullopt;
    return out;
  }
  return std::nullopt;
}

Dynamic geojson_of(Arena& arena, const Geometry& geometry) {
  std::string_view name;
  for (const KindName& row : kind_names)
    if (row.kind == geometry.kind) name = row.name;
  const columnar::DynamicMember members[] = {
      {"type", Dynamic::string(name)},
      {geometry.kind == Kind::collection ? "geometries" : "coordinates", coordinates_of(arena, geometry)}};
  return make_bag(arena, members);
}

Dynamic geojson_of(Arena& arena, const Point& point) { return geojson_of(arena, geo::combined({point}, {}, {})); }

}  // namespace vedette::kql
