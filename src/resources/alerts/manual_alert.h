// Alerts that users make (microsoft.graph.security.manualAlert). Source: security-alert-post-manualalert of the Graph
// documentation. What is stored is an alert like any other: the entities that the user names are its evidence, so that
// it is hunted and correlated as others are.
#pragma once

#include <span>

#include "vedette/odata/behaviour.h"

namespace vedette::resources {

inline constexpr size_t manual_alert_entities_max = 100;
inline constexpr size_t manual_alert_description_max = 5'000;  // characters

base::Result<odata::Changed> create_manual_alert(const json::Object& body, odata::Context& context);

// Which evidence an entity of a type is, and where in it the value of each identifier stands ("userAccount/userSid").
struct EntityIdentifier {
  const char* entity_type;
  const char* identifier;
  const char* evidence;
  const char* path;
};
std::span<const EntityIdentifier> entity_identifiers();

}  // namespace vedette::resources
