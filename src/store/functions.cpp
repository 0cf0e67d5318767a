#include "functions.h"

#include <array>
#include <cmath>

#include "vedette/base/unicode_case.h"
#include "vedette/base/utf8.h"

namespace vedette::store {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

int64_t code_points(std::string_view text) { return static_cast<int64_t>(base::count_code_points(text)); }

// The byte at which code point `index` begins; the size when there are fewer.
size_t byte_of(std::string_view text, int64_t index) {
  size_t at = 0;
  for (; at < text.size(); ++at)
    if (!continues(text[at]) && index-- <= 0) return at;
  return at;
}

Literal substring(std::string_view text, int64_t start, const Literal* length) {
  text.remove_prefix(byte_of(text, start));
  if (const auto* count = length ? std::get_if<int64_t>(length) : nullptr) text = text.substr(0, byte_of(text, *count));
  return std::string(text);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\f\v";
  const size_t begin = text.find_first_not_of(blanks);
  return begin == text.npos ? std::string_view{} : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// One of Unicode's simple mappings, with what it says of ASCII at hand: large texts are mostly that.
class CaseMapping {
 public:
  explicit CaseMapping(std::optional<char32_t> (*map)(char32_t)) : map_(map) {
    for (size_t c = 0; c < ascii_.size(); ++c)
      ascii_[c] = static_cast<char>(map(static_cast<char32_t>(c)).value_or(static_cast<char32_t>(c)));
  }
  std::string operator()(std::string_view text) const {
    std::string out;
    out.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
      if (const auto byte = static_cast<unsigned char>(text[at]); byte < ascii_.size()) {
        out += ascii_[byte];
        ++at;
        continue;
      }
      const char32_t c = base::next_code_point(text, at);
      base::append_utf8(out, map_(c).value_or(c));
    }
    return out;
  }

 private:
  std::optional<char32_t> (*map_)(char32_t);
  std::array<char, 128> ascii_{};
};

std::string lower(std::string_view text) {
  static const CaseMapping mapping(base::lower_case);
  return mapping(text);
}

std::string upper(std::string_view text) {
  static const CaseMapping mapping(base::upper_case);
  return mapping(text);
}

Literal of_two_texts(Function function, std::string_view text, std::string_view other) {
  switch (function) {
    case Function::contains:
      return text.find(other) != text.npos;
    case Function::contains_any_case:
      return lower(text).find(other) != std::string::npos;
    case Function::startswith:
      return text.starts_with(other);
    case Function::endswith:
      return text.ends_with(other);
    case Function::indexof: {
      const size_t at = text.find(other);
      return at == text.npos ? int64_t{-1} : code_points(text.substr(0, at));
    }
    case Function::concat:
      return std::string(text) + std::string(other);
    default:
      return {};
  }
}

Literal of_text(Function function, std::string_view text) {
  switch (function) {
    case Function::length:
      return code_points(text);
    case Function::tolower:
      return lower(text);
    case Function::toupper:
      return upper(text);
    case Function::trim:
      return std::string(trimmed(text));
    default:
      return {};
  }
}

Literal of_time(Function function, base::DateTime time) {
  const base::CivilTime civil = base::to_civil(time);
  switch (function) {
    case Function::year:
      return int64_t{civil.year};
    case Function::month:
      return int64_t{civil.month};
    case Function::day:
      return int64_t{civil.day};
    case Function::hour:
      return int64_t{civil.hour};
    case Function::minute:
      return int64_t{civil.minute};
    case Function::second:
      return int64_t{civil.second};
    case Function::date:
      return base::DateTime{time.ticks - time.ticks % base::ticks_per_day};
    default:
      return {};
  }
}

Literal of_real(Function function, double number) {
  switch (function) {
    case Function::round:
      return std::round(number);
    case Function::floor:
      return std::floor(number);
    case Function::ceiling:
      return std::ceil(number);
    default:
      return {};
  }
}

template <class F>
void for_each_item(std::string_view list, F&& f) {
  while (true) {
    const size_t comma = list.find(',');
    f(trimmed(list.substr(0, comma)));
    if (comma == list.npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

Literal call_function(Function function, std::span<const Literal> arguments) {
  if (arguments.empty()) return {};
  const auto* text = std::get_if<std::string>(&arguments[0]);
  if (function == Function::substring) {
    const auto* start = arguments.size() > 1 ? std::get_if<int64_t>(&arguments[1]) : nullptr;
    return text && start ? substring(*text, *start, arguments.size() > 2 ? &arguments[2] : nullptr) : Literal{};
  }
  if (text && arguments.size() == 2) {
    const auto* other = std::get_if<std::string>(&arguments[1]);
    return other ? of_two_texts(function, *text, *other) : Literal{};
  }
  if (text) return of_text(function, *text);
  if (const auto* time = std::get_if<base::DateTime>(&arguments[0])) return of_time(function, *time);
  if (const auto* real = std::get_if<double>(&arguments[0])) return of_real(function, *real);
  const bool rounds = function == Function::round || function == Function::floor || function == Function::ceiling;
  return rounds && std::holds_alternative<int64_t>(arguments[0]) ? arguments[0] : Literal{};
}

bool has_flags(std::string_view held, std::string_view asked) {
  bool all = true;
  for_each_item(asked, [&](std::string_view flag) {
    bool found = false;
    for_each_item(held, [&](std::string_view item) { found |= item == flag; });
    all &= found;
  });
  return all;
}

}  // namespace vedette::store
