// Code points and Punycode. Source: kusto/query, the page of each function.
#include "families.h"
#include "punycode.h"
#include "vedette/base/utf8.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;
using Text = std::string_view;

Result<Vector> from_text(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_dynamic(arguments, rows, [](Arena& arena, Text text) {
    auto* items = arena.allocate_array<Dynamic>(base::count_code_points(text));
    size_t count = 0;
    for (size_t at = 0; at < text.size();) items[count++] = Dynamic::of(int64_t{base::next_code_point(text, at)});
    return Dynamic::array({items, count});
  });
}

// Appends a code point, or those of an array; false for what is none.
bool append(std::string& out, int64_t code_point) {
  if (code_point < 0 || code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff)) return false;
  base::append_utf8(out, static_cast<char32_t>(code_point));
  return true;
}

bool append(std::string& out, const Dynamic& value) {
  if (value.kind() == DynamicKind::int64) return append(out, value.integer());
  if (value.kind() != DynamicKind::array) return false;
  for (const Dynamic& item : value.items())
    if (item.kind() != DynamicKind::int64 || !append(out, item.integer())) return false;
  return true;
}

bool append(std::string& out, const Vector& argument, size_t row) {
  if (argument.is_null(row)) return false;
  if (argument.type() == Type::dynamic) return append(out, argument.view<Dynamic>()[row]);
  return append(out, argument.view<int64_t>()[row]);
}

Result<Vector> to_text(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  columnar::VectorBuilder out(Type::string);
  auto* values = out.resize<Text>(rows);
  std::string text;
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena(), steps_of_row(arguments, row)));
    text.clear();
    bool known = true;
    for (const Vector& argument : arguments) known = known && append(text, argument, row);
    if (text.size() > text_bytes_max) return text_too_long();
    if (known) values[row] = out.arena().copy(text);
  }
  return out.finish();
}

template <std::optional<std::string> (*Convert)(Text)>
Result<Vector> converted(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map_text(arguments, rows, [](std::string& out, Text text) {
    if (const auto result = Convert(text)) out += *result;
  });
}

constexpr std::string_view to_text_signature = "(long|dynamic...) -> string";
constexpr ScalarFunction code_points_table[] = {
    {"unicode_codepoints_from_string", "(string) -> dynamic", from_text, "The code points of a text."},
    {"to_utf8", "(string) -> dynamic", from_text, "The code points of a text."},
    {"unicode_codepoints_to_string", to_text_signature, to_text, "A text of code points."},
    {"make_string", to_text_signature, to_text, "A text of code points."},
    {"punycode_from_string", "(string) -> string", converted<punycode_of>, "A text in Punycode."},
    {"punycode_to_string", "(string) -> string", converted<text_of_punycode>, "The text that stands in Punycode."},
    // The other way round than the two above, as the pages have it.
    {"punycode_domain_from_string", "(string) -> string", converted<domain_of_punycode>,
     "The domain's name whose labels stand in Punycode."},
    {"punycode_domain_to_string", "(string) -> string", converted<punycode_of_domain>,
     "A domain's name with its labels in Punycode."},
};

}  // namespace

std::span<const ScalarFunction> code_point_functions() { return code_points_table; }

}  // namespace vedette::kql
