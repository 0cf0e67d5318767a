// What goes with an entity that is deleted: all that it contains, at any depth.
#pragma once

#include <vector>

#include "call.h"

namespace vedette::odata {

inline constexpr size_t contained_max = 10'000;    // of one entity, at all depths
inline constexpr size_t contained_depth_max = 10;  // of models

// Appends the deletions. limit_exceeded when there are too many for one commit.
base::Status delete_contained(const Call& call, const edm::StructuredType& type, const std::string& id,
                              std::vector<store::EntityWrite>& into, size_t depth = 0);

}  // namespace vedette::odata
