// The tables of the .kqlt files, for queries that name them.
#pragma once

#include "stub_source.h"
#include "vedette/base/time.h"

namespace vedette::fuzz {

// One of every name; made at the first call.
const kql::testing::StubCatalog& tables();
base::DateTime now();

}  // namespace vedette::fuzz
