// The change feed's end.
#pragma once

#include <string_view>

#include "vedette/store/entity_store.h"

namespace vedette::store {

// The number of the tenant's newest change, by doubling and halving; 0 when there is none.
base::Result<int64_t> newest_sequence(const EntityStore& store, std::string_view tenant);

}  // namespace vedette::store
