// Geometries as GeoJSON has them (RFC 7946): positions in degrees, longitude first.
#pragma once

#include <vector>

namespace vedette::geo {

struct Point {
  double longitude = 0, latitude = 0;
  bool operator==(const Point&) const = default;
};
using Line = std::vector<Point>;
using Rings = std::vector<Line>;  // a shell, then its holes; the first point of each comes again as its last

enum class Kind { point, multi_point, line, multi_line, polygon, multi_polygon, collection };

// Which member counts follows from the kind; the single kinds have one element.
struct Geometry {
  Kind kind = Kind::collection;
  std::vector<Point> points;
  std::vector<Line> lines;
  std::vector<Rings> polygons;
  std::vector<Geometry> members;  // of a collection
};

// Within ±180° and ±90°.
bool is_valid(const Point& point);

// The geometry of the smallest kind that holds these: one line is no multi-line, nothing an empty collection.
Geometry combined(std::vector<Point> points, std::vector<Line> lines, std::vector<Rings> polygons);

}  // namespace vedette::geo
