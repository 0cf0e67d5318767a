// Geometries as dynamics: GeoJSON bags (RFC 7946).
#pragma once

#include <optional>

#include "vedette/columnar/dynamic.h"
#include "vedette/geo/geometry.h"

namespace vedette::kql {

// nullopt: no geometry of points, lines or polygons, or one with other than two numbers a position.
std::optional<geo::Geometry> read_geojson(const columnar::Dynamic& bag);
columnar::Dynamic geojson_of(columnar::Arena& arena, const geo::Geometry& geometry);
columnar::Dynamic geojson_of(columnar::Arena& arena, const geo::Point& point);

}  // namespace vedette::kql
