// What a filter says of one document (OData 4.01 part 2, 5.1.1): three-valued logic. A filter that check_query accepted
// always has an answer; what has no value in a document is null.
#pragma once

#include "vedette/base/result.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::store {

inline constexpr size_t filter_text_bytes_max = 16 << 20;  // that functions make while one document is looked at

// Whether the filter of the query is true: neither false nor null; no filter is true. Fails only when the query is
// stopped, for predicates over collections in collections may take long in a single document; limit_exceeded beyond
// filter_text_bytes_max.
base::Result<bool> matches(const Query& query, const json::Value& document);

// Whether texts in this expression compare without case: a property does, or a text function of one.
bool ignores_case(const Expression& expression);

}  // namespace vedette::store
