// The first form of alerts (microsoft.graph.alert) as a shape of the second (microsoft.graph.security.alert): what
// corresponds to what. Sources: resources/alert and resources/security-alert of the Graph documentation.
#pragma once

#include <span>
#include <string_view>

#include "vedette/json/value.h"

namespace vedette::resources {

// A member of an enumeration in the first form and in the second.
struct SameMember {
  std::string_view legacy, stored;
};

// A single value of the first form that a filter can be brought to.
struct SameProperty {
  std::string_view legacy;  // "vendorInformation/provider"
  std::string_view stored;
  std::span<const SameMember> members = {};  // empty: the values are the same
};

const SameProperty* find_same(std::string_view legacy);
// "new" for "newAlert"; the text itself when the property has no members of its own.
std::string_view stored_member(const SameProperty& property, std::string_view legacy);

json::Object legacy_alert(const json::Object& alert);

}  // namespace vedette::resources
