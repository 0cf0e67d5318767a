#include "permissions.h"

#include <algorithm>
#include <string>

#include "annotations.h"

namespace vedette::edm {
namespace {

using base::ErrorCode;
using base::Result;
using base::Status;

Status check_granted(const Permissions& permissions) {
  if (!permissions.application.empty() || !permissions.delegated.empty()) return {};
  return base::fail(ErrorCode::corrupt_data, "Permissions are missing");
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

Result<Permissions> read_short(std::string_view text) {
  Permissions permissions;
  while (!text.empty()) {
    const size_t end = std::min(text.find(';'), text.size());
    std::vector<std::string> words = words_of(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (words.empty()) continue;
    const std::string kind = words[0];
    const bool limited = kind == "application" || kind == "delegated";
    if (limited) words.erase(words.begin());
    if (kind != "delegated") permissions.application.insert(permissions.application.end(), words.begin(), words.end());
    if (kind != "application") permissions.delegated.insert(permissions.delegated.end(), words.begin(), words.end());
  }
  TRY(check_granted(permissions));
  return permissions;
}

pugi::xml_node append_value(pugi::xml_node record, const char* property) {
  pugi::xml_node value = record.append_child("PropertyValue");
  value.append_attribute("Property") = property;
  return value;
}

void write_scheme(pugi::xml_node collection, const char* scheme, const std::vector<std::string>& scopes) {
  if (scopes.empty()) return;
  pugi::xml_node record = collection.append_child("Record");
  append_value(record, "SchemeName").append_attribute("String") = scheme;
  pugi::xml_node list = append_value(record, "Scopes").append_child("Collection");
  for (const std::string& scope : scopes)
    append_value(list.append_child("Record"), "Scope").append_attribute("String") = scope.c_str();
}

}  // namespace

Result<Permissions> read_permissions(pugi::xml_node annotation) {
  if (const auto text = annotation.attribute("String")) return read_short(text.value());
  Permissions permissions;
  const auto value_of = [](pugi::xml_node record, const char* name) {
    return record.find_child_by_attribute("PropertyValue", "Property", name);
  };
  const pugi::xml_node all = value_of(annotation.child("Record"), "Permissions").child("Collection");
  for (const pugi::xml_node record : all.children("Record")) {
    const std::string_view name = value_of(record, "SchemeName").attribute("String").value();
    if (name != "Application" && name != "DelegatedWork")
      return base::fail(ErrorCode::corrupt_data, "the permission scheme '" + std::string(name) + "' is unknown");
    auto& scopes = name == "Application" ? permissions.application : permissions.delegated;
    for (const pugi::xml_node scope : value_of(record, "Scopes").child("Collection").children("Record"))
      scopes.emplace_back(scope.child("PropertyValue").attribute("String").value());
  }
  TRY(check_granted(permissions));
  return permissions;
}

void write_permissions(pugi::xml_node annotation, const Permissions& permissions) {
  pugi::xml_node collection = append_value(annotation.append_child("Record"), "Permissions").append_child("Collection");
  write_scheme(collection, "DelegatedWork", permissions.delegated);
  write_scheme(collection, "Application", permissions.application);
}

Result<Permissions> read_operation_permissions(pugi::xml_node operation) {
  const PermissionTerm& invoke = permission_terms[std::size(permission_terms) - 1];
  pugi::xml_node annotation =
      operation.find_child_by_attribute("Annotation", "Term", std::string(invoke.short_term).c_str());
  if (!annotation)
    annotation = operation.find_child_by_attribute("Annotation", "Term", std::string(invoke.long_term).c_str());
  return read_permissions(annotation);
}

void write_permissions_out(pugi::xml_node node) {
  for (pugi::xml_node child : node.children()) {
    const std::string_view term = child.attribute("Term").value();
    const auto* found = std::find_if(std::begin(permission_terms), std::end(permission_terms),
                                     [&](const PermissionTerm& t) { return t.short_term == term; });
    if (found == std::end(permission_terms)) {
      write_permissions_out(child);
      continue;
    }
    const auto permissions = read_permissions(child);
    child.remove_attributes();
    child.append_attribute("Term") = std::string(found->long_term).c_str();
    if (permissions) write_permissions(child, *permissions);
  }
}

}  // namespace vedette::edm
