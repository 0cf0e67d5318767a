// Expected JSON against actual JSON, with placeholders.
#include <regex>

#include "http_file.h"
#include "vedette/base/guid.h"
#include "vedette/base/time.h"

namespace vedette::odata {
namespace {

constexpr std::string_view more = "...";

std::string shown(const json::Value* value) { return value ? json::to_text(*value) : "nothing"; }

bool is_more(const json::Value& value) { return value.is_string() && value.get_string() == more; }

bool holds(std::string_view placeholder, const json::Value& actual, std::map<std::string, std::string>& saved) {
  if (placeholder == "any") return true;
  const std::string text =
      actual.is_string() ? std::string(std::string_view(actual.get_string())) : json::to_text(actual);
  if (placeholder.starts_with("contains:")) return text.find(placeholder.substr(9)) != std::string::npos;
  if (placeholder.starts_with("matches:"))
    return std::regex_match(text, std::regex(std::string(placeholder.substr(8))));
  if (placeholder.starts_with("save:")) {
    saved[std::string(placeholder.substr(5))] = text;
    return true;
  }
  if (!actual.is_string()) return false;
  if (placeholder == "text") return true;
  if (placeholder == "guid") return base::parse_guid(text) && text.size() == 36;
  return placeholder == "date-time" && text.size() == 28 && base::parse_iso_date_time(text);
}

std::string object_difference(const json::Object& expected, const json::Object& actual, bool in_order,
                              std::map<std::string, std::string>& saved) {
  std::string names;
  for (const auto& member : expected) {
    if (member.key() == more) continue;
    const std::string found = difference(member.value(), actual.if_contains(member.key()), in_order, saved);
    if (!found.empty()) return "." + std::string(std::string_view(member.key())) + found;
  }
  if (expected.contains(more)) return "";
  for (const auto& member : actual)
    if (!expected.contains(member.key())) return " has '" + std::string(std::string_view(member.key())) + "'";
  if (!in_order) return "";
  auto next = actual.begin();
  for (const auto& member : expected) {
    if (!actual.contains(member.key())) continue;
    if (next->key() != member.key())
      return " has '" + std::string(std::string_view(next->key())) + "' where '" +
             std::string(std::string_view(member.key())) + "' was expected";
    ++next;
  }
  return "";
}

std::string array_difference(const json::Array& expected, const json::Array& actual, bool in_order,
                             std::map<std::string, std::string>& saved) {
  const bool open = !expected.empty() && is_more(expected.back());
  const size_t size = expected.size() - (open ? 1 : 0);
  if (open ? actual.size() < size : actual.size() != size)
    return " has " + std::to_string(actual.size()) + " elements instead of " + std::to_string(size);
  for (size_t i = 0; i < size; ++i) {
    const std::string found = difference(expected[i], &actual[i], in_order, saved);
    if (!found.empty()) return "[" + std::to_string(i) + "]" + found;
  }
  return "";
}

}  // namespace

std::string difference(const json::Value& expected, const json::Value* actual, bool in_order,
                       std::map<std::string, std::string>& saved) {
  const std::string_view text = expected.is_string() ? std::string_view(expected.get_string()) : std::string_view();
  const bool placeholder = text.size() > 2 && text.front() == '<' && text.back() == '>';
  if (placeholder && text == "<absent>") return actual ? " is " + shown(actual) + " instead of absent" : "";
  if (!actual) return " is absent";
  if (placeholder)
    return holds(text.substr(1, text.size() - 2), *actual, saved)
               ? ""
               : " is " + shown(actual) + ", not " + std::string(text);
  if (expected.is_object() && actual->is_object())
    return object_difference(expected.get_object(), actual->get_object(), in_order, saved);
  if (expected.is_array() && actual->is_array())
    return array_difference(expected.get_array(), actual->get_array(), in_order, saved);
  return expected == *actual ? "" : " is " + shown(actual) + " instead of " + shown(&expected);
}

}  // namespace vedette::odata
