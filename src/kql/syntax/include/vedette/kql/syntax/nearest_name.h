// "Did you mean …?", under the names that KQL's modules use.
#pragma once

#include "vedette/base/nearest_name.h"

namespace vedette::kql {

using base::nearest_name;
using base::suggestion;

}  // namespace vedette::kql
