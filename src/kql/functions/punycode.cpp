// The algorithm and its names are those of RFC 3492, sections 5 and 6.
#include "punycode.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "vedette/base/utf8.h"

namespace vedette::kql {
namespace {

constexpr uint32_t base_digits = 36, t_min = 1, t_max = 26, skew = 38, damp = 700, initial_bias = 72;
constexpr char32_t initial_n = 0x80;
constexpr size_t code_points_max = 65'536;  // insertion is quadratic: longer texts have no Punycode here

uint32_t adapted_bias(uint32_t delta, size_t count, bool first) {
  delta = first ? delta / damp : delta / 2;
  delta += delta / static_cast<uint32_t>(count);
  uint32_t k = 0;
  for (; delta > (base_digits - t_min) * t_max / 2; k += base_digits) delta /= base_digits - t_min;
  return k + (base_digits - t_min + 1) * delta / (delta + skew);
}

uint32_t threshold(uint32_t k, uint32_t bias) { return k <= bias ? t_min : std::clamp(k - bias, t_min, t_max); }

char digit(uint32_t value) { return static_cast<char>(value < 26 ? 'a' + value : '0' + value - 26); }

std::optional<uint32_t> value_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint32_t>(c - '0' + 26);
  const char lower = static_cast<char>(c | 0x20);
  if (lower < 'a' || lower > 'z') return std::nullopt;
  return static_cast<uint32_t>(lower - 'a');
}

void append_delta(std::string& out, uint32_t delta, uint32_t bias) {
  for (uint32_t k = base_digits;; k += base_digits) {
    const uint32_t t = threshold(k, bias);
    if (delta < t) break;
    out += digit(t + (delta - t) % (base_digits - t));
    delta = (delta - t) / (base_digits - t);
  }
  out += digit(delta);
}

// The labels of a domain's name, each converted. Between them is a full stop of one of four kinds (RFC 3490, 3.1).
template <class F>
std::optional<std::string> by_label(std::string_view domain, F convert) {
  constexpr std::u32string_view full_stops = U".\u3002\uff0e\uff61";
  std::string out;
  size_t begin = 0;
  for (size_t at = 0; at <= domain.size();) {
    const size_t end = at;
    if (at < domain.size() && full_stops.find(base::next_code_point(domain, at)) == full_stops.npos) continue;
    const std::optional<std::string> converted = convert(domain.substr(begin, end - begin));
    if (!converted) return std::nullopt;
    out += *converted;
    if (end == domain.size()) break;
    out += '.';
    begin = at;
  }
  return out;
}

}  // namespace

std::optional<std::string> punycode_of(std::string_view text) {
  if (base::count_code_points(text) > code_points_max) return std::nullopt;
  std::vector<char32_t> input;
  std::string out;
  for (size_t at = 0; at < text.size();) input.push_back(base::next_code_point(text, at));
  for (const char32_t c : input)
    if (c < initial_n) out += static_cast<char>(c);
  const size_t basic = out.size();
  size_t handled = basic;
  if (basic > 0) out += '-';
  uint32_t delta = 0, bias = initial_bias;
  for (char32_t n = initial_n; handled < input.size(); ++n, ++delta) {
    char32_t next = 0x110000;
    for (const char32_t c : input)
      if (c >= n) next = std::min(next, c);
    uint32_t step = 0;
    if (__builtin_mul_overflow(static_cast<uint32_t>(next - n), static_cast<uint32_t>(handled + 1), &step) ||
        __builtin_add_overflow(delta, step, &delta))
      return std::nullopt;
    n = next;
    for (const char32_t c : input) {
      if (c < n && ++delta == 0) return std::nullopt;
      if (c != n) continue;
      append_delta(out, delta, bias);
      bias = adapted_bias(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
  }
  return out;
}

std::optional<std::string> text_of_punycode(std::string_view punycode) {
  if (!base::is_ascii(punycode) || punycode.size() > code_points_max) return std::nullopt;
  const size_t hyphen = punycode.rfind('-');
  const size_t basic = hyphen == std::string_view::npos ? 0 : hyphen;
  std::u32string output(punycode.begin(), punycode.begin() + static_cast<std::ptrdiff_t>(basic));
  uint32_t n = initial_n, i = 0, bias = initial_bias;
  for (size_t at = basic > 0 ? basic + 1 : 0; at < punycode.size();) {
    const uint32_t before = i;
    uint32_t weight = 1;
    for (uint32_t k = base_digits;; k += base_digits) {
      const auto value = at < punycode.size() ? value_of(punycode[at++]) : std::nullopt;
      uint32_t step = 0;
      if (!value || __builtin_mul_overflow(*value, weight, &step) || __builtin_add_overflow(i, step, &i))
        return std::nullopt;
      const uint32_t t = threshold(k, bias);
      if (*value < t) break;
      if (__builtin_mul_overflow(weight, base_digits - t, &weight)) return std::nullopt;
    }
    const auto count = static_cast<uint32_t>(output.size() + 1);
    bias = adapted_bias(i - before, count, before == 0);
    if (__builtin_add_overflow(n, i / count, &n) || n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff)) return std::nullopt;
    i %= count;
    output.insert(i++, 1, static_cast<char32_t>(n));
  }
  std::string out;
  for (const char32_t c : output) base::append_utf8(out, c);
  return out;
}

std::optional<std::string> punycode_of_domain(std::string_view domain) {
  return by_label(domain, [](std::string_view label) -> std::optional<std::string> {
    if (base::is_ascii(label)) return std::string(label);
    const auto encoded = punycode_of(label);
    return encoded ? std::optional("xn--" + *encoded) : std::nullopt;
  });
}

std::optional<std::string> domain_of_punycode(std::string_view domain) {
  return by_label(domain, [](std::string_view label) -> std::optional<std::string> {
    if (!label.starts_with("xn--")) return std::string(label);
    return text_of_punycode(label.substr(4));
  });
}

}  // namespace vedette::kql
