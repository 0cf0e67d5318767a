// Geohashes: base-32 names of rectangles of longitude and latitude. Source: en.wikipedia.org/wiki/Geohash.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/geo/geometry.h"

namespace vedette::geo {

inline constexpr int geohash_length_max = 18;

struct Rectangle {
  Point low, high;
};

std::string geohash(const Point& point, int length);
std::optional<Rectangle> geohash_rectangle(std::string_view hash);  // nullopt: no geohash
// The eight around it, at a pole fewer.
std::vector<std::string> geohash_neighbors(std::string_view hash);

}  // namespace vedette::geo
