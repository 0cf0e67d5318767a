#include "vedette/columnar/real_text.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace vedette::columnar {
namespace {

// significand * 2^exponent
struct Scaled {
  uint64_t significand;
  int exponent;
};

// 10^-348, 10^-340, … 10^340: 64 bits each, rounded to nearest.
constexpr int first_power = -348, power_step = 8;
constexpr std::array<uint64_t, 87> power_significands = {
    0xfa8fd5a0081c0288, 0xbaaee17fa23ebf76, 0x8b16fb203055ac76, 0xcf42894a5dce35ea, 0x9a6bb0aa55653b2d,
    0xe61acf033d1a45df, 0xab70fe17c79ac6ca, 0xff77b1fcbebcdc4f, 0xbe5691ef416bd60c, 0x8dd01fad907ffc3c,
    0xd3515c2831559a83, 0x9d71ac8fada6c9b5, 0xea9c227723ee8bcb, 0xaecc49914078536d, 0x823c12795db6ce57,
    0xc21094364dfb5637, 0x9096ea6f3848984f, 0xd77485cb25823ac7, 0xa086cfcd97bf97f4, 0xef340a98172aace5,
    0xb23867fb2a35b28e, 0x84c8d4dfd2c63f3b, 0xc5dd44271ad3cdba, 0x936b9fcebb25c996, 0xdbac6c247d62a584,
    0xa3ab66580d5fdaf6, 0xf3e2f893dec3f126, 0xb5b5ada8aaff80b8, 0x87625f056c7c4a8b, 0xc9bcff6034c13053,
    0x964e858c91ba2655, 0xdff9772470297ebd, 0xa6dfbd9fb8e5b88f, 0xf8a95fcf88747d94, 0xb94470938fa89bcf,
    0x8a08f0f8bf0f156b, 0xcdb02555653131b6, 0x993fe2c6d07b7fac, 0xe45c10c42a2b3b06, 0xaa242499697392d3,
    0xfd87b5f28300ca0e, 0xbce5086492111aeb, 0x8cbccc096f5088cc, 0xd1b71758e219652c, 0x9c40000000000000,
    0xe8d4a51000000000, 0xad78ebc5ac620000, 0x813f3978f8940984, 0xc097ce7bc90715b3, 0x8f7e32ce7bea5c70,
    0xd5d238a4abe98068, 0x9f4f2726179a2245, 0xed63a231d4c4fb27, 0xb0de65388cc8ada8, 0x83c7088e1aab65db,
    0xc45d1df942711d9a, 0x924d692ca61be758, 0xda01ee641a708dea, 0xa26da3999aef774a, 0xf209787bb47d6b85,
    0xb454e4a179dd1877, 0x865b86925b9bc5c2, 0xc83553c5c8965d3d, 0x952ab45cfa97a0b3, 0xde469fbd99a05fe3,
    0xa59bc234db398c25, 0xf6c69a72a3989f5c, 0xb7dcbf5354e9bece, 0x88fcf317f22241e2, 0xcc20ce9bd35c78a5,
    0x98165af37b2153df, 0xe2a0b5dc971f303a, 0xa8d9d1535ce3b396, 0xfb9b7cd9a4a7443c, 0xbb764c4ca7a44410,
    0x8bab8eefb6409c1a, 0xd01fef10a657842c, 0x9b10a4e5e9913129, 0xe7109bfba19c0c9d, 0xac2820d9623bf429,
    0x80444b5e7aa7cf85, 0xbf21e44003acdd2d, 0x8e679c2f5e44ff8f, 0xd433179d9c8cb841, 0x9e19db92b4e31ba9,
    0xeb96bf6ebadf77d9, 0xaf87023b9bf0ee6b,
};

constexpr std::array<uint64_t, 10> powers_of_ten = {
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000,
};

// The digits of a number, and the power of ten of the last of them.
struct Digits {
  std::array<char, 20> text;
  int count = 0;
  int exponent = 0;

  void push(uint64_t digit) {
    if (digit > 0 || count > 0) text[static_cast<size_t>(count++)] = static_cast<char>('0' + digit);
  }
};

Scaled power_of_ten(int power) {
  const int log2 = (power * 217'706) >> 16;
  return {power_significands[static_cast<size_t>((power - first_power) / power_step)], log2 - 63};
}

Scaled normalized(Scaled value) {
  const int shift = std::countl_zero(value.significand);
  return {value.significand << shift, value.exponent - shift};
}

Scaled multiplied(Scaled a, Scaled b) {
  using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a.significand) * b.significand;
  const auto rounded = (product + (Wide{1} << 63)) >> 64;
  return {static_cast<uint64_t>(rounded), a.exponent + b.exponent + 64};
}

// Counts the last digit down from the upper end of the range towards the value, `distance` below that end.
void round_last(Digits& digits, uint64_t range, uint64_t rest, uint64_t unit, uint64_t distance) {
  while (rest < distance && range - rest >= unit &&
         (rest + unit < distance || distance - rest > rest + unit - distance)) {
    --digits.text[static_cast<size_t>(digits.count - 1)];
    rest += unit;
  }
}

int decimal_digits(uint32_t value) {
  int count = 1;
  while (count < 10 && value >= powers_of_ten[static_cast<size_t>(count)]) ++count;
  return count;
}

// The digits of `upper` until what is left is within `range`. `distance` is from the value to `upper`.
void generate(Digits& digits, Scaled upper, uint64_t range, uint64_t distance) {
  const int shift = -upper.exponent;
  auto whole = static_cast<uint32_t>(upper.significand >> shift);
  uint64_t fraction = upper.significand & ((uint64_t{1} << shift) - 1);
  for (int left = decimal_digits(whole); left > 0;) {
    const uint64_t unit = powers_of_ten[static_cast<size_t>(--left)];
    digits.push(whole / unit);
    whole = static_cast<uint32_t>(whole % unit);
    const uint64_t rest = (static_cast<uint64_t>(whole) << shift) + fraction;
    if (rest <= range) {
      digits.exponent += left;
      return round_last(digits, range, rest, unit << shift, distance);
    }
  }
  for (size_t after = 1;; ++after) {
    fraction *= 10, range *= 10;
    digits.push(fraction >> shift);
    fraction &= (uint64_t{1} << shift) - 1;
    if (fraction >= range) continue;
    digits.exponent -= static_cast<int>(after);
    return round_last(digits, range, fraction, uint64_t{1} << shift, after < 9 ? distance * powers_of_ten[after] : 0);
  }
}

// `value` is positive and finite.
Digits digits_of(double value) {
  constexpr uint64_t hidden_bit = uint64_t{1} << 52;
  const auto bits = std::bit_cast<uint64_t>(value);
  const auto biased = static_cast<int>(bits >> 52);
  const uint64_t stored = bits & (hidden_bit - 1);
  const Scaled exact = biased > 0 ? Scaled{stored | hidden_bit, biased - 1075} : Scaled{stored, -1074};
  const Scaled above = normalized({exact.significand * 2 + 1, exact.exponent - 1});
  Scaled below = exact.significand == hidden_bit ? Scaled{exact.significand * 4 - 1, exact.exponent - 2}
                                                 : Scaled{exact.significand * 2 - 1, exact.exponent - 1};
  below = {below.significand << (below.exponent - above.exponent), above.exponent};

  const auto wanted = static_cast<int>(std::ceil((-61 - above.exponent) * 0.30102999566398114 + 347));
  const int power = first_power + power_step * (wanted / power_step + 1);
  const Scaled factor = power_of_ten(power);
  const Scaled scaled = multiplied(normalized(exact), factor);
  Scaled upper = multiplied(above, factor);
  const uint64_t lower = multiplied(below, factor).significand + 1;
  --upper.significand;

  Digits digits{{}, 0, -power};
  generate(digits, upper, upper.significand - lower, upper.significand - scaled.significand);
  return digits;
}

void append_digits(std::string& out, const Digits& digits) {
  const std::string_view text(digits.text.data(), static_cast<size_t>(digits.count));
  const int point = digits.count + digits.exponent;  // where the point stands among the digits
  if (digits.exponent >= 0 && point <= 21) {
    out += text;
    out.append(static_cast<size_t>(digits.exponent), '0');
    out += ".0";
  } else if (point > 0 && point <= 21) {
    out += text.substr(0, static_cast<size_t>(point));
    out += '.';
    out += text.substr(static_cast<size_t>(point));
  } else if (point > -6 && point <= 0) {
    out += "0.";
    out.append(static_cast<size_t>(-point), '0');
    out += text;
  } else {
    out += text.front();
    if (text.size() > 1) (out += '.') += text.substr(1);
    out += 'e';
    out += std::to_string(point - 1);
  }
}

}  // namespace

void append_real_text(std::string& out, double value) {
  if (std::signbit(value)) out += '-';
  if (value == 0)
    out += "0.0";
  else
    append_digits(out, digits_of(std::fabs(value)));
}

}  // namespace vedette::columnar
