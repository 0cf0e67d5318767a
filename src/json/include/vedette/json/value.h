// JSON documents that change: requests, entities, provider payloads. Insertion order is kept.
// The value type is Boost.JSON's; reading and writing go through the functions below, which set the limits and the
// form.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/json/text.h"

namespace vedette::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

inline constexpr size_t default_depth_max = 100;

// One JSON text. bad_request with the byte offset on malformed or ill-formed UTF-8 input, limit_exceeded past
// `depth_max`. A member name that repeats keeps its last value.
base::Result<Value> parse(std::string_view text, size_t depth_max = default_depth_max);

// Compact text: members in order, control characters and '"' and '\' escaped, doubles in the shortest form that reads
// back equal, non-finite doubles as "NaN", "Infinity", "-Infinity".
void append(std::string& out, const Value& value);
std::string to_text(const Value& value);

// The member `name`, or null when `object` is no object or has none.
const Value* find(const Value& object, std::string_view name);
// The text of member `name`, or "" when it is absent or no string.
std::string_view find_string(const Value& object, std::string_view name);
std::string_view find_string(const Object& object, std::string_view name);

}  // namespace vedette::json
