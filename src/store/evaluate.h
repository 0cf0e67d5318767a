// What a filter says of one document (OData 4.01 part 2, 5.1.1): three-valued logic. A filter that check_query accepted
// always has an answer; what has no value in a document is null.
#pragma once

#include "vedette/base/result.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"
#include "vedette/store/filter.h"

namespace vedette::store {

// Whether texts in this expression compare without case: a property does, or a text function of one.
bool ignores_case(const Expression& expression);

}  // namespace vedette::store
