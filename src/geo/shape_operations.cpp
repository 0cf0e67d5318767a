// Operations that make new shapes: simplified, buffered, united, intersected, covered with cells.
#include <s2/s2boolean_operation.h>
#include <s2/s2buffer_operation.h>
#include <s2/s2builder.h>
#include <s2/s2builderutil_closed_set_normalizer.h>
#include <s2/s2builderutil_s2point_vector_layer.h>
#include <s2/s2builderutil_s2polygon_layer.h>
#include <s2/s2builderutil_s2polyline_vector_layer.h>
#include <s2/s2builderutil_snap_functions.h>
#include <s2/s2edge_tessellator.h>
#include <s2/s2projections.h>
#include <s2/s2region_coverer.h>
#include <s2/s2shape_index_buffered_region.h>

#include <algorithm>
#include <array>
#include <functional>

#include "shape.h"

namespace vedette::geo {
namespace {

constexpr size_t cells_max = 65'536;

using s2builderutil::S2PointVectorLayer;
using s2builderutil::S2PolygonLayer;
using s2builderutil::S2PolylineVectorLayer;
using Polylines = std::vector<std::unique_ptr<S2Polyline>>;

// A region that ends, once it is told to, or once more than cells_max cells of one level meet it, as then more of each
// level below do: nothing that comes after meets it any more.
class CountedRegion final : public S2Region {
 public:
  CountedRegion(const S2Region& region, const std::function<bool()>& goes_on) : region_(region), goes_on_(goes_on) {}
  bool has_ended() const { return ended_; }

  S2Region* Clone() const override { return new CountedRegion(*this); }
  S2Cap GetCapBound() const override { return region_.GetCapBound(); }
  S2LatLngRect GetRectBound() const override { return region_.GetRectBound(); }
  void GetCellUnionBound(std::vector<S2CellId>* cells) const override { region_.GetCellUnionBound(cells); }
  bool Contains(const S2Cell& cell) const override { return !ended_ && region_.Contains(cell); }
  bool Contains(const S2Point& point) const override { return region_.Contains(point); }
  bool MayIntersect(const S2Cell& cell) const override {
    ended_ = ended_ || !goes_on_();
    if (ended_ || !region_.MayIntersect(cell)) return false;
    ended_ = ++met_[static_cast<size_t>(cell.level())] > cells_max;
    return true;
  }

 private:
  const S2Region& region_;
  const std::function<bool()>& goes_on_;
  mutable std::array<size_t, S2CellId::kMaxLevel + 1> met_{};  // cells by level
  mutable bool ended_ = false;
};

std::vector<Line> lines_of(const Polylines& lines) {
  std::vector<Line> out;
  for (const auto& line : lines) out.push_back(line_of(*line));
  return out;
}

S2PolylineVectorLayer::Options walks() {
  S2PolylineVectorLayer::Options options(S2Builder::EdgeType::UNDIRECTED);
  options.set_polyline_type(S2Builder::Graph::PolylineType::WALK);
  options.set_duplicate_edges(S2Builder::GraphOptions::DuplicateEdges::MERGE);
  return options;
}

S2BooleanOperation::Options closed() {
  S2BooleanOperation::Options options;
  options.set_polygon_model(S2BooleanOperation::PolygonModel::CLOSED);
  options.set_polyline_model(S2BooleanOperation::PolylineModel::CLOSED);
  return options;
}

std::optional<Geometry> polygon_geometry(const S2Polygon& polygon) {
  if (polygon.is_empty()) return std::nullopt;
  return combined({}, {}, rings_of(polygon));
}

std::optional<Geometry> simplified_lines(const Polylines& lines, double tolerance_m) {
  S2Builder::Options options{s2builderutil::IdentitySnapFunction(angle_of_m(tolerance_m))};
  options.set_simplify_edge_chains(true);
  S2Builder builder(options);
  Polylines out;
  for (const auto& line : lines) {
    builder.StartLayer(std::make_unique<S2PolylineVectorLayer>(&out));
    builder.AddPolyline(*line);
  }
  S2Error error;
  if (!builder.Build(&error) || out.empty()) return std::nullopt;
  return combined({}, lines_of(out), {});
}

// A tolerance between a millionth of the radius and nearly the radius.
S2BufferOperation::Options buffer_options(double radius_m, double tolerance_m) {
  S2BufferOperation::Options options(angle_of_m(radius_m));
  options.set_error_fraction(std::clamp(tolerance_m / radius_m, 1e-6, 1.0));
  return options;
}

}  // namespace

std::optional<Geometry> Shape::simplified(double tolerance_m) const {
  if (!impl_->is_polygon) return simplified_lines(impl_->lines, tolerance_m);
  S2Polygon out;
  out.InitToSimplified(*impl_->polygon, s2builderutil::IdentitySnapFunction(angle_of_m(tolerance_m)));
  return polygon_geometry(out);
}

std::optional<Geometry> Shape::buffered(double radius_m, double tolerance_m) const {
  S2Polygon out;
  S2BufferOperation operation(std::make_unique<S2PolygonLayer>(&out), buffer_options(radius_m, tolerance_m));
  MutableS2ShapeIndex index;
  impl_->add_to(index);
  operation.AddShapeIndex(index);
  S2Error error;
  if (!operation.Build(&error)) return std::nullopt;
  return polygon_geometry(out);
}

std::optional<Geometry> point_buffer(const Point& point, double radius_m, double tolerance_m) {
  S2Polygon out;
  S2BufferOperation operation(std::make_unique<S2PolygonLayer>(&out), buffer_options(radius_m, tolerance_m));
  operation.AddPoint(s2_point(point));
  S2Error error;
  if (!operation.Build(&error)) return std::nullopt;
  return polygon_geometry(out);
}

std::optional<std::vector<std::string>> Shape::covering(int level, double radius_m,
                                                        const std::function<bool()>& goes_on) const {
  MutableS2ShapeIndex index;
  impl_->add_to(index);
  S2RegionCoverer::Options options;
  options.set_fixed_level(level);
  options.set_max_cells(static_cast<int>(cells_max));
  S2RegionCoverer coverer(options);
  std::vector<S2CellId> cells;
  const S2ShapeIndexBufferedRegion shape(&index, S1ChordAngle(angle_of_m(radius_m)));
  const CountedRegion region(shape, goes_on);
  coverer.GetCovering(region, &cells);
  if (region.has_ended() || cells.size() > cells_max) return std::nullopt;
  std::vector<std::string> out;
  for (const S2CellId& cell : cells) out.push_back(cell.ToToken());
  return out;
}

bool Shape::intersects(const Shape& other) const {
  MutableS2ShapeIndex a, b;
  impl_->add_to(a);
  other.impl_->add_to(b);
  return S2BooleanOperation::Intersects(a, b, closed());
}

Geometry Shape::intersection(const Shape& other) const {
  MutableS2ShapeIndex a, b;
  impl_->add_to(a);
  other.impl_->add_to(b);
  std::vector<S2Point> points;
  Polylines lines;
  S2Polygon polygon;
  s2builderutil::LayerVector layers(3);
  layers[0] = std::make_unique<S2PointVectorLayer>(&points);
  layers[1] = std::make_unique<S2PolylineVectorLayer>(&lines, walks());
  layers[2] = std::make_unique<S2PolygonLayer>(&polygon);
  S2BooleanOperation operation(S2BooleanOperation::OpType::INTERSECTION,
                               s2builderutil::NormalizeClosedSet(std::move(layers)), closed());
  S2Error error;
  if (!operation.Build(a, b, &error)) return {};
  std::vector<Point> found;
  for (const S2Point& point : points) found.push_back(point_of(point));
  return combined(std::move(found), lines_of(lines), rings_of(polygon));
}

Geometry Shape::united(const std::vector<Shape>& shapes) {
  if (shapes.size() == 1 && shapes.front().is_polygon()) return combined({}, {}, rings_of(*shapes[0].impl_->polygon));
  if (shapes.front().is_polygon()) {
    std::vector<std::unique_ptr<S2Polygon>> parts;
    for (const Shape& shape : shapes) parts.emplace_back(shape.impl_->polygon->Clone());
    return combined({}, {}, rings_of(*S2Polygon::DestructiveUnion(std::move(parts))));
  }
  Polylines lines;
  S2Builder builder{S2Builder::Options()};
  builder.StartLayer(std::make_unique<S2PolylineVectorLayer>(&lines, walks()));
  for (const Shape& shape : shapes)
    for (const auto& line : shape.impl_->lines) builder.AddPolyline(*line);
  S2Error error;
  if (!builder.Build(&error)) return {};
  return combined({}, lines_of(lines), {});
}

std::optional<Geometry> densified(const Geometry& geometry, double tolerance_m) {
  if (!Shape::of(geometry)) return std::nullopt;
  const S2::PlateCarreeProjection projection(180);
  const S2EdgeTessellator tessellator(&projection, angle_of_m(tolerance_m));
  const auto dense = [&](const Line& line) {
    std::vector<S2Point> vertices;
    for (size_t i = 0; i + 1 < line.size(); ++i)
      tessellator.AppendUnprojected({line[i].longitude, line[i].latitude},
                                    {line[i + 1].longitude, line[i + 1].latitude}, &vertices);
    return vertices;
  };
  std::vector<Line> lines;
  for (const Line& line : geometry.lines) {
    lines.emplace_back();
    for (const S2Point& vertex : dense(line)) lines.back().push_back(point_of(vertex));
  }
  std::vector<Rings> polygons;
  for (const Rings& rings : geometry.polygons) {
    std::vector<std::unique_ptr<S2Loop>> loops;
    for (const Line& ring : rings) {
      std::vector<S2Point> vertices = dense(ring);
      vertices.pop_back();  // the first again
      loops.push_back(std::make_unique<S2Loop>(vertices, S2Debug::DISABLE));
      loops.back()->Normalize();
    }
    S2Polygon polygon;
    polygon.set_s2debug_override(S2Debug::DISABLE);
    polygon.InitNested(std::move(loops));
    for (Rings& part : rings_of(polygon)) polygons.push_back(std::move(part));
  }
  return combined({}, std::move(lines), std::move(polygons));
}

}  // namespace vedette::geo
