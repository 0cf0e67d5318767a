// Source: kusto/query, the page of each function.
#include <random>

#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

base::Result<Vector> random_real(const CallContext&, std::span<const Vector>, size_t rows) {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  std::uniform_real_distribution<double> between_0_and_1;
  columnar::VectorBuilder out(Type::real);
  auto* values = out.resize<double>(rows);
  for (size_t row = 0; row < rows; ++row) values[row] = between_0_and_1(engine);
  return out.finish();
}

constexpr ScalarFunction table[] = {
    {"rand", "() -> real", random_real, "A random number from 0 to 1, another for each row.", Determinism::per_row},
};

}  // namespace

std::span<const ScalarFunction> math_functions() { return table; }

}  // namespace vedette::kql
