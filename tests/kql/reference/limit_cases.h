// One query for each limit of the engine, and of the API that runs it.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace vedette::kql::testing {

struct LimitCase {
  std::string what;                    // "Length of a query"
  std::string number;                  // as the page shows it
  std::string in_error;                // what the error says of it
  std::function<std::string()> error;  // the message of limit_exceeded; "" when there is none
};

const std::vector<LimitCase>& limit_cases();

}  // namespace vedette::kql::testing
