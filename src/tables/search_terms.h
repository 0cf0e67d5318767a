// What the term index can say about a text predicate: the terms that every matching value must have.
#pragma once

#include <string_view>
#include <vector>

namespace vedette::tables {

// The complete terms, long enough to be indexed, of any value for which `value op constant` holds. Empty: none is sure.
// `op` is KQL's: "has", "==", "startswith", "contains", …; not a negated one.
std::vector<std::string_view> required_terms(std::string_view op, std::string_view constant);

}  // namespace vedette::tables
