// series_add, series_equals, series_exp and their like: element by element. "Any non-numeric element or non-existing
// element (arrays of different sizes) yields a null element value." A number in the place of a series stands for all
// its elements. What is no series gives null.
#include <algorithm>
#include <cmath>

#include "arithmetic.h"
#include "families.h"
#include "series.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicKind;

enum class Domain : uint8_t { as_inputs, real };  // whole results of whole series, or reals always

struct Operand {
  Dynamic value;

  bool is_series() const { return value.kind() == DynamicKind::array; }
  bool fits() const { return is_series() || is_number(value); }
  bool whole() const { return is_series() ? is_whole(value.items()) : value.kind() == DynamicKind::int64; }
  size_t size() const { return is_series() ? value.items().size() : 0; }
  Dynamic at(size_t i) const { return !is_series() ? value : i < size() ? value.items()[i] : Dynamic(); }
};

template <class Each>
Dynamic combined(Arena& arena, const Operand& a, const Operand& b, Each each) {
  const size_t size = std::max(a.size(), b.size());
  auto* items = arena.allocate_array<Dynamic>(size);
  for (size_t i = 0; i < size; ++i) {
    const Dynamic x = a.at(i), y = b.at(i);
    items[i] = is_number(x) && is_number(y) ? each(x, y) : Dynamic();
  }
  return Dynamic::array({items, size});
}

// `each` gets the arena and both operands; at least one is a series, and the other one or a number.
template <class Each>
Result<Vector> for_each_pair(std::span<const Vector> arguments, size_t rows, Each each) {
  return dynamic_of_rows(rows, [&](Arena& arena, size_t row) -> Result<std::optional<Dynamic>> {
    const Operand a{number_at(arguments[0], row)}, b{number_at(arguments[1], row)};
    if (has_times(a.value) || has_times(b.value)) return times_in_series();
    if (!a.fits() || !b.fits() || (!a.is_series() && !b.is_series())) return std::optional<Dynamic>();
    return std::optional(each(arena, a, b));
  });
}

template <class Operation>
Result<Vector> arithmetic(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool overflows = false;
  auto result = for_each_pair(arguments, rows, [&](Arena& arena, const Operand& a, const Operand& b) {
    const bool whole = a.whole() && b.whole();
    return combined(arena, a, b, [&](const Dynamic& x, const Dynamic& y) {
      if (!whole) return Dynamic::of(Operation::of(real_of(x), real_of(y)));
      const auto value = Operation::of(x.integer(), y.integer());
      overflows = overflows || !value;
      return Dynamic::of(value.value_or(0));
    });
  });
  if (overflows)
    return base::fail(base::ErrorCode::limit_exceeded, "An element of a calculated series does not fit into a long.");
  return result;
}

template <auto F>
Result<Vector> real_pairs(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return for_each_pair(arguments, rows, [](Arena& arena, const Operand& a, const Operand& b) {
    return combined(arena, a, b,
                    [](const Dynamic& x, const Dynamic& y) { return Dynamic::of(double{F(real_of(x), real_of(y))}); });
  });
}
double quotient(double a, double b) { return a / b; }
double power(double a, double b) { return std::pow(a, b); }

template <class Compare>
Result<Vector> comparison(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return for_each_pair(arguments, rows, [](Arena& arena, const Operand& a, const Operand& b) {
    return combined(arena, a, b, [](const Dynamic& x, const Dynamic& y) {
      if (x.kind() == DynamicKind::int64 && y.kind() == DynamicKind::int64)
        return Dynamic::of(bool{Compare()(x.integer(), y.integer())});
      return Dynamic::of(bool{Compare()(real_of(x), real_of(y))});
    });
  });
}

template <class Each>
Result<Vector> for_each_series(std::span<const Vector> arguments, size_t rows, Each each) {
  columnar::VectorBuilder out(Type::dynamic);
  auto* values = out.resize<Dynamic>(rows);
  const auto view = arguments[0].view<Dynamic>();
  RowWatch watch;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, out.arena(), steps_of_row(arguments, row)));
    if (view.is_null(row) || view[row].kind() != DynamicKind::array) {
      out.set_null(row);
      continue;
    }
    if (has_times(view[row])) return times_in_series();
    const auto series = view[row].items();
    const bool whole = is_whole(series);
    auto* items = out.arena().allocate_array<Dynamic>(series.size());
    for (size_t i = 0; i < series.size(); ++i) items[i] = is_number(series[i]) ? each(series[i], whole) : Dynamic();
    values[row] = Dynamic::array({items, series.size()});
  }
  return out.finish();
}

template <auto F>
Result<Vector> real_elements(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return for_each_series(arguments, rows,
                         [](const Dynamic& value, bool) { return Dynamic::of(double{F(real_of(value))}); });
}
double exponential(double value) { return std::exp(value); }
double sine(double value) { return std::sin(value); }
double cosine(double value) { return std::cos(value); }
double tangent(double value) { return std::tan(value); }
double arc_tangent(double value) { return std::atan(value); }
double up(double value) { return std::ceil(value); }
double down(double value) { return std::floor(value); }
double logarithm(double value) { return std::log(value); }
double arc_sine(double value) { return std::asin(value); }
double arc_cosine(double value) { return std::acos(value); }

// NaN or null for elements without a result: the page does not say.
template <auto F>
Result<Vector> partial_elements(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  bool undefined = false;
  auto result = for_each_series(arguments, rows, [&](const Dynamic& element, bool) {
    const double value = F(real_of(element));
    undefined = undefined || (std::isnan(value) && !std::isnan(real_of(element)));
    return Dynamic::of(value);
  });
  if (undefined)
    return base::fail(base::ErrorCode::not_supported,
                      "A function of a series with elements that it is not defined for is not supported.");
  return result;
}

Result<Vector> absolutes(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return for_each_series(arguments, rows, [](const Dynamic& value, bool whole) {
    if (!whole || value.integer() == INT64_MIN) return Dynamic::of(std::fabs(real_of(value)));
    return Dynamic::of(value.integer() < 0 ? -value.integer() : value.integer());
  });
}

Result<Vector> signs(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return for_each_series(arguments, rows, [](const Dynamic& value, bool) {
    const double number = real_of(value);
    return Dynamic::of(int64_t{(number > 0) - (number < 0)});
  });
}

constexpr std::string_view pair = "(dynamic, dynamic) -> dynamic";
constexpr std::string_view series_and_number = "(dynamic, long|real) -> dynamic";
constexpr std::string_view number_and_series = "(long|real, dynamic) -> dynamic";
constexpr std::string_view single = "(dynamic) -> dynamic";

struct Pairwise {
  std::string_view name;
  ScalarKernel kernel;
  std::string_view summary;
};
constexpr Pairwise pairwise[] = {
    {"series_add", arithmetic<Add>, "The sums of the elements of two series."},
    {"series_subtract", arithmetic<Subtract>, "The differences of the elements of two series."},
    {"series_multiply", arithmetic<Multiply>, "The products of the elements of two series."},
    {"series_divide", real_pairs<quotient>, "The quotients of the elements of two series, as reals."},
    {"series_pow", real_pairs<power>, "The elements of a series to the power of another's."},
    {"series_equals", comparison<std::equal_to<>>, "Whether elements are equal."},
    {"series_not_equals", comparison<std::not_equal_to<>>, "Whether elements differ."},
    {"series_less", comparison<std::less<>>, "Whether elements are less."},
    {"series_less_equals", comparison<std::less_equal<>>, "Whether elements are at most another's."},
    {"series_greater", comparison<std::greater<>>, "Whether elements are greater."},
    {"series_greater_equals", comparison<std::greater_equal<>>, "Whether elements are at least another's."},
};

constexpr ScalarFunction singles[] = {
    {"series_abs", single, absolutes, "The elements without their signs."},
    {"series_sign", single, signs, "1, 0 or -1 for each element."},
    {"series_ceiling", single, real_elements<up>, "The elements rounded up."},
    {"series_floor", single, real_elements<down>, "The elements rounded down."},
    {"series_exp", single, real_elements<exponential>, "e to the power of each element."},
    {"series_sin", single, real_elements<sine>, "The sines of the elements."},
    {"series_cos", single, real_elements<cosine>, "The cosines of the elements."},
    {"series_tan", single, real_elements<tangent>, "The tangents of the elements."},
    {"series_atan", single, real_elements<arc_tangent>, "The angles of the elements as tangents."},
    {"series_asin", single, partial_elements<arc_sine>, "The angles of the elements as sines."},
    {"series_acos", single, partial_elements<arc_cosine>, "The angles of the elements as cosines."},
    {"series_log", single, partial_elements<logarithm>, "The natural logarithms of the elements."},
};

std::vector<ScalarFunction> all() {
  std::vector<ScalarFunction> table(std::begin(singles), std::end(singles));
  for (const Pairwise& row : pairwise)
    for (const std::string_view signature : {pair, series_and_number, number_and_series})
      table.push_back({row.name, signature, row.kernel, row.summary});
  return table;
}

}  // namespace

std::span<const ScalarFunction> series_elementwise_functions() {
  static const std::vector<ScalarFunction> table = all();
  return table;
}

}  // namespace vedette::kql
