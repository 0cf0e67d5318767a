// Indexed values as bytes that compare as compare() does, so that SQL compares bytes and nothing else: null first, no
// affinity, no collation. Stored: never change it.
//
//   key := 00 (null) | 01 (00|01) (Boolean) | 02 int64 with its sign flipped, big-endian | 02 real | 04 text | 05 ticks
//   real := its bits, big-endian; all flipped when negative, else the sign; eight 00 for not-a-number; -0 is 0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vedette/store/expression.h"

namespace vedette::store {

// Of a value as literal_of gives it for `kind`.
std::string sort_key(const Literal& value);
// The value of `kind` that has the key.
Literal value_of_key(std::string_view key, ValueKind kind);
// Above null and not-a-number, below every other value of the kind: what "less than" starts after.
std::string floor_key(ValueKind kind);
// A literal of a filter as the values of `kind` stand in an index; nullopt when it is none of them exactly.
std::optional<Literal> as_kind(const Literal& value, ValueKind kind);

}  // namespace vedette::store
