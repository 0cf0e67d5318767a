// Where terms begin and end: a term is a maximal run of letters and digits, of any script. Source: kusto/query,
// "String operators", "What is a term?".
#pragma once

#include <string_view>

namespace vedette::kql {

// Whether the character before the byte `at`, and the one that begins there, are part of a term. False at the ends of
// the text.
bool is_term_before(std::string_view text, size_t at);
bool is_term_at(std::string_view text, size_t at);

}  // namespace vedette::kql
