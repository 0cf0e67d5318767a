// The models of the API's roots, and the entity store of a data folder: one file that the API's entities, the identity
// and the correlation share. Whoever opens it declares the same collections.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/edm/model.h"
#include "vedette/store/entity_store.h"

namespace vedette::server {

// v1.0, beta and vedette. Loaded once, never unloaded; an error is a fault of the program.
base::Result<std::vector<const edm::Model*>> models();

// What the store of a data folder holds.
base::Result<std::vector<store::Collection>> collections();

// Creates the folder and the file when they are absent and may be written. `clock` outlives the store. Other processes
// may have it open.
base::Result<std::unique_ptr<store::EntityStore>> open_entities(const std::string& data, const base::Clock& clock,
                                                                store::Access access = store::Access::read_write);

}  // namespace vedette::server
