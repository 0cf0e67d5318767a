// Units of measurement, by dimension.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vedette::kql {

enum class Dimension : uint8_t { angle, energy, force, length, mass, speed, temperature, volume };

// `value` of this unit is value * factor + offset of the dimension's base unit. Factor 0: not known.
struct Unit {
  std::string_view name;
  double factor = 0;
  double offset = 0;
};

std::span<const Unit> units_of(Dimension dimension);

}  // namespace vedette::kql
