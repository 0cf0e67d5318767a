// Source: the reference of microsoft.graph.security.incident.
#include "vedette/ingest/incident.h"

#include <string>

#include "object_properties.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;
using columnar::Type;

namespace {

constexpr std::string_view incident_statuses[] = {"active", "inProgress", "resolved"};

std::span<const ObjectProperty> incident_properties() {
  static const ObjectProperty properties[] = {
      {"providerIncidentId"},
      {"providerAlertIds", Type::dynamic},
      {"displayName"},
      {"description"},
      {"severity", Type::string, severity_members()},
      {"status", Type::string, incident_statuses},
      {"classification", Type::string, classification_members()},
      {"determination", Type::string, determination_members()},
      {"assignedTo"},
      {"resolvingComment"},
      {"summary"},
      {"customTags", Type::dynamic},
      {"createdDateTime", Type::datetime},
      {"lastUpdateDateTime", Type::datetime},
  };
  return properties;
}

bool is_text(const json::Value& value) { return value.is_string() && !value.get_string().empty(); }

// A word that the enumeration does not have says nothing.
void drop_unknown_members(json::Object& incident) {
  for (const auto& property : incident_properties()) {
    const auto* value = property.members.empty() ? nullptr : incident.if_contains(property.name);
    if (value && !(value->is_string() && is_member(property.members, value->get_string())))
      incident.erase(property.name);
  }
}

json::Array texts_of(const json::Value* value) {
  json::Array texts;
  if (!value || !value->is_array()) return texts;
  for (const auto& item : value->get_array())
    if (is_text(item)) texts.push_back(item);
  return texts;
}

}  // namespace

base::Result<json::Object> normalize_incident(json::Object incident, const AlertOrigin& origin) {
  drop_unknown_members(incident);
  const json::Array named = texts_of(incident.if_contains("providerAlertIds"));
  if (named.size() > incident_alerts_max)
    return fail(ErrorCode::limit_exceeded, "The incident names " + std::to_string(named.size()) +
                                               " alerts; the most is " + std::to_string(incident_alerts_max) + ".");
  json::Array alerts;
  for (const auto& id : named) alerts.emplace_back(alert_id(origin.tenant_id, origin.provider, id.get_string()));
  incident.erase("providerAlertIds");
  incident["alertIds"] = std::move(alerts);
  if (incident.contains("customTags")) incident["customTags"] = texts_of(incident.if_contains("customTags"));
  const std::string arrived = base::format_date_time(origin.now);
  if (!incident.contains("lastUpdateDateTime")) incident["lastUpdateDateTime"] = arrived;
  if (!incident.contains("createdDateTime")) {
    const json::Value updated = incident.at("lastUpdateDateTime");
    incident["createdDateTime"] = updated;
  }
  incident["arrivedDateTime"] = arrived;
  const size_t bytes = json::to_text(json::Value(incident)).size();
  if (bytes > alert_bytes_max)
    return fail(ErrorCode::limit_exceeded, "The incident has " + std::to_string(bytes) + " bytes; the most is " +
                                               std::to_string(alert_bytes_max) + ".");
  return incident;
}

base::Status check_incident_columns(const columnar::Schema& columns) {
  return check_object_columns(columns, incident_properties(), "incident", "providerIncidentId");
}

}  // namespace vedette::ingest
