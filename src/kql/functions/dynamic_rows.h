// Kernels whose arguments are many, and results that are arrays and bags.
#pragma once

#include <algorithm>
#include <span>

#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {

// A column of f(arena, row), which returns a Dynamic. Results may point into the arguments.
template <class F>
base::Result<Vector> dynamic_rows(std::span<const Vector> arguments, size_t rows, F f) {
  columnar::VectorBuilder out(Type::dynamic);
  auto* values = out.resize<columnar::Dynamic>(rows);
  for (const Vector& argument : arguments) out.keep_alive(argument);
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena(), steps_of_row(arguments, row)));
    values[row] = f(out.arena(), row);
    if (values[row].is_null()) out.set_null(row);
  }
  TRY(may_go_on());
  return out.finish();
}

// Whether there is memory for an array of so many elements. When not, a kernel may give any value: goes_on().
inline bool has_room_for(size_t elements) {
  constexpr size_t few = 1 << 14;
  return elements <= few || base::goes_on(static_cast<int64_t>(elements * sizeof(columnar::Dynamic)));
}

// An array of these items, and a bag of these members; what they point into is not copied.
inline columnar::Dynamic make_array(columnar::Arena& arena, std::span<const columnar::Dynamic> items) {
  if (!has_room_for(items.size())) return {};
  auto* copies = arena.allocate_array<columnar::Dynamic>(items.size());
  std::copy(items.begin(), items.end(), copies);
  return columnar::Dynamic::array({copies, items.size()});
}
inline columnar::Dynamic make_bag(columnar::Arena& arena, std::span<const columnar::DynamicMember> members) {
  auto* copies = arena.allocate_array<columnar::DynamicMember>(members.size());
  std::copy(members.begin(), members.end(), copies);
  return columnar::Dynamic::bag({copies, members.size()});
}
inline columnar::Dynamic make_bag(columnar::Arena& arena, std::initializer_list<columnar::DynamicMember> members) {
  return make_bag(arena, std::span(members.begin(), members.size()));
}

// The dynamic in `row`, null where the column is.
inline columnar::Dynamic dynamic_at(const Vector& column, size_t row) {
  const auto view = column.view<columnar::Dynamic>();
  return view.is_null(row) ? columnar::Dynamic() : view[row];
}
inline std::optional<int64_t> long_at(const Vector& column, size_t row) {
  const auto view = column.view<int64_t>();
  return view.is_null(row) ? std::nullopt : std::optional(view[row]);
}

inline bool is_array(const columnar::Dynamic& value) { return value.kind() == columnar::DynamicKind::array; }
inline bool is_bag(const columnar::Dynamic& value) { return value.kind() == columnar::DynamicKind::bag; }

// The text that tostring() gives: strings as they are, null as "", all else as JSON (times without its quotes).
void append_text(std::string& out, const columnar::Dynamic& value);

}  // namespace vedette::kql
