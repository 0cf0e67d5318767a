// What the binder knows beside the registry of functions (kql/functions): for the generated reference and completions.
#pragma once

#include <string_view>
#include <vector>

namespace vedette::kql {

std::vector<std::string_view> plugin_names();  // of 'evaluate'
// Functions that have no kernel: they see columns, the rows around theirs or the paths of a graph, or give several
// columns.
std::vector<std::string_view> bound_function_names();

}  // namespace vedette::kql
