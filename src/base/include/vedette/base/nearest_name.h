// "Did you mean …?": the known name that is nearest to an unknown one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette::base {

// The name within a third of its length in edits (letters' case counts half), or "".
std::string_view nearest_name(std::string_view unknown, const std::vector<std::string_view>& known);
// " Did you mean 'x'?", or "".
std::string suggestion(std::string_view unknown, const std::vector<std::string_view>& known);

}  // namespace vedette::base
