// Whether a query can be evaluated at all: numbers of operands, types, range variables, limits. What passes here has an
// answer for every document.
#pragma once

#include <cstddef>
#include <cstdint>

#include "vedette/base/result.h"
#include "vedette/store/entity_store.h"
#include "vedette/store/filter.h"

namespace vedette::store {

inline constexpr size_t filter_depth_max = 100;     // of nested expressions
inline constexpr size_t lambda_depth_max = 4;       // of any and all inside each other
inline constexpr size_t filter_nodes_max = 20'000;  // expressions in all, those of lists included
inline constexpr size_t order_keys_max = 16;

// bad_request saying what does not fit, limit_exceeded naming the limit.
base::Status check_query(const std::vector<Collection>& collections, const Query& query);

}  // namespace vedette::store
