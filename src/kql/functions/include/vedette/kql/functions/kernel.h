// Kernels from plain functions: the loops, nulls and constants are written once, here.
//
//   Result<Vector> strlen_kernel(ctx, args, rows) { return map<int64_t>(Type::long_, args, rows, [](std::string_view s)
//   { … }); }
//
// map<R>(type, arguments, rows, f): calls f with the native values of a row (types deduced from f's parameters). Null
// in, null out. f returns R, or std::optional<R> where nullopt is null. map_text(arguments, rows, f): f appends its
// text to a std::string& it gets first; returns void, or bool (false: null → ""). A text longer than text_bytes_max
// ends the query: f may stop as soon as it is. map_dynamic(arguments, rows, f): f
// gets an Arena& first and returns a Dynamic; one that is null makes a null, as in every column of dynamics.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "vedette/kql/functions/call_scope.h"
#include "vedette/kql/functions/function.h"

namespace vedette::kql {

// How much work a look at all of a value is, in steps of a few nanoseconds.
inline size_t steps_of(const columnar::Dynamic& value) { return size_t{1} << value.weight(); }
inline size_t steps_of(std::string_view text) { return text.size() / 16; }
template <class T>
size_t steps_of(const T&) {
  return 0;
}

// Of the texts and dynamics in a row.
inline size_t steps_of_row(std::span<const Vector> arguments, size_t row) {
  size_t steps = 0;
  for (const Vector& argument : arguments) {
    if (argument.type() == Type::string) steps += steps_of(argument.view<std::string_view>()[row]);
    if (argument.type() == Type::dynamic && !argument.is_null(row))
      steps += steps_of(argument.view<columnar::Dynamic>()[row]);
  }
  return steps;
}

// Asks may_go_on() every few rows, after rows that were much work, and whenever the result has grown by a megabyte.
class RowWatch {
 public:
  // Of what the result holds, the caller has charged so much before.
  explicit RowWatch(int64_t charged_bytes = 0) : charged_bytes_(charged_bytes), seen_bytes_(charged_bytes) {}
  base::Status before(size_t row, const columnar::Arena& held, size_t steps = 0) {
    steps_ += steps;
    if (row % rows_between != 0 && steps_ < steps_between && held.reserved_bytes() < seen_bytes_ + bytes_between)
      return {};
    steps_ = 0;
    seen_bytes_ = held.reserved_bytes();
    return may_go_on(seen_bytes_ - charged_bytes_);
  }

 private:
  static constexpr size_t rows_between = 16;  // a row may be a regex over a long text
  static constexpr int64_t bytes_between = 1 << 20;
  static constexpr size_t steps_between = 1 << 17;
  size_t steps_ = 0;
  const int64_t charged_bytes_;
  int64_t seen_bytes_;
};

// The kernel of conversions from a type to itself.
inline base::Result<Vector> unchanged(const CallContext&, std::span<const Vector> arguments, size_t) {
  return arguments[0];
}

// What a call site keeps from call to call (a compiled pattern, a parser): made by `make` at the first call.
template <class State, class Make>
std::shared_ptr<State> call_state(const CallContext& context, Make make) {
  if (!context.state) return make();
  if (!*context.state) *context.state = make();
  return std::static_pointer_cast<State>(*context.state);
}

namespace detail {

template <class T>
struct Signature : Signature<decltype(&T::operator())> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) const> {
  using Result = R;
  using Arguments = std::tuple<std::decay_t<A>...>;
};
template <class R, class... A>
struct Signature<R (*)(A...)> {
  using Result = R;
  using Arguments = std::tuple<std::decay_t<A>...>;
};

template <class Tuple, size_t Skip, size_t... I>
auto views_of(std::span<const Vector> arguments, std::index_sequence<I...>) {
  return std::make_tuple(arguments[I].template view<std::tuple_element_t<I + Skip, Tuple>>()...);
}

// Whether a value of T may be long, so that a few rows are much work.
template <class T>
inline constexpr bool is_long = std::is_same_v<T, std::string_view> || std::is_same_v<T, columnar::Dynamic>;
template <class Tuple>
struct HasLong;
template <class... T>
struct HasLong<std::tuple<T...>> {
  static constexpr bool value = (is_long<T> || ...);
};

// Calls `body(row, values…)` for every row without a null argument and `null(row)` for the others. `held` is what the
// result's values point into.
template <class Tuple, size_t Skip, class Body, class Null>
base::Status for_each_row(std::span<const Vector> arguments, size_t rows, const columnar::Arena& held, Body body,
                          Null null) {
  constexpr size_t count = std::tuple_size_v<Tuple> - Skip;
  constexpr bool watched = Skip > 0 || HasLong<Tuple>::value;
  const auto views = views_of<Tuple, Skip>(arguments, std::make_index_sequence<count>());
  return std::apply(
      [&](const auto&... view) -> base::Status {
        const bool nulls = (view.may_have_nulls() || ...);
        RowWatch watch;
        // Rows of numbers alone are so little work that one look does for many.
        constexpr size_t block_rows = watched ? 1 : 4096;
        for (size_t begin = 0; begin < rows; begin += block_rows) {
          TRY(watched ? watch.before(begin, held, (steps_of(view[begin]) + ... + 0)) : may_go_on());
          for (size_t row = begin; row < std::min(begin + block_rows, rows); ++row) {
            if (nulls && (view.is_null(row) || ...))
              null(row);
            else
              body(row, view[row]...);
          }
        }
        return watched ? may_go_on() : base::Status();  // a body may have given up
      },
      views);
}

}  // namespace detail

template <class R, class F>
base::Result<Vector> map(Type type, std::span<const Vector> arguments, size_t rows, F f) {
  using S = detail::Signature<F>;
  columnar::VectorBuilder out(type);
  R* values = out.resize<R>(rows);
  TRY(detail::for_each_row<typename S::Arguments, 0>(
      arguments, rows, out.arena(),
      [&](size_t row, const auto&... value) {
        if constexpr (std::is_same_v<typename S::Result, std::optional<R>>) {
          if (const auto result = f(value...))
            values[row] = *result;
          else
            out.set_null(row);
        } else {
          values[row] = f(value...);
        }
      },
      [&](size_t row) { out.set_null(row); }));
  return out.finish();
}

template <class F>
base::Result<Vector> map_text(std::span<const Vector> arguments, size_t rows, F f) {
  using S = detail::Signature<F>;
  columnar::VectorBuilder out(Type::string);
  auto* values = out.resize<std::string_view>(rows);
  std::string text;
  bool too_long = false;
  TRY(detail::for_each_row<typename S::Arguments, 1>(
      arguments, rows, out.arena(),
      [&](size_t row, const auto&... value) {
        text.clear();
        if constexpr (std::is_same_v<typename S::Result, bool>) {
          if (!f(text, value...)) return;
        } else {
          f(text, value...);
        }
        too_long = too_long || text.size() > text_bytes_max;
        if (!too_long) values[row] = out.arena().copy(text);
      },
      [](size_t) {}));
  if (too_long) return text_too_long();
  return out.finish();
}

template <class F>
base::Result<Vector> map_dynamic(std::span<const Vector> arguments, size_t rows, F f) {
  using S = detail::Signature<F>;
  columnar::VectorBuilder out(Type::dynamic);
  auto* values = out.resize<columnar::Dynamic>(rows);
  for (const Vector& argument : arguments) out.keep_alive(argument);  // results may point into their arguments
  TRY(detail::for_each_row<typename S::Arguments, 1>(
      arguments, rows, out.arena(),
      [&](size_t row, const auto&... value) {
        values[row] = f(out.arena(), value...);
        if (values[row].is_null()) out.set_null(row);
      },
      [&](size_t row) { out.set_null(row); }));
  return out.finish();
}

}  // namespace vedette::kql
