// Points and cells of the sphere.
#include <s2/s2cell.h>
#include <s2/s2cell_id.h>

#include <cmath>

#include "shape.h"

namespace vedette::geo {
namespace {

// The heading of the great circle from a to b.
double heading(const Point& a, const Point& b) {
  const double to_radians = M_PI / 180;
  const double lat1 = a.latitude * to_radians, lat2 = b.latitude * to_radians;
  const double lng = (b.longitude - a.longitude) * to_radians;
  const double turn = std::atan2(std::sin(lng) * std::cos(lat2),
                                 std::cos(lat1) * std::sin(lat2) - std::sin(lat1) * std::cos(lat2) * std::cos(lng));
  return turn < 0 ? turn + 2 * M_PI : turn;
}

// A token's cell; "a" and other texts that name none are refused.
std::optional<S2CellId> cell_of(std::string_view token) {
  if (token.empty() || token.size() > 16) return std::nullopt;
  for (const char c : token)
    if (!std::isxdigit(static_cast<unsigned char>(c))) return std::nullopt;
  const S2CellId cell = S2CellId::FromToken({token.data(), token.size()});
  if (!cell.is_valid()) return std::nullopt;
  return cell;
}

}  // namespace

std::optional<double> distance_m(const Point& a, const Point& b) {
  if (!is_valid(a) || !is_valid(b)) return std::nullopt;
  return lat_lng(a).GetDistance(lat_lng(b)).radians() * earth_radius_m;
}

std::optional<double> azimuth(const Point& a, const Point& b) {
  if (!is_valid(a) || !is_valid(b) || a == b) return std::nullopt;
  return heading(a, b);
}

std::optional<double> angle(const Point& a, const Point& b, const Point& c) {
  const auto to_a = azimuth(b, a), to_c = azimuth(b, c);
  if (!to_a || !to_c) return std::nullopt;
  const double turn = *to_c - *to_a;
  return turn < 0 ? turn + 2 * M_PI : turn;
}

std::string cell_token(const Point& point, int level) { return S2CellId(lat_lng(point)).parent(level).ToToken(); }

std::optional<Point> cell_center(std::string_view token) {
  const auto cell = cell_of(token);
  if (!cell) return std::nullopt;
  return point_of(cell->ToPoint());
}

std::optional<Geometry> cell_polygon(std::string_view token) {
  const auto id = cell_of(token);
  if (!id) return std::nullopt;
  const S2Cell cell(*id);
  Line ring;
  for (int i = 0; i <= 4; ++i) ring.push_back(point_of(cell.GetVertex(i % 4)));
  return combined({}, {}, {{std::move(ring)}});
}

std::vector<std::string> cell_neighbors(std::string_view token) {
  const auto cell = cell_of(token);
  if (!cell) return {};
  std::vector<S2CellId> around;
  cell->AppendAllNeighbors(cell->level(), &around);
  std::vector<std::string> out;
  for (const S2CellId& neighbor : around) out.push_back(neighbor.ToToken());
  return out;
}

}  // namespace vedette::geo
