// How the indicators that connectors send are stored: one entity each (tiIndicators), that every application reads. A
// copy that was reported later (lastReportedDateTime), or at the same time, replaces the one before, but for when it
// first arrived; one that says nothing new writes nothing.
#pragma once

#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::resources {

// conflict when other writers were first too often. Accepting the same indicators again does no harm.
base::Status store_indicators(store::EntityStore& store, const std::string& tenant, const std::string& connector,
                              std::vector<json::Object> indicators);

}  // namespace vedette::resources
