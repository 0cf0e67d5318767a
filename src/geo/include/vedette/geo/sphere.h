// Measures and operations on the sphere of the Earth (radius 6,371.01 km), on Google's S2 library.
//
// Edges are geodesics. Lines and polygons are read once into a form that operations take; what is not valid (positions
// out of range, too few points, rings that are not closed or cross) cannot be read. Lengths are metres, areas square
// metres, angles radians.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/geo/geometry.h"

namespace vedette::geo {

// nullopt when a point is not valid.
std::optional<double> distance_m(const Point& a, const Point& b);
// Clockwise from north, from a to b; nullopt for equal points too.
std::optional<double> azimuth(const Point& a, const Point& b);
// Clockwise from the line b-a to the line b-c.
std::optional<double> angle(const Point& a, const Point& b, const Point& c);

inline constexpr int cell_level_max = 30;
std::string cell_token(const Point& point, int level);
std::optional<Point> cell_center(std::string_view token);
std::optional<Geometry> cell_polygon(std::string_view token);
std::vector<std::string> cell_neighbors(std::string_view token);

class Shape {
 public:
  // Of lines and multi-lines, of polygons and multi-polygons.
  static std::optional<Shape> of(const Geometry& geometry);
  bool is_polygon() const;
  bool is_multi() const;

  double length_m() const;  // of lines; of polygons their perimeter
  double area_m2() const;   // of polygons
  std::optional<Point> centroid() const;
  bool contains(const Point& point) const;
  double distance_m(const Point& point) const;
  Point closest(const Point& point) const;
  // Of a single line: the point at a fraction of its length, and the fraction where a point is closest.
  Point interpolated(double fraction) const;
  double located(const Point& point) const;
  std::optional<Geometry> simplified(double tolerance_m) const;  // nullopt: nothing is left
  std::optional<Geometry> buffered(double radius_m, double tolerance_m) const;
  // Tokens of the cells of a level that cover the shape and what is within a radius of it; nullopt: too many, or
  // `goes_on`, which is asked before each some hundred microseconds of work, said no.
  std::optional<std::vector<std::string>> covering(int level, double radius_m,
                                                   const std::function<bool()>& goes_on) const;
  bool intersects(const Shape& other) const;
  Geometry intersection(const Shape& other) const;
  static Geometry united(const std::vector<Shape>& shapes);  // all lines, or all polygons

  struct Impl;
  explicit Shape(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

inline constexpr double simplify_tolerance_m_max = 7'800'000;

std::optional<Geometry> point_buffer(const Point& point, double radius_m, double tolerance_m);
// A planar geometry with points added so that its geodesics keep near its straight edges.
std::optional<Geometry> densified(const Geometry& geometry, double tolerance_m);

}  // namespace vedette::geo
