// The pairs in a text like `src=10.0.0.1 failure="connection aborted"`, as parse-kv reads them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "vedette/kql/plan/plan.h"

namespace vedette::kql {

using OnPair = std::function<void(std::string_view key, std::string_view value)>;

// Calls `on_pair` for each pair, from left to right. Without delimiters every run of characters that are no letters or
// digits is one. The views live until the next call.
void for_each_pair(const ParseKvNode& options, std::string_view text, const OnPair& on_pair);

}  // namespace vedette::kql
