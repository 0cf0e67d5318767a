#include "vedette/geo/geometry.h"

namespace vedette::geo {

bool is_valid(const Point& point) {
  return point.longitude >= -180 && point.longitude <= 180 && point.latitude >= -90 && point.latitude <= 90;
}

Geometry combined(std::vector<Point> points, std::vector<Line> lines, std::vector<Rings> polygons) {
  Geometry out;
  const int kinds = !points.empty() + !lines.empty() + !polygons.empty();
  if (kinds > 1) {
    if (!points.empty()) out.members.push_back(combined(std::move(points), {}, {}));
    if (!lines.empty()) out.members.push_back(combined({}, std::move(lines), {}));
    if (!polygons.empty()) out.members.push_back(combined({}, {}, std::move(polygons)));
    return out;
  }
  if (!points.empty()) out.kind = points.size() == 1 ? Kind::point : Kind::multi_point;
  if (!lines.empty()) out.kind = lines.size() == 1 ? Kind::line : Kind::multi_line;
  if (!polygons.empty()) out.kind = polygons.size() == 1 ? Kind::polygon : Kind::multi_polygon;
  out.points = std::move(points);
  out.lines = std::move(lines);
  out.polygons = std::move(polygons);
  return out;
}

}  // namespace vedette::geo
