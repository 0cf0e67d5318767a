// and, or, not over true, false and null: what is decided stays decided, all else with a null is null.
// Source: kusto/query, "Logical (binary) operators".
#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

// Decisive: the value that decides the whole whatever the others are (false for and, true for or).
template <bool Decisive>
Result<Vector> decide(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  columnar::VectorBuilder out(Type::bool_);
  auto* values = out.resize<uint8_t>(rows);
  std::vector<uint8_t> unknown(rows, 0), decided(rows, 0);
  for (const Vector& argument : arguments) {
    const auto view = argument.view<uint8_t>();
    for (size_t row = 0; row < rows; ++row) {
      if (view.is_null(row))
        unknown[row] = 1;
      else if ((view[row] != 0) == Decisive)
        decided[row] = 1;
    }
  }
  for (size_t row = 0; row < rows; ++row) {
    if (decided[row])
      values[row] = Decisive;
    else if (unknown[row])
      out.set_null(row);
    else
      values[row] = !Decisive;
  }
  return out.finish();
}

Result<Vector> negate(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<uint8_t>(Type::bool_, arguments, rows, [](uint8_t value) -> uint8_t { return !value; });
}

constexpr ScalarFunction logical_table[] = {
    {"and", "(bool, bool...) -> bool", decide<false>, "True when every operand is true."},
    {"or", "(bool, bool...) -> bool", decide<true>, "True when any operand is true."},
    {"not", "(bool) -> bool", negate, "The opposite of a bool."},
};

}  // namespace

std::span<const ScalarFunction> logical_functions() { return logical_table; }

}  // namespace vedette::kql
