// strcat, strlen, substring, tolower and their like. Positions and lengths count code points.
// Case is mapped one code point to one, as Unicode's simple mappings have it.
// Source: kusto/query, the page of each function.
#include <algorithm>
#include <vector>

#include "ascii_fold.h"
#include "families.h"
#include "vedette/base/unicode_case.h"
#include "vedette/base/utf8.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

using TextView = columnar::View<std::string_view>;

// The texts of a row, `delimiter` between them.
Result<Vector> joined(std::span<const Vector> texts, const TextView* delimiter, size_t rows) {
  std::vector<TextView> views;
  for (const Vector& argument : texts) views.push_back(argument.view<std::string_view>());
  columnar::VectorBuilder out(Type::string);
  auto* values = out.resize<std::string_view>(rows);
  std::string text;
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena()));
    text.clear();
    for (size_t i = 0; i < views.size(); ++i) {
      if (i > 0 && delimiter) text += (*delimiter)[row];
      text += views[i][row];
      if (text.size() > text_bytes_max) return text_too_long();
    }
    values[row] = out.arena().copy(text);
  }
  return out.finish();
}

Result<Vector> concatenate(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return joined(arguments, nullptr, rows);
}

Result<Vector> join_with_delimiter(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  const TextView delimiter = arguments[0].view<std::string_view>();
  return joined(arguments.subspan(1), &delimiter, rows);
}

Result<Vector> length(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::long_, arguments, rows,
                      [](std::string_view text) { return static_cast<int64_t>(base::count_code_points(text)); });
}

Result<Vector> size_in_bytes(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::long_, arguments, rows,
                      [](std::string_view text) { return static_cast<int64_t>(text.size()); });
}

// A negative start counts from the end.
std::string_view part_of(std::string_view text, int64_t start, int64_t count) {
  if (start < 0) start = std::max<int64_t>(0, static_cast<int64_t>(base::count_code_points(text)) + start);
  text.remove_prefix(base::byte_of_code_point(text, start));
  return text.substr(0, base::byte_of_code_point(text, std::max<int64_t>(0, count)));
}

Result<Vector> part(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  if (arguments.size() == 2)
    return map_text(arguments, rows, [](std::string& out, std::string_view text, int64_t start) {
      out += part_of(text, start, INT64_MAX);
    });
  return map_text(arguments, rows, [](std::string& out, std::string_view text, int64_t start, int64_t count) {
    out += part_of(text, start, count);
  });
}

template <bool Upper>
Result<Vector> change_case(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool unknown = false;
  auto result = map_text(arguments, rows, [&](std::string& out, std::string_view text) {
    if (base::is_ascii(text)) {
      for (const char c : text) out += Upper ? (c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c) : fold_ascii(c);
      return;
    }
    for (size_t at = 0; at < text.size();) {
      const auto mapped =
          Upper ? base::upper_case(base::next_code_point(text, at)) : base::lower_case(base::next_code_point(text, at));
      if (!mapped) unknown = true;
      base::append_utf8(out, mapped.value_or(0));
    }
  });
  if (unknown)
    return base::fail(base::ErrorCode::not_supported,
                      std::string(Upper ? "toupper" : "tolower") + "() of letters beyond ASCII is not supported here.");
  return result;
}

Result<Vector> compare_texts(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::long_, arguments, rows, [](std::string_view a, std::string_view b) -> int64_t {
    const int order = a.compare(b);
    return order < 0 ? -1 : order > 0;
  });
}

Result<Vector> reverse(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, std::string_view text) {
    out.resize(text.size());
    for (size_t at = 0; at < text.size();) {
      const size_t begin = at;
      base::next_code_point(text, at);
      std::copy(text.begin() + static_cast<ptrdiff_t>(begin), text.begin() + static_cast<ptrdiff_t>(at),
                out.end() - static_cast<ptrdiff_t>(at));
    }
  });
}

// "If multiplier is more than the maximal allowed value of 1024, the input string will be repeated 1024 times."
constexpr int64_t repetitions_max = 1024;

Result<Vector> repeat(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  columnar::VectorBuilder out(Type::string, rows);
  std::string text;
  const auto counts = arguments[1].view<int64_t>();
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena()));
    const auto count =
        static_cast<size_t>(counts.is_null(row) ? 0 : std::clamp<int64_t>(counts[row], 0, repetitions_max));
    const std::string_view repeated = arguments[0].view<std::string_view>()[row];
    const std::string_view between = arguments.size() > 2 ? arguments[2].view<std::string_view>()[row] : "";
    if (count > 0 && count * repeated.size() + (count - 1) * between.size() > text_bytes_max) return text_too_long();
    text.clear();
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) text += between;
      text += repeated;
    }
    out.append_copy(text);
  }
  return out.finish();
}

constexpr ScalarFunction string_table[] = {
    {"strcat", "(text...) -> string", concatenate, "Texts one after another."},
    {"strcat_delim", "(delimiter: text, text...) -> string", join_with_delimiter, "Texts with a delimiter between."},
    {"strlen", "(string) -> long", length, "How many code points a text has."},
    {"string_size", "(string) -> long", size_in_bytes, "How many bytes a text has in UTF-8."},
    {"substring", "(text, start: long, length: long?) -> string", part, "A part of a text."},
    {"tolower", "(text) -> string", change_case<false>, "A text in lower case."},
    {"toupper", "(text) -> string", change_case<true>, "A text in upper case."},
    {"strcmp", "(text, text) -> long", compare_texts, "The order of two texts: -1, 0 or 1."},
    {"reverse", "(text) -> string", reverse, "A text backwards."},
    {"strrep", "(text, count: long, delimiter: text?) -> string", repeat, "A text several times."},
};

}  // namespace

std::span<const ScalarFunction> string_functions() { return string_table; }

}  // namespace vedette::kql
