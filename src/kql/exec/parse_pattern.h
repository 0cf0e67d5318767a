// The pattern of `parse`: finds the captures of one text.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "vedette/kql/plan/plan.h"

namespace vedette::kql {

class ParsePattern {
 public:
  static base::Result<std::unique_ptr<ParsePattern>> make(const ParseNode& node);
  virtual ~ParsePattern() = default;
  // Sets captures[i] to the text of the i-th capture step, and returns true, when the pattern matches.
  virtual bool match(std::string_view text, std::vector<std::string_view>& captures) const = 0;
};

}  // namespace vedette::kql
