// Functions of a long's bits. Source: kusto/query, the page of each function.
#include <bit>

#include "families.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {
namespace {

using base::Result;

struct And {
  static int64_t of(int64_t a, int64_t b) { return a & b; }
};
struct Or {
  static int64_t of(int64_t a, int64_t b) { return a | b; }
};
struct Xor {
  static int64_t of(int64_t a, int64_t b) { return a ^ b; }
};
// "value << (shift % 64). If n is negative, a NULL value is returned."
struct ShiftLeft {
  static std::optional<int64_t> of(int64_t value, int64_t shift) {
    if (shift < 0) return std::nullopt;
    return static_cast<int64_t>(static_cast<uint64_t>(value) << (shift % 64));
  }
};
struct ShiftRight {
  static std::optional<int64_t> of(int64_t value, int64_t shift) {
    return shift < 0 ? std::nullopt : std::optional(value >> (shift % 64));
  }
};

template <class Operation>
Result<Vector> binary(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::long_, arguments, rows, [](int64_t a, int64_t b) { return Operation::of(a, b); });
}

Result<Vector> complement(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::long_, arguments, rows, [](int64_t value) { return ~value; });
}

Result<Vector> ones(const CallContext&, std::span<const Vector> arguments, size_t rows) {
  return map<int64_t>(Type::long_, arguments, rows,
                      [](int64_t value) -> int64_t { return std::popcount(static_cast<uint64_t>(value)); });
}

constexpr std::string_view signature = "(long, long) -> long";
constexpr ScalarFunction bits_table[] = {
    {"binary_and", signature, binary<And>, "The bits that are set in both numbers."},
    {"binary_or", signature, binary<Or>, "The bits that are set in any of two numbers."},
    {"binary_xor", signature, binary<Xor>, "The bits that are set in one of two numbers."},
    {"binary_not", "(long) -> long", complement, "The bits that are not set."},
    {"binary_shift_left", signature, binary<ShiftLeft>, "The bits moved to the left, by the shift modulo 64."},
    {"binary_shift_right", signature, binary<ShiftRight>, "The bits moved to the right, by the shift modulo 64."},
    {"bitset_count_ones", "(long) -> long", ones, "How many bits are set."},
};

}  // namespace

std::span<const ScalarFunction> bit_functions() { return bits_table; }

}  // namespace vedette::kql
