// Paths into a dynamic value: $.key, $['key'], $[0]. Source: kusto/query, "JSONPath expressions".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "vedette/columnar/dynamic.h"

namespace vedette::kql {

using JsonPathStep = std::variant<std::string, int64_t>;  // a key, or an index (from the end when negative)
using JsonPath = std::vector<JsonPathStep>;

std::optional<JsonPath> parse_json_path(std::string_view text);  // nullopt when malformed
const columnar::Dynamic* find(const columnar::Dynamic& value, const JsonPath& path);

// A bag's key, or a path of keys when it starts with "$." or "$["; nullopt for a path with an index.
std::optional<std::vector<std::string>> parse_bag_key(std::string_view text);

}  // namespace vedette::kql
