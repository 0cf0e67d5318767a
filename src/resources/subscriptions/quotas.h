// How many subscriptions an application and a tenant may have.
#pragma once

#include "vedette/odata/behaviour.h"

namespace vedette::resources {

// forbidden, naming the limit, when there is no room for one more of the caller.
base::Status check_quotas(const odata::Context& context);

}  // namespace vedette::resources
