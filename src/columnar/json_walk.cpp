#include "vedette/columnar/json_walk.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "vedette/base/utf8.h"

namespace vedette::columnar {

namespace {

// The first stage of simdjson, with the memory that it needs.
class StructureReader {
 public:
  // Valid until the next call.
  std::span<const uint32_t> places(std::string_view text) {
    constexpr size_t least_capacity = 4 << 10;
    constexpr size_t depth_max = 1;  // of the second stage, which does not run
    if (!parser_ || parser_->capacity() < text.size()) {
      const size_t capacity = std::max(least_capacity, text.size() * 2);
      const auto& simd = simdjson::get_active_implementation();
      if (simd->create_dom_parser_implementation(capacity, depth_max, parser_)) return {};
    }
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
    if (parser_->stage1(bytes, text.size(), simdjson::stage1_mode::regular)) return {};
    return {parser_->structural_indexes.get(), parser_->n_structural_indexes};
  }

 private:
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser_;
};

bool has_backslash(std::string_view text) { return text.find('\\') != std::string_view::npos; }

}  // namespace

struct JsonStructure::Impl {
  StructureReader run_reader, text_reader;
  std::string_view run;
  bool run_has_escapes = false;
  std::span<const uint32_t> places;  // of the run, from those of the next text on
};

JsonStructure::JsonStructure() : impl_(std::make_unique<Impl>()) {}
JsonStructure::~JsonStructure() = default;

void JsonStructure::expect(std::string_view run) {
  impl_->run = run;
  impl_->run_has_escapes = has_backslash(run);
  impl_->places = impl_->run_reader.places(run);
}

// A text of the run is one that begins with a bracket outside of strings: what stands before it has closed its strings,
// so that the run says of it what it alone would. Others are read alone.
JsonPlaces JsonStructure::find(std::string_view text) {
  constexpr size_t stride = 8;
  const std::string_view run = impl_->run;
  const auto begin = reinterpret_cast<uintptr_t>(text.data()) - reinterpret_cast<uintptr_t>(run.data());
  if (begin < run.size() && text.size() <= run.size() - begin) {
    auto places = impl_->places;
    size_t passed = 0;
    while (passed + stride <= places.size() && places[passed + stride - 1] < begin) passed += stride;
    while (passed < places.size() && places[passed] < begin) ++passed;
    impl_->places = places = places.subspan(passed);
    if (!places.empty() && places[0] == begin && text[0] == '{')
      return {.run = run, .places = places, .end = begin + text.size(), .has_escapes = impl_->run_has_escapes};
  }
  return {
      .run = text, .places = impl_->text_reader.places(text), .end = text.size(), .has_escapes = has_backslash(text)};
}

namespace {

constexpr size_t digits_max = 18;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

size_t digits_at(std::string_view text) {
  return static_cast<size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

std::optional<char32_t> code_unit(std::string_view text, size_t at) {
  constexpr size_t digits = 4;
  unsigned value = 0;
  if (at + digits > text.size()) return std::nullopt;
  const char* end = text.data() + at + digits;
  const auto [read, error] = std::from_chars(text.data() + at, end, value, 16);
  if (error != std::errc() || read != end) return std::nullopt;
  return value;
}

// The code point of the "\uXXXX" at `at`, which moves behind it; a pair of surrogates is one, a lone one none.
std::optional<char32_t> escaped_point(std::string_view text, size_t& at) {
  const auto first = code_unit(text, at + 2);
  if (!first) return std::nullopt;
  at += 6;
  if (*first < 0xD800 || *first > 0xDFFF) return first;
  if (*first > 0xDBFF || text.substr(at, 2) != "\\u") return std::nullopt;
  const auto second = code_unit(text, at + 2);
  if (!second || *second < 0xDC00 || *second > 0xDFFF) return std::nullopt;
  at += 6;
  return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
}

char of_short_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

// Calls plain(text) and point(code point) for what stands between the escapes and for what they stand for.
template <class Plain, class Point>
bool read_escapes(std::string_view escaped, const Plain& plain, const Point& point) {
  for (size_t at = 0; at < escaped.size();) {
    const size_t stop = std::min(escaped.find('\\', at), escaped.size());
    plain(escaped.substr(at, stop - at));
    at = stop;
    if (at + 1 >= escaped.size()) return at == escaped.size();
    if (escaped[at + 1] == 'u') {
      const auto found = escaped_point(escaped, at);
      if (!found) return false;
      point(*found);
      continue;
    }
    const char c = of_short_escape(escaped[at + 1]);
    if (c == 0) return false;
    point(static_cast<char32_t>(c));
    at += 2;
  }
  return true;
}

}  // namespace

bool has_good_escapes(std::string_view escaped) {
  return read_escapes(
      escaped, [](std::string_view) {}, [](char32_t) {});
}

bool append_unescaped(std::string& out, std::string_view escaped) {
  return read_escapes(
      escaped, [&](std::string_view text) { out += text; },
      [&](char32_t point) {
        if (point < 0x80)
          out += static_cast<char>(point);
        else
          base::append_utf8(out, point);
      });
}

bool read_integer(std::string_view token, int64_t& out) {
  const bool negative = token.starts_with('-');
  if (negative) token.remove_prefix(1);
  if (token.empty() || token.size() > digits_max || (token[0] == '0' && (token.size() > 1 || negative))) return false;
  int64_t value = 0;
  for (const char c : token) {
    if (!is_digit(c)) return false;
    value = value * 10 + (c - '0');
  }
  out = negative ? -value : value;
  return true;
}

bool is_plain_scalar(std::string_view token) {
  if (!token.empty() && !is_digit(token[0]) && token[0] != '-')
    return token == "true" || token == "false" || token == "null";
  if (token.starts_with('-')) token.remove_prefix(1);
  const size_t whole = digits_at(token);
  if (whole == 0 || whole > digits_max || (whole > 1 && token[0] == '0')) return false;
  if (whole == token.size()) return true;
  if (token[whole] != '.') return false;
  const size_t fraction = digits_at(token.substr(whole + 1));
  return fraction > 0 && fraction <= digits_max && whole + 1 + fraction == token.size();
}

bool JsonWalk::pass_key(size_t& at) const {
  if (at + 2 >= structure_.size() || byte(at) != '"' || byte(at + 1) != ':' || !good_escapes(between_quotes(at)))
    return false;
  at += 2;
  return true;
}

// The object or array at `at`, which moves behind it.
bool JsonWalk::pass_nested(size_t& at) const {
  constexpr size_t depth_max = 64;
  char open[depth_max];
  size_t depth = 0;
  while (at + 1 < structure_.size()) {
    const char first = byte(at);
    if (first == '{' || first == '[') {
      if (depth == depth_max) return false;
      open[depth++] = first;
      const char close = first == '{' ? '}' : ']';
      if (byte(++at) != close) {
        if (first == '{' && !pass_key(at)) return false;
        continue;
      }
    } else if (first == '"' ? good_escapes(between_quotes(at)) : is_plain_scalar(token(at))) {
      ++at;
    } else {
      return false;
    }
    // Behind a value: brackets that close, and then a comma.
    for (; at < structure_.size(); ++at) {
      const char next = byte(at);
      if (next == (open[depth - 1] == '{' ? '}' : ']')) {
        if (--depth > 0) continue;
        return ++at < structure_.size();
      }
      if (next != ',') return false;
      ++at;
      if (open[depth - 1] == '{' && !pass_key(at)) return false;
      break;
    }
  }
  return false;
}

}  // namespace vedette::columnar
