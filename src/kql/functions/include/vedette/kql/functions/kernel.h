// Kernels from plain functions: the loops, nulls and constants are written once, here.
//
//   Result<Vector> strlen_kernel(ctx, args, rows) { return map<int64_t>(Type::long_, args, rows, [](std::string_view s)
//   { … }); }
//
// map<R>(type, arguments, rows, f): calls f with the native values of a row (types deduced from f's parameters). Null
// in, null out. f returns R, or std::optional<R> where nullopt is null. map_text(arguments, rows, f): f appends its
// text to a std::string& it gets first; returns void, or bool (false: null → ""). map_dynamic(arguments, rows, f): f
// gets an Arena& first and returns a Dynamic.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "vedette/kql/functions/function.h"

namespace vedette::kql {

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

// Calls `body(row, values…)` for every row without a null argument and `null(row)` for the others.
template <class Tuple, size_t Skip, class Body, class Null>
void for_each_row(std::span<const Vector> arguments, size_t rows, Body body, Null null) {
  constexpr size_t count = std::tuple_size_v<Tuple> - Skip;
  const auto views = views_of<Tuple, Skip>(arguments, std::make_index_sequence<count>());
  std::apply(
      [&](const auto&... view) {
        const bool nulls = (view.may_have_nulls() || ...);
        for (size_t row = 0; row < rows; ++row) {
          if (nulls && (view.is_null(row) || ...))
            null(row);
          else
            body(row, view[row]...);
        }
      },
      views);
}

}  // namespace detail

template <class R, class F>
base::Result<Vector> map(Type type, std::span<const Vector> arguments, size_t rows, F f) {
  using S = detail::Signature<F>;
  columnar::VectorBuilder out(type);
  R* values = out.resize<R>(rows);
  detail::for_each_row<typename S::Arguments, 0>(
      arguments, rows,
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
      [&](size_t row) { out.set_null(row); });
  return out.finish();
}

template <class F>
base::Result<Vector> map_text(std::span<const Vector> arguments, size_t rows, F f) {
  using S = detail::Signature<F>;
  columnar::VectorBuilder out(Type::string);
  auto* values = out.resize<std::string_view>(rows);
  std::string text;
  detail::for_each_row<typename S::Arguments, 1>(
      arguments, rows,
      [&](size_t row, const auto&... value) {
        text.clear();
        if constexpr (std::is_same_v<typename S::Result, bool>) {
          if (!f(text, value...)) return;
        } else {
          f(text, value...);
        }
        values[row] = out.arena().copy(text);
      },
      [](size_t) {});
  return out.finish();
}

template <class F>
base::Result<Vector> map_dynamic(std::span<const Vector> arguments, size_t rows, F f) {
  using S = detail::Signature<F>;
  columnar::VectorBuilder out(Type::dynamic);
  auto* values = out.resize<columnar::Dynamic>(rows);
  for (const Vector& argument : arguments) out.keep_alive(argument);  // results may point into their arguments
  detail::for_each_row<typename S::Arguments, 1>(
      arguments, rows, [&](size_t row, const auto&... value) { values[row] = f(out.arena(), value...); },
      [&](size_t row) { out.set_null(row); });
  return out.finish();
}

}  // namespace vedette::kql
