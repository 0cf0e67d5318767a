// series_fft and series_ifft. Source: kusto/query: series-fft-function.md, series-ifft-function.md.
#include "families.h"
#include "fourier.h"
#include "series.h"

namespace vedette::kql {
namespace {

using base::Result;
using columnar::Arena;
using columnar::Dynamic;
using columnar::DynamicMember;

// The binder makes two columns of it: the real parts and the imaginary ones.
Dynamic parts_of(Arena& arena, const Complexes& values) {
  Reals real, imaginary;
  for (const auto& value : values) real.push_back(value.real()), imaginary.push_back(value.imag());
  auto* members = arena.allocate_array<DynamicMember>(2);
  members[0] = {"real", array_of(arena, real)};
  members[1] = {"imag", array_of(arena, imaginary)};
  return Dynamic::bag({members, 2});
}

template <Transform Direction>
Result<Vector> transformed(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return dynamic_of_rows(rows, [&](Arena& arena, size_t row) -> Result<std::optional<Dynamic>> {
    const auto real = TRY(reals_at("series_fft", arguments[0], row));
    if (!real) return std::optional<Dynamic>();
    Complexes values(real->begin(), real->end());
    if (arguments.size() > 1) {
      const auto imaginary = TRY(reals_at("series_fft", arguments[1], row));
      if (!imaginary) return std::optional<Dynamic>();
      if (imaginary->size() != real->size()) return missing_elements("series_fft");
      for (size_t i = 0; i < values.size(); ++i) values[i].imag((*imaginary)[i]);
    }
    TRY(transform(values, Direction));
    if (Direction == Transform::backward)
      for (auto& value : values) value /= static_cast<double>(values.size());
    return std::optional(parts_of(arena, values));
  });
}

constexpr std::string_view signature = "(real: dynamic, imaginary: dynamic?) -> dynamic";
constexpr ScalarFunction series_transform_table[] = {
    {"series_fft as a bag", signature, transformed<Transform::forward>, "The frequencies of a series."},
    {"series_ifft as a bag", signature, transformed<Transform::backward>, "The series of frequencies."},
};

}  // namespace

std::span<const ScalarFunction> series_transform_functions() { return series_transform_table; }

}  // namespace vedette::kql
