// bin, floor and bin_at: the multiple of a size at or below a value. Source: kusto/query: bin-function.md,
// bin-at-function.md.
#include <cmath>

#include "calendar.h"
#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Decimal;

// Null unless the size is positive.
std::optional<int64_t> rounded_down(int64_t value, int64_t size) {
  if (size <= 0) return std::nullopt;
  const int64_t rest = value % size;
  return checked_subtract(value, rest < 0 ? rest + size : rest);
}

std::optional<double> rounded_down(double value, double size) {
  if (!(size > 0)) return std::nullopt;
  return std::floor(value / size) * size;
}

std::optional<Decimal> rounded_down(const Decimal& value, const Decimal& size) {
  if (size.coefficient <= 0) return std::nullopt;
  auto rest = columnar::remainder(value, size);
  if (rest && rest->coefficient < 0) rest = columnar::add(*rest, size);
  return rest ? columnar::subtract(value, *rest) : std::nullopt;
}

template <class T>
std::optional<T> within(Type type, std::optional<T> value) {
  if constexpr (std::is_same_v<T, int64_t>)
    if (type == Type::datetime) return in_calendar(value);
  return value;
}

// Of neighbours most fall into one bin: then nothing is divided.
template <Type Out>
Result<Vector> bin_of_integers(std::span<const Vector> arguments, size_t rows) {
  const int64_t size = arguments[1].view<int64_t>()[0];
  const auto values = arguments[0].view<int64_t>();
  columnar::VectorBuilder out(Out);
  auto* bins = out.resize<int64_t>(rows);
  int64_t begin = 0;
  uint64_t span = 0;  // of the last bin; 0: there is none
  for (size_t row = 0; row < rows; ++row) {
    const int64_t value = values[row];
    if (static_cast<uint64_t>(value) - static_cast<uint64_t>(begin) >= span) {
      const auto bin = values.is_null(row) ? std::nullopt : within<int64_t>(Out, rounded_down(value, size));
      if (!bin) {
        out.set_null(row);
        span = 0;
        continue;
      }
      begin = *bin, span = static_cast<uint64_t>(size);
    } else if (values.is_null(row)) {
      out.set_null(row);
      continue;
    }
    bins[row] = begin;
  }
  return out.finish();
}

template <class T, Type Out>
Result<Vector> bin(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  if constexpr (std::is_same_v<T, int64_t>)
    if (arguments[1].is_constant() && !arguments[1].is_null(0)) return bin_of_integers<Out>(arguments, rows);
  return map<T>(Out, arguments, rows,
                [](const T& value, const T& size) { return within<T>(Out, rounded_down(value, size)); });
}

std::optional<int64_t> rounded_down_at(int64_t value, int64_t size, int64_t fixed) {
  const auto distance = checked_subtract(value, fixed);
  const auto bins = distance ? rounded_down(*distance, size) : std::nullopt;
  return bins ? checked_add(*bins, fixed) : std::nullopt;
}

std::optional<double> rounded_down_at(double value, double size, double fixed) {
  const auto bins = rounded_down(value - fixed, size);
  return bins ? std::optional(*bins + fixed) : std::nullopt;
}

std::optional<Decimal> rounded_down_at(const Decimal& value, const Decimal& size, const Decimal& fixed) {
  const auto distance = columnar::subtract(value, fixed);
  const auto bins = distance ? rounded_down(*distance, size) : std::nullopt;
  return bins ? columnar::add(*bins, fixed) : std::nullopt;
}

template <class T, Type Out>
Result<Vector> bin_at(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<T>(Out, arguments, rows, [](const T& value, const T& size, const T& fixed) {
    return within<T>(Out, rounded_down_at(value, size, fixed));
  });
}

constexpr std::string_view summary = "A value rounded down to a multiple.";
constexpr std::string_view at_summary = "A value rounded down to a multiple, counted from a fixed point.";
constexpr ScalarFunction bins_table[] = {
    {"bin", "(long, long) -> long", bin<int64_t, Type::long_>, summary},
    {"bin", "(real, real) -> real", bin<double, Type::real>, summary},
    {"bin", "(decimal, decimal) -> decimal", bin<Decimal, Type::decimal>, summary},
    {"bin", "(datetime, timespan) -> datetime", bin<int64_t, Type::datetime>, summary},
    {"bin", "(timespan, timespan) -> timespan", bin<int64_t, Type::timespan>, summary},
    {"floor", "(long, long) -> long", bin<int64_t, Type::long_>, summary},
    {"floor", "(real, real) -> real", bin<double, Type::real>, summary},
    {"floor", "(decimal, decimal) -> decimal", bin<Decimal, Type::decimal>, summary},
    {"floor", "(datetime, timespan) -> datetime", bin<int64_t, Type::datetime>, summary},
    {"floor", "(timespan, timespan) -> timespan", bin<int64_t, Type::timespan>, summary},
    {"bin_at", "(long, size: long, at: long) -> long", bin_at<int64_t, Type::long_>, at_summary},
    {"bin_at", "(real, size: real, at: real) -> real", bin_at<double, Type::real>, at_summary},
    {"bin_at", "(decimal, size: decimal, at: decimal) -> decimal", bin_at<Decimal, Type::decimal>, at_summary},
    {"bin_at", "(datetime, size: timespan, at: datetime) -> datetime", bin_at<int64_t, Type::datetime>, at_summary},
    {"bin_at", "(timespan, size: timespan, at: timespan) -> timespan", bin_at<int64_t, Type::timespan>, at_summary},
};

}  // namespace

std::span<const ScalarFunction> bin_functions() { return bins_table; }

}  // namespace vedette::kql
