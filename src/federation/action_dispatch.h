// A security action that was asked for goes to the connectors that can carry it out: those of its provider that declare
// it. One that nobody takes has failed, and says so.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/federation/connector_library.h"
#include "vedette/store/entity_store.h"

namespace vedette::federation {

// An instance that takes actions.
struct ActionTaker {
  std::string instance, vendor, provider;
  std::string product;  // the provider of its connector, which others may have too
  std::shared_ptr<const LoadedConnector> connector;
};

// Adds to the commit what makes the action of this change one that is dispatched; false when there is nothing to do.
base::Result<bool> dispatch_action(const store::EntityStore& store, const std::string& tenant,
                                   const store::Change& change, const std::vector<ActionTaker>& takers,
                                   const base::Clock& clock, store::Commit& commit);

}  // namespace vedette::federation
