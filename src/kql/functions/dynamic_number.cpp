#include "dynamic_number.h"

#include "conversion.h"
#include "dynamic_rows.h"
#include "vedette/columnar/whole_number.h"

namespace vedette::kql {

using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::whole_number;

namespace {

HeldNumber whole(int64_t value) { return {false, value, static_cast<double>(value)}; }

}  // namespace

std::optional<HeldNumber> held_number(const Dynamic& value) {
  if (value.kind() == DynamicKind::real) return HeldNumber{true, 0, value.real()};
  if (const auto number = long_of(value)) return whole(*number);
  const auto number = double_of(value);
  return number ? std::optional(HeldNumber{true, 0, *number}) : std::nullopt;
}

std::optional<HeldNumber> held_number_at(const columnar::Vector& column, size_t row) {
  if (column.is_null(row)) return std::nullopt;
  if (column.type() == columnar::Type::dynamic) return held_number(dynamic_at(column, row));
  return whole(column.view<int64_t>()[row]);
}

std::partial_ordering compare(const HeldNumber& a, const HeldNumber& b) {
  const auto whole_a = a.is_real ? whole_number(a.real) : a.whole;
  const auto whole_b = b.is_real ? whole_number(b.real) : b.whole;
  if (whole_a && whole_b) return *whole_a <=> *whole_b;
  return a.real <=> b.real;  // exact: a fraction is below 2^53, and what is no long beyond all of them
}

}  // namespace vedette::kql
