// replace_string, split, indexof, translate and their like. Positions count code points.
// Source: kusto/query, the page of each function.
#include <algorithm>

#include "dynamic_rows.h"
#include "families.h"
#include "regex_pattern.h"
#include "vedette/base/utf8.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;

constexpr size_t steps_of_piece = 8;  // what finding one and adding it takes, in those of a walk

void replace_all(std::string& out, std::string_view text, std::string_view wanted, std::string_view with) {
  if (wanted.empty()) {
    out += text;
    return;
  }
  StepWatch watch;
  for (size_t at = 0;;) {
    const size_t found = text.find(wanted, at);
    out += text.substr(at, found - at);
    if (found == std::string_view::npos || out.size() > text_bytes_max) return;
    out += with;
    at = found + wanted.size();
    if (!watch.go_on(steps_of_piece + with.size() / 8, static_cast<int64_t>(out.size()))) return;
  }
}

Result<Vector> replace_string(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, replace_all);
}

// A text under replacement: what has been put in is not searched again.
struct Segment {
  std::string_view text;
  bool final = false;
};

int64_t segment_bytes(size_t segments) { return static_cast<int64_t>(segments * sizeof(Segment)); }

// Without a rewrite what is found stays, and is no longer searched.
void replace_open(std::vector<Segment>& segments, std::string_view wanted, std::optional<std::string_view> with) {
  if (wanted.empty()) return;
  std::vector<Segment> out;
  StepWatch watch;
  for (const Segment& segment : segments) {
    size_t at = 0;
    for (size_t found; !segment.final && (found = segment.text.find(wanted, at)) != std::string_view::npos;
         at = found + wanted.size()) {
      if (!watch.go_on(steps_of_piece, segment_bytes(out.capacity()))) return;
      out.push_back({segment.text.substr(at, found - at)});
      out.push_back({with.value_or(wanted), true});
    }
    out.push_back({segment.text.substr(at), segment.final});
  }
  segments = std::move(out);
}

std::optional<std::string_view> string_of(const Dynamic& value) {
  return value.kind() == columnar::DynamicKind::string ? std::optional(value.text()) : std::nullopt;
}

// The lookups one after another, each on what none before it has found. "Array element that isn't a string is ignored."
Result<Vector> replace_strings(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool uneven = false;
  auto result = map_text(arguments, rows,
                         [&](std::string& out, std::string_view text, const Dynamic& lookups, const Dynamic& rewrites) {
                           const auto from = lookups.items(), to = rewrites.items();
                           uneven = uneven || !is_array(lookups) || !is_array(rewrites) || from.size() != to.size();
                           if (uneven) return;
                           std::vector<Segment> segments{{text}};
                           StepWatch watch;
                           for (size_t i = 0; i < from.size() && watch.go_on(text.size() + segments.size()); ++i)
                             if (const auto wanted = string_of(from[i]))
                               replace_open(segments, *wanted, string_of(to[i]));
                           for (const Segment& segment : segments) {
                             out += segment.text;
                             if (out.size() > text_bytes_max) return;
                           }
                         });
  if (uneven)
    return base::fail(base::ErrorCode::semantic_error, "replace_strings() takes two arrays of the same length.");
  return result;
}

std::u32string code_points(std::string_view text) {
  std::u32string out;
  for (size_t at = 0; at < text.size();) out += base::next_code_point(text, at);
  return out;
}

// Each character of the list becomes that at its place in the replacements; the last of these stands for all beyond it.
Result<Vector> translate(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows,
                  [](std::string& out, std::string_view list, std::string_view with, std::string_view text) {
                    const std::u32string from = code_points(list), to = code_points(with);
                    StepWatch watch;
                    for (size_t at = 0; at < text.size();) {
                      const char32_t c = base::next_code_point(text, at);
                      const size_t place = from.find(c);
                      if (!watch.go_on(1 + std::min(place, from.size()))) return;
                      if (place == std::u32string::npos)
                        base::append_utf8(out, c);
                      else if (!to.empty())
                        base::append_utf8(out, to[std::min(place, to.size() - 1)]);
                    }
                  });
}

Dynamic split_text(Arena& arena, std::string_view text, std::string_view delimiter) {
  std::vector<Dynamic> parts;
  StepWatch watch;
  for (size_t at = 0;;) {
    if (!watch.go_on(steps_of_piece, static_cast<int64_t>(2 * parts.capacity() * sizeof(Dynamic)))) return {};
    const size_t end = text.find(delimiter, at);
    parts.push_back(Dynamic::string(text.substr(at, end - at)));
    if (end == std::string_view::npos) break;
    at = end + delimiter.size();
  }
  return make_array(arena, parts);
}

// With an index, an array of that part alone; null when there is none.
Result<Vector> split(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const auto delimiters = arguments[1].view<std::string_view>();
  for (size_t row = 0; row < rows; ++row)
    if (delimiters[row].empty())
      return base::fail(base::ErrorCode::not_supported, "split() by an empty delimiter is not supported.");
  if (arguments.size() == 2) return map_dynamic(arguments, rows, split_text);
  return map_dynamic(arguments, rows,
                     [](Arena& arena, std::string_view text, std::string_view delimiter, int64_t index) {
                       const Dynamic parts = split_text(arena, text, delimiter);
                       if (index < 0 || index >= static_cast<int64_t>(parts.items().size())) return Dynamic();
                       return make_array(arena, parts.items().subspan(static_cast<size_t>(index), 1));
                     });
}

// Where indexof() looks: start, length and occurrence, as far as they are given.
struct Window {
  int64_t start = 0, length = -1, occurrence = 1;
};

std::optional<Window> window_of(std::span<const Vector> options, size_t row) {
  Window window;
  int64_t* const fields[] = {&window.start, &window.length, &window.occurrence};
  for (size_t i = 0; i < options.size(); ++i) {
    const auto value = long_at(options[i], row);
    if (!value) return std::nullopt;
    *fields[i] = *value;
  }
  if (window.length < -1 || window.occurrence < 1) return std::nullopt;
  return window;
}

// A match must begin in the window, and may end beyond it: so the engine answers, other than its documentation.
struct Bytes {
  size_t begin = 0, end = 0;
};

Bytes bytes_of(std::string_view text, Window window) {
  if (window.start < 0)
    window.start = std::max<int64_t>(0, static_cast<int64_t>(base::count_code_points(text)) + window.start);
  const size_t begin = base::byte_of_code_point(text, window.start);
  if (window.length < 0) return {begin, text.size() + 1};
  const size_t size = base::byte_of_code_point(text.substr(begin), window.length);
  return {begin, begin + size};
}

int64_t code_points_before(std::string_view text, size_t byte) {
  return static_cast<int64_t>(base::count_code_points(text.substr(0, byte)));
}

Result<Vector> index_of(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  columnar::VectorBuilder out(Type::long_, rows);
  const auto texts = arguments[0].view<std::string_view>(), all_wanted = arguments[1].view<std::string_view>();
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena(), steps_of_row(arguments, row)));
    const auto window = window_of(arguments.subspan(2), row);
    if (!window) {
      out.append_null();
      continue;
    }
    const std::string_view text = texts[row], wanted = all_wanted[row];
    const Bytes bytes = bytes_of(text, *window);
    size_t found = text.find(wanted, bytes.begin);
    for (int64_t i = 1; i < window->occurrence && found != std::string_view::npos; ++i)
      found = text.find(wanted, found + 1);
    out.append<int64_t>(found == std::string_view::npos || found >= bytes.end ? -1 : code_points_before(text, found));
  }
  return out.finish();
}

// Matches do not overlap. Whether one that ends beyond the window counts is not known: such a row is refused.
int64_t regex_index(PatternCall& patterns, const re2::RE2& pattern, std::string_view text, const Window& window) {
  const Bytes bytes = bytes_of(text, window);
  const std::string_view rest = text.substr(bytes.begin);
  int64_t index = -1, left = window.occurrence;
  for_each_match(pattern, rest, 0, [&](std::span<const re2::StringPiece> found) {
    const size_t begin = bytes.begin + static_cast<size_t>(found[0].data() - rest.data());
    if (begin >= bytes.end) return false;
    if (begin + found[0].size() > bytes.end)
      return patterns.fail(base::fail(base::ErrorCode::not_supported,
                                      "indexof_regex() of a match that ends beyond its length is not supported.")),
             false;
    if (--left > 0) return true;
    index = code_points_before(text, begin);
    return false;
  });
  return index;
}

// A negative start is refused by null.
Result<Vector> index_of_regex(const CallContext& context, std::span<const Vector> arguments, size_t rows) {
  PatternCall patterns(context);
  columnar::VectorBuilder out(Type::long_, rows);
  const auto texts = arguments[0].view<std::string_view>(), sources = arguments[1].view<std::string_view>();
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena(), steps_of_row(arguments, row)));
    const auto window = window_of(arguments.subspan(2), row);
    const re2::RE2* re = patterns(sources[row], texts[row]);
    if (window && window->start >= 0 && re)
      out.append<int64_t>(regex_index(patterns, *re, texts[row], *window));
    else
      out.append_null();
  }
  return patterns.checked(out.finish());
}

constexpr ScalarFunction string_edit_table[] = {
    {"replace_string", "(string, lookup: string, rewrite: string) -> string", replace_string,
     "A text with every occurrence of another replaced."},
    {"replace_strings", "(string, lookups: dynamic, rewrites: dynamic) -> string", replace_strings,
     "A text with several others replaced."},
    {"translate", "(from: string, to: string, text: string) -> string", translate, "A text with characters replaced."},
    {"split", "(text, delimiter: string, index: long?) -> dynamic", split, "The parts of a text between delimiters."},
    {"indexof", "(text, text, start: long?, length: long?, occurrence: long?) -> long", index_of,
     "Where a text has another; -1 when it does not."},
    {"indexof_regex", "(text, regex: text, start: long?, length: long?, occurrence: long?) -> long", index_of_regex,
     "Where a regular expression matches; -1 when it does not."},
};

}  // namespace

std::span<const ScalarFunction> string_edit_functions() { return string_edit_table; }

}  // namespace vedette::kql
