// A filter as a test of one document that is at hand, with the answer that a query would give.
#pragma once

#include "vedette/base/result.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::store {

inline constexpr size_t filter_text_bytes_max = 16 << 20;  // that functions make while one document is looked at

// Whether it can be evaluated at all: what passes here has an answer for every document. bad_request saying what does
// not fit, limit_exceeded naming the limit.
base::Status check_filter(const Expression& filter);

// Whether the filter of the query is true: neither false nor null; no filter is true. Fails only when the query is
// stopped, for predicates over collections in collections may take long in a single document; limit_exceeded beyond
// filter_text_bytes_max.
base::Result<bool> matches(const Query& query, const json::Value& document);

}  // namespace vedette::store
