// One commit, inside a write transaction.
#pragma once

#include "sqlite_schema.h"

namespace vedette::store {

// The sequence of the tenant's last write then. conflict when an expected version does not hold.
base::Result<int64_t> write_commit(Connection& connection, const std::vector<StoredCollection>& collections,
                                   base::DateTime now, std::string_view tenant, const Commit& commit);

}  // namespace vedette::store
