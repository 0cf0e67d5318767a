#include "shape.h"

#include <s2/s2closest_edge_query.h>
#include <s2/s2error.h>

namespace vedette::geo {
namespace {

// As IsValid(), which also writes to stderr what is wrong: anybody's query would fill the log.
template <typename S2Shape>
bool is_sound(const S2Shape& shape) {
  S2Error error;
  return !shape.FindValidationError(&error);
}

std::unique_ptr<S2Polyline> read_line(const Line& line) {
  if (line.size() < 2) return nullptr;
  std::vector<S2Point> vertices;
  for (const Point& point : line) {
    if (!is_valid(point)) return nullptr;
    vertices.push_back(s2_point(point));
  }
  auto out = std::make_unique<S2Polyline>();
  out->set_s2debug_override(S2Debug::DISABLE);
  out->Init(vertices);
  return is_sound(*out) ? std::move(out) : nullptr;
}

std::unique_ptr<S2Loop> read_ring(const Line& ring) {
  if (ring.size() < 4 || !(ring.front() == ring.back())) return nullptr;
  std::vector<S2Point> vertices;
  for (size_t i = 0; i + 1 < ring.size(); ++i) {
    if (!is_valid(ring[i])) return nullptr;
    vertices.push_back(s2_point(ring[i]));
  }
  auto loop = std::make_unique<S2Loop>();
  loop->set_s2debug_override(S2Debug::DISABLE);
  loop->Init(vertices);
  if (!is_sound(*loop)) return nullptr;
  loop->Normalize();
  return loop;
}

bool read_polygon(const Rings& rings, S2Polygon& out) {
  std::vector<std::unique_ptr<S2Loop>> loops;
  for (const Line& ring : rings) {
    loops.push_back(read_ring(ring));
    if (loops.back() == nullptr) return false;
  }
  if (loops.empty()) return false;
  out.set_s2debug_override(S2Debug::DISABLE);
  out.InitNested(std::move(loops));
  return is_sound(out);
}

// The parts of a multi-polygon may overlap: together they are their union.
std::unique_ptr<S2Polygon> read_polygons(const std::vector<Rings>& polygons) {
  std::vector<std::unique_ptr<S2Polygon>> parts;
  for (const Rings& rings : polygons) {
    parts.push_back(std::make_unique<S2Polygon>());
    if (!read_polygon(rings, *parts.back())) return nullptr;
  }
  if (parts.empty()) return nullptr;
  return parts.size() == 1 ? std::move(parts.front()) : S2Polygon::DestructiveUnion(std::move(parts));
}

}  // namespace

std::optional<Shape> Shape::of(const Geometry& geometry) {
  auto impl = std::make_shared<Impl>();
  impl->is_multi = geometry.kind == Kind::multi_line || geometry.kind == Kind::multi_polygon;
  switch (geometry.kind) {
    case Kind::line:
    case Kind::multi_line:
      for (const Line& line : geometry.lines) {
        impl->lines.push_back(read_line(line));
        if (impl->lines.back() == nullptr) return std::nullopt;
      }
      if (impl->lines.empty()) return std::nullopt;
      return Shape(std::move(impl));
    case Kind::polygon:
    case Kind::multi_polygon:
      impl->is_polygon = true;
      impl->polygon = read_polygons(geometry.polygons);
      if (impl->polygon == nullptr) return std::nullopt;
      return Shape(std::move(impl));
    case Kind::point:
    case Kind::multi_point:
    case Kind::collection:
      break;
  }
  return std::nullopt;
}

void Shape::Impl::add_to(MutableS2ShapeIndex& index) const {
  if (is_polygon) index.Add(std::make_unique<S2Polygon::Shape>(polygon.get()));
  for (const auto& line : lines) index.Add(std::make_unique<S2Polyline::Shape>(line.get()));
}

bool Shape::is_polygon() const { return impl_->is_polygon; }
bool Shape::is_multi() const { return impl_->is_multi; }

Line line_of(const S2Polyline& line) {
  Line out;
  for (int i = 0; i < line.num_vertices(); ++i) out.push_back(point_of(line.vertex(i)));
  return out;
}

std::vector<Rings> rings_of(const S2Polygon& polygon) {
  std::vector<Rings> out;
  for (int i = 0; i < polygon.num_loops(); ++i) {
    const S2Loop& loop = *polygon.loop(i);
    if (!loop.is_hole()) out.emplace_back();
    Line ring;
    for (int v = 0; v <= loop.num_vertices(); ++v) ring.push_back(point_of(loop.oriented_vertex(v)));
    out.back().push_back(std::move(ring));
  }
  return out;
}

double Shape::length_m() const {
  S1Angle sum;
  for (const auto& line : impl_->lines) sum += line->GetLength();
  for (int i = 0; i < impl_->polygon->num_loops(); ++i) {
    const S2Loop& loop = *impl_->polygon->loop(i);
    for (int v = 0; v < loop.num_vertices(); ++v) sum += S1Angle(loop.vertex(v), loop.vertex(v + 1));
  }
  return sum.radians() * earth_radius_m;
}

double Shape::area_m2() const { return impl_->polygon->GetArea() * earth_radius_m * earth_radius_m; }

std::optional<Point> Shape::centroid() const {
  S2Point sum;
  if (impl_->is_polygon) sum = impl_->polygon->GetCentroid();
  for (const auto& line : impl_->lines) sum += line->GetCentroid();
  if (sum == S2Point()) return std::nullopt;
  return point_of(sum.Normalize());
}

bool Shape::contains(const Point& point) const { return impl_->polygon->Contains(s2_point(point)); }

double Shape::distance_m(const Point& point) const {
  const S2Point at = s2_point(point);
  if (impl_->is_polygon) return impl_->polygon->GetDistance(at).radians() * earth_radius_m;
  MutableS2ShapeIndex index;
  impl_->add_to(index);
  S2ClosestEdgeQuery query(&index);
  S2ClosestEdgeQuery::PointTarget target(at);
  return query.GetDistance(&target).ToAngle().radians() * earth_radius_m;
}

Point Shape::closest(const Point& point) const {
  const S2Point at = s2_point(point);
  if (impl_->is_polygon) {
    if (impl_->polygon->Contains(at)) return point;
    return point_of(impl_->polygon->Project(at));
  }
  MutableS2ShapeIndex index;
  impl_->add_to(index);
  S2ClosestEdgeQuery query(&index);
  S2ClosestEdgeQuery::PointTarget target(at);
  return point_of(query.Project(at, query.FindClosestEdge(&target)));
}

Point Shape::interpolated(double fraction) const { return point_of(impl_->lines.front()->Interpolate(fraction)); }

double Shape::located(const Point& point) const {
  const S2Polyline& line = *impl_->lines.front();
  int next = 0;
  const S2Point at = line.Project(s2_point(point), &next);
  return line.UnInterpolate(at, next);
}

}  // namespace vedette::geo
