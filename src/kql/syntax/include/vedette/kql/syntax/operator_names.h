#pragma once

#include <span>
#include <string_view>

namespace vedette::kql {

// The keywords that an operator begins with, sorted. Some are refused by the binder.
std::span<const std::string_view> operator_names();

}  // namespace vedette::kql
