// JSON with places: {"filters": {"date": {"gte": "{since}"}}, "skip": "{offset}"}. A text that is one place and nothing
// else becomes the place's value whatever it is, and a member that would be null is left out; in longer texts values
// are written as texts.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/json/value.h"

namespace vedette::federation {

class BodyTemplate {
 public:
  using Lookup = std::function<std::optional<json::Value>(const std::string& name)>;

  BodyTemplate() = default;
  // bad_request for braces that do not match in one of the texts.
  static base::Result<BodyTemplate> make(json::Value value);

  bool empty() const { return value_.is_null(); }
  std::vector<std::string> places() const;
  // Errors: bad_request naming a place without a value.
  base::Result<json::Value> fill(const Lookup& lookup) const;

 private:
  json::Value value_;
};

}  // namespace vedette::federation
