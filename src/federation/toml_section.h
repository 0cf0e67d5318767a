// A table of connector.toml, read key by key; a key that nobody asked for is wrong.
#pragma once

#include <toml++/toml.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/federation/text_template.h"
#include "vedette/json/value.h"

namespace vedette::federation {

inline base::Error wrong_toml(const toml::source_region& where, const std::string& what) {
  return base::fail(base::ErrorCode::bad_request,
                    "connector.toml, line " + std::to_string(where.begin.line) + ": " + what);
}

inline json::Value json_of(const toml::node& node) {
  if (const auto* table = node.as_table()) {
    json::Object object;
    for (const auto& [key, value] : *table) object[std::string(key.str())] = json_of(value);
    return object;
  }
  if (const auto* array = node.as_array()) {
    json::Array list;
    for (const auto& item : *array) list.push_back(json_of(item));
    return list;
  }
  if (const auto text = node.value_exact<std::string>()) return json::Value(*text);
  if (const auto number = node.value_exact<int64_t>()) return json::Value(*number);
  if (const auto number = node.value_exact<double>()) return json::Value(*number);
  if (const auto flag = node.value_exact<bool>()) return json::Value(*flag);
  return json::Value(nullptr);
}

class TomlSection {
 public:
  TomlSection(const toml::node& node, std::string name) : name_(std::move(name)), table_(node.as_table()) {
    if (!table_) first_ = wrong_toml(node.source(), "'" + name_ + "' must be a table.");
  }

  // Each is left as it is when its key is absent; what is wrong first is finish()'s error.
  void read(const char* key, std::string& to) {
    const auto* node = take(key);
    if (!node) return;
    if (const auto text = node->value_exact<std::string>())
      to = *text;
    else
      fail(*node, std::string("'") + key + "' must be a string.");
  }
  void read(const char* key, TextTemplate& to) {
    std::string text;
    const auto* node = find(key);
    read(key, text);
    if (!node || first_) return;
    auto parsed = TextTemplate::parse(text);
    if (parsed)
      to = std::move(*parsed);
    else
      fail(*node, std::string("'") + key + "': " + parsed.error().message);
  }
  void read(const char* key, int64_t& to, int64_t least, int64_t most) {
    const auto* node = take(key);
    if (!node) return;
    const auto number = node->value_exact<int64_t>();
    if (number && *number >= least && *number <= most)
      to = *number;
    else
      fail(*node, std::string("'") + key + "' is a number from " + std::to_string(least) + " to " +
                      std::to_string(most) + ".");
  }
  void read(const char* key, bool& to) {
    const auto* node = take(key);
    if (!node) return;
    if (const auto flag = node->value_exact<bool>())
      to = *flag;
    else
      fail(*node, std::string("'") + key + "' is true or false.");
  }
  void read(const char* key, std::vector<std::string>& to) {
    const auto* node = take(key);
    if (!node) return;
    const auto* list = node->as_array();
    if (!list) return fail(*node, std::string("'") + key + "' is an array of strings.");
    for (const auto& item : *list) {
      const auto text = item.value_exact<std::string>();
      if (!text) return fail(item, std::string("'") + key + "' is an array of strings.");
      to.push_back(*text);
    }
  }
  const toml::node* take(const char* key) {
    known_.insert(key);
    return find(key);
  }
  void require(const char* key) {
    if (table_ && !table_->get(key) && !first_)
      first_ = wrong_toml(table_->source(), "'" + name_ + "' needs '" + key + "'.");
  }
  void fail(const toml::node& node, const std::string& what) {
    if (!first_) first_ = wrong_toml(node.source(), what);
  }
  void fail(const std::string& what) {
    if (table_ && !first_) first_ = wrong_toml(table_->source(), what);
  }
  base::Status finish() {
    if (first_) return *first_;
    for (const auto& [key, value] : *table_)
      if (!known_.contains(std::string(key.str())))
        return wrong_toml(key.source(), "the key '" + std::string(key.str()) + "' of '" + name_ + "' is not known.");
    return {};
  }

 private:
  const toml::node* find(const char* key) const { return table_ ? table_->get(key) : nullptr; }

  const std::string name_;
  const toml::table* table_;
  std::set<std::string> known_;
  std::optional<base::Error> first_;
};

}  // namespace vedette::federation
