#include "configuration_keys.h"

#include <algorithm>

namespace vedette::server {

using base::ErrorCode;
using base::fail;

base::Error wrong(const toml::source_region& where, const std::string& what) {
  return fail(ErrorCode::bad_request, "vedette.toml, line " + std::to_string(where.begin.line) + ": " + what);
}

base::Status check_keys(const toml::table& table, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : table)
    if (std::find(known.begin(), known.end(), key.str()) == known.end())
      return wrong(key.source(), "the key '" + std::string(key.str()) + "' is not known.");
  return {};
}

base::Status read_text(const toml::table& table, std::string_view key, std::string& to) {
  const auto* node = table.get(key);
  if (!node) return {};
  const auto text = node->value_exact<std::string>();
  if (!text) return wrong(node->source(), "'" + std::string(key) + "' must be a string.");
  to = *text;
  return {};
}

base::Status read_texts(const toml::table& table, std::string_view key, std::vector<std::string>& to) {
  const auto* node = table.get(key);
  if (!node) return {};
  const auto wrong_kind = [&](const toml::source_region& where) {
    return wrong(where, "'" + std::string(key) + "' must be an array of strings.");
  };
  const auto* texts = node->as_array();
  if (!texts) return wrong_kind(node->source());
  for (const auto& one : *texts) {
    const auto text = one.value_exact<std::string>();
    if (!text) return wrong_kind(one.source());
    to.push_back(*text);
  }
  return {};
}

}  // namespace vedette::server
