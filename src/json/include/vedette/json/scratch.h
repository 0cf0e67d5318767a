// Texts that are parsed, looked at and dropped, one after the other, each in one block of memory.
#pragma once

#include <boost/json/monotonic_resource.hpp>
#include <optional>

#include "vedette/json/value.h"

namespace vedette::json {

class Scratch {
 public:
  // As json::parse(); the value is there until the next call. A copy is in the same memory, unless it is given its own:
  // Value(part, {}).
  base::Result<const Value*> parse(std::string_view text, size_t depth_max = default_depth_max);

 private:
  std::optional<boost::json::monotonic_resource> memory_;
  std::optional<Value> value_;  // in it
};

}  // namespace vedette::json
