#include "vedette/kql/plan/known_names.h"

#include <algorithm>

#include "graph_calls.h"
#include "multi_results.h"
#include "special_calls.h"
#include "windows.h"

namespace vedette::kql {

std::vector<std::string_view> bound_function_names() {
  std::vector<std::string_view> names = special_call_names();
  for (const auto& more : {window_function_names(), multi_result_names(), graph_call_names()})
    names.insert(names.end(), more.begin(), more.end());
  names.insert(names.end(), {"materialize", "toscalar"});
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace vedette::kql
