// What a Shape is inside: S2 polylines or one S2 polygon.
#pragma once

#include <s2/mutable_s2shape_index.h>
#include <s2/s2latlng.h>
#include <s2/s2polygon.h>
#include <s2/s2polyline.h>

#include <memory>
#include <vector>

#include "vedette/geo/sphere.h"

namespace vedette::geo {

constexpr double earth_radius_m = 6371010.0;

inline S2LatLng lat_lng(const Point& point) { return S2LatLng::FromDegrees(point.latitude, point.longitude); }
inline S2Point s2_point(const Point& point) { return lat_lng(point).ToPoint(); }
inline Point point_of(const S2Point& point) {
  const S2LatLng at(point);
  return {at.lng().degrees(), at.lat().degrees()};
}
inline S1Angle angle_of_m(double metres) { return S1Angle::Radians(metres / earth_radius_m); }

struct Shape::Impl {
  bool is_polygon = false, is_multi = false;
  std::vector<std::unique_ptr<S2Polyline>> lines;
  std::unique_ptr<S2Polygon> polygon = std::make_unique<S2Polygon>();  // of lines: empty

  void add_to(MutableS2ShapeIndex& index) const;
};

// Parts as GeoJSON has them: shells counter-clockwise, holes clockwise.
std::vector<Rings> rings_of(const S2Polygon& polygon);
Line line_of(const S2Polyline& line);

}  // namespace vedette::geo
