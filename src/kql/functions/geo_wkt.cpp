// geo_from_wkt: well-known text as GeoJSON. Source: kusto/query: geo-from-wkt-function; OGC 06-103r4, section 7.
//
//   text     := tag coordinates | 'GEOMETRYCOLLECTION' '(' text {',' text} ')'
//   tag      := 'POINT' | 'LINESTRING' | 'POLYGON' | 'MULTIPOINT' | 'MULTILINESTRING' | 'MULTIPOLYGON'
// Positions have two numbers; letters' case does not count. What does not fit gives null.
#include <charconv>

#include "families.h"
#include "geo_arguments.h"

namespace vedette::kql {
namespace {

using geo::Geometry;
using geo::Kind;
using geo::Line;
using geo::Point;
using geo::Rings;

constexpr int depth_max = 20;  // of collections within each other

class WktReader {
 public:
  explicit WktReader(std::string_view text) : rest_(text) {}

  std::optional<Geometry> read() {
    auto geometry = tagged(0);
    skip_blanks();
    return rest_.empty() ? std::move(geometry) : std::nullopt;
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\n' || rest_[0] == '\r'))
      rest_.remove_prefix(1);
  }
  bool accept(char c) {
    skip_blanks();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string word() {
    skip_blanks();
    std::string out;
    while (!rest_.empty() && std::isalpha(static_cast<unsigned char>(rest_[0]))) {
      out += static_cast<char>(std::toupper(static_cast<unsigned char>(rest_[0])));
      rest_.remove_prefix(1);
    }
    return out;
  }
  std::optional<double> number() {
    skip_blanks();
    double value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc()) return std::nullopt;
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return value;
  }

  std::optional<Point> position() {
    const auto longitude = number(), latitude = longitude ? number() : std::nullopt;
    if (!latitude || !geo::is_valid({*longitude, *latitude})) return std::nullopt;
    return Point{*longitude, *latitude};
  }
  // MULTIPOINT has its positions with or without brackets.
  std::optional<Point> bracketed_position() {
    if (!accept('(')) return position();
    auto point = position();
    return accept(')') ? point : std::nullopt;
  }

  // '(' item {',' item} ')'
  template <class T, class Item>
  std::optional<std::vector<T>> list(Item item) {
    if (!accept('(')) return std::nullopt;
    std::vector<T> out;
    do {
      auto one = item();
      if (!one) return std::nullopt;
      out.push_back(std::move(*one));
    } while (accept(','));
    if (!accept(')')) return std::nullopt;
    return out;
  }
  std::optional<Line> line() {
    return list<Point>([this] { return position(); });
  }
  std::optional<Rings> rings() {
    return list<Line>([this] { return line(); });
  }

  template <class T>
  static bool set(std::vector<T>& to, std::optional<std::vector<T>> from) {
    if (from) to = std::move(*from);
    return from.has_value();
  }

  std::optional<Geometry> tagged(int depth) {
    const std::string tag = word();
    Geometry out;
    bool read = false;
    if (tag == "POINT") {
      out.kind = Kind::point;
      read = set(out.points, list<Point>([this] { return position(); })) && out.points.size() == 1;
    } else if (tag == "LINESTRING") {
      out.kind = Kind::line;
      read = set(out.lines, one(line()));
    } else if (tag == "POLYGON") {
      out.kind = Kind::polygon;
      read = set(out.polygons, one(rings()));
    } else if (tag == "MULTIPOINT") {
      out.kind = Kind::multi_point;
      read = set(out.points, list<Point>([this] { return bracketed_position(); }));
    } else if (tag == "MULTILINESTRING") {
      out.kind = Kind::multi_line;
      read = set(out.lines, rings());
    } else if (tag == "MULTIPOLYGON") {
      out.kind = Kind::multi_polygon;
      read = set(out.polygons, list<Rings>([this] { return rings(); }));
    } else if (tag == "GEOMETRYCOLLECTION" && depth < depth_max) {
      read = set(out.members, list<Geometry>([this, depth] { return tagged(depth + 1); }));
    }
    return read ? std::optional(std::move(out)) : std::nullopt;
  }

  template <class T>
  static std::optional<std::vector<T>> one(std::optional<T> value) {
    if (!value) return std::nullopt;
    std::vector<T> out;
    out.push_back(std::move(*value));
    return out;
  }

  std::string_view rest_;
};

base::Result<Vector> from_wkt(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto texts = arguments[0].view<std::string_view>();
  return geometry_rows(arguments, rows, [&](size_t row) { return WktReader(texts[row]).read(); });
}

constexpr ScalarFunction geo_wkt_table[] = {
    {"geo_from_wkt", "(string) -> dynamic", from_wkt, "A geometry in well-known text as GeoJSON."},
};

}  // namespace

std::span<const ScalarFunction> geo_wkt_functions() { return geo_wkt_table; }

}  // namespace vedette::kql
