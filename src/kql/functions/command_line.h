// The arguments of a Windows command line, as CommandLineToArgvW splits them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette::kql {

std::vector<std::string> windows_arguments(std::string_view line);

}  // namespace vedette::kql
