// KQL's decimal: an exact decimal number of up to 34 significant digits, value = coefficient × 10^-scale.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vedette::columnar {

struct Decimal {
  __int128 coefficient = 0;
  int32_t scale = 0;  // 0 … 34
};

std::string to_string(const Decimal& value);  // plain digits, no exponent, no trailing zeros
std::optional<Decimal> parse_decimal(
    std::string_view text);  // digits, point, exponent; nullopt when not exact in 34 digits
Decimal decimal_from_long(int64_t value);
std::optional<Decimal> decimal_from_real(double value);  // the shortest decimal text that reads back equal
double to_real(const Decimal& value);
std::optional<int64_t> to_long(const Decimal& value);  // truncates toward zero
std::strong_ordering compare(const Decimal& a, const Decimal& b);

// nullopt on overflow, and on division by zero.
std::optional<Decimal> add(const Decimal& a, const Decimal& b);
std::optional<Decimal> subtract(const Decimal& a, const Decimal& b);
std::optional<Decimal> multiply(const Decimal& a, const Decimal& b);
std::optional<Decimal> divide(const Decimal& a, const Decimal& b);  // rounded half to even at 34 digits
std::optional<Decimal> remainder(const Decimal& a, const Decimal& b);

}  // namespace vedette::columnar
