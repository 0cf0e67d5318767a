// Values as filters and orders see them: read from a document, and compared.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vedette/json/value.h"
#include "vedette/store/expression.h"

namespace vedette::store {

// The member at the end of `path`, from `value` inwards; null when there is none. "*type" is "@odata.type".
const json::Value* follow(const json::Value* value, const std::vector<std::string>& path);

// A JSON value as `kind` compares it, of always the same type; null when it is absent or of another kind. int64:
// int64_t; real: double; date_time: DateTime; text_ignoring_case: folded. A collection or complex value has no literal.
Literal literal_of(const json::Value* value, ValueKind kind);

// The value that an order compares, of one of the key's kind: with a ranking an int64, its place there.
Literal order_value(Literal value, const OrderBy& key);

bool is_null(const Literal& value);
bool is_not_a_number(const Literal& value);

// Negative, zero or positive, a total order: null first, then as the type compares. int64 and real compare as exact
// numbers, not-a-number before all of them; false before true; text by code points; values of different types by type.
int compare(const Literal& a, const Literal& b);

// ASCII letters in lower case: what ignores case compares so, as KQL does. Kept in indexes, so never change it.
std::string folded(std::string_view text);

}  // namespace vedette::store
