// Kernels that are the same for IPv4 and IPv6. `Parse` reads an address; null and what is no address make null.
#pragma once

#include <algorithm>

#include "ip_address.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {

// What the mask argument says, if it is one: 0 … bits.
inline std::optional<int> mask_of(int64_t mask, int bits) {
  return mask < 0 || mask > bits ? std::nullopt : std::optional(static_cast<int>(mask));
}

inline base::Error ambiguous_prefix(const char* family) {
  return base::fail(base::ErrorCode::not_supported,
                    std::string(family) +
                        " address with a prefix shorter than that of the range it is looked for in "
                        "is not supported.");
}

template <auto Parse>
base::Result<Vector> lies_in_range(std::span<const Vector> arguments, size_t rows, const char* family) {
  bool ambiguous = false;
  auto out = map<uint8_t>(Type::bool_, arguments, rows,
                          [&](std::string_view text, std::string_view range_text) -> std::optional<uint8_t> {
                            const auto address = Parse(text), range = Parse(range_text);
                            if (!address || !range) return std::nullopt;
                            const auto inside = lies_in(*address, *range);
                            ambiguous = ambiguous || !inside;
                            return inside.value_or(false);
                          });
  if (ambiguous) return ambiguous_prefix(family);
  return out;
}

// Calls try_range(text), which says whether to go on, for the ranges of a row: the texts after the first argument, or
// the elements of its array.
template <class F>
void for_each_range(std::span<const Vector> arguments, size_t row, F try_range) {
  if (arguments[1].type() != Type::dynamic) {
    for (const Vector& argument : arguments.subspan(1))
      if (!try_range(argument.view<std::string_view>()[row])) return;
    return;
  }
  const auto view = arguments[1].view<columnar::Dynamic>();
  if (view.is_null(row) || view[row].kind() != columnar::DynamicKind::array) return;
  for (const columnar::Dynamic& item : view[row].items())
    if (!try_range(item.kind() == columnar::DynamicKind::string ? item.text() : std::string_view())) return;
}

template <auto Parse>
base::Result<Vector> lies_in_any_range(std::span<const Vector> arguments, size_t rows, const char* family) {
  columnar::VectorBuilder out(Type::bool_);
  auto* values = out.resize<uint8_t>(rows);
  const auto texts = arguments[0].view<std::string_view>();
  std::optional<base::Error> refused;
  for (size_t row = 0; row < rows && !refused; ++row) {
    const auto address = Parse(texts[row]);
    if (!address || (arguments[1].type() == Type::dynamic && arguments[1].is_null(row))) {
      out.set_null(row);
      continue;
    }
    bool found = false, unknown = false;  // "null: if conversion … wasn't successful", where no other range says yes
    for_each_range(arguments, row, [&](std::string_view text) {
      const auto range = Parse(text);
      unknown = unknown || !range;
      if (!range) return true;
      const auto inside = lies_in(*address, *range);
      if (!inside) return refused = ambiguous_prefix(family), false;
      found = found || *inside;
      return true;
    });
    values[row] = found;
    if (unknown && !found) out.set_null(row);
  }
  if (refused) return std::move(*refused);
  return out.finish();
}

}  // namespace vedette::kql
