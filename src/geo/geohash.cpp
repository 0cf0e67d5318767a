#include "vedette/geo/geohash.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vedette::geo {
namespace {

constexpr std::string_view digits = "0123456789bcdefghjkmnpqrstuvwxyz";

// Bits halve the longitude and the latitude in turn.
struct Cell {
  uint64_t longitude = 0, latitude = 0;
  int longitude_bits = 0, latitude_bits = 0;
};

Cell cell_of_length(int length) {
  Cell cell;
  cell.longitude_bits = (5 * length + 1) / 2;
  cell.latitude_bits = 5 * length / 2;
  return cell;
}

uint64_t part(double degrees, double half, int bits) {
  const double share = (degrees + half) / (2 * half);
  const double count = std::ldexp(1.0, bits);
  return static_cast<uint64_t>(std::min(std::floor(share * count), count - 1));
}

std::string text_of(const Cell& cell) {
  std::string out;
  const int bits = cell.longitude_bits + cell.latitude_bits;
  int digit = 0;
  for (int i = 0, lon = cell.longitude_bits, lat = cell.latitude_bits; i < bits; ++i) {
    const uint64_t bit = i % 2 == 0 ? cell.longitude >> --lon & 1 : cell.latitude >> --lat & 1;
    digit = digit << 1 | static_cast<int>(bit);
    if (i % 5 == 4) out += digits[static_cast<size_t>(digit)], digit = 0;
  }
  return out;
}

std::optional<Cell> cell_of(std::string_view hash) {
  if (hash.empty() || hash.size() > geohash_length_max) return std::nullopt;
  Cell cell = cell_of_length(static_cast<int>(hash.size()));
  int i = 0;
  for (const char c : hash) {
    const size_t digit = digits.find(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    if (digit == std::string_view::npos) return std::nullopt;
    for (int bit = 4; bit >= 0; --bit, ++i) {
      uint64_t& axis = i % 2 == 0 ? cell.longitude : cell.latitude;
      axis = axis << 1 | (digit >> bit & 1);
    }
  }
  return cell;
}

}  // namespace

std::string geohash(const Point& point, int length) {
  Cell cell = cell_of_length(length);
  cell.longitude = part(point.longitude, 180, cell.longitude_bits);
  cell.latitude = part(point.latitude, 90, cell.latitude_bits);
  return text_of(cell);
}

std::optional<Rectangle> geohash_rectangle(std::string_view hash) {
  const auto cell = cell_of(hash);
  if (!cell) return std::nullopt;
  const double width = std::ldexp(360.0, -cell->longitude_bits), height = std::ldexp(180.0, -cell->latitude_bits);
  const Point low{-180 + width * static_cast<double>(cell->longitude),
                  -90 + height * static_cast<double>(cell->latitude)};
  return Rectangle{low, {low.longitude + width, low.latitude + height}};
}

std::vector<std::string> geohash_neighbors(std::string_view hash) {
  const auto cell = cell_of(hash);
  if (!cell) return {};
  struct Step {
    int longitude, latitude;
  };
  constexpr std::array<Step, 8> around = {Step{-1, 0}, {-1, -1}, {0, -1}, {1, -1}, {1, 1}, {1, 0}, {0, 1}, {-1, 1}};
  std::vector<std::string> out;
  for (const Step& step : around) {
    Cell next = *cell;
    const auto latitude = static_cast<int64_t>(cell->latitude) + step.latitude;
    if (latitude < 0 || latitude >= int64_t{1} << cell->latitude_bits) continue;
    next.latitude = static_cast<uint64_t>(latitude);
    next.longitude =
        (cell->longitude + static_cast<uint64_t>(step.longitude)) & ((uint64_t{1} << cell->longitude_bits) - 1);
    out.push_back(text_of(next));
  }
  return out;
}

}  // namespace vedette::geo
