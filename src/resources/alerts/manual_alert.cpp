#include "manual_alert.h"

#include "vedette/base/guid.h"
#include "vedette/base/nearest_name.h"
#include "vedette/base/utf8.h"
#include "vedette/correlate/user_changes.h"
#include "vedette/resources/alerts/comments.h"

namespace vedette::resources {
namespace {

using base::ErrorCode;
using base::Result;

constexpr EntityIdentifier identifiers[] = {
    {"user", "userPrincipalName", "userEvidence", "userAccount/userPrincipalName"},
    {"user", "accountName", "userEvidence", "userAccount/accountName"},
    {"user", "azureAdUserId", "userEvidence", "userAccount/azureAdUserId"},
    {"user", "userSid", "userEvidence", "userAccount/userSid"},
    {"device", "deviceName", "deviceEvidence", "deviceDnsName"},
    {"device", "deviceDnsName", "deviceEvidence", "deviceDnsName"},
    {"device", "hostName", "deviceEvidence", "hostName"},
    {"device", "mdeDeviceId", "deviceEvidence", "mdeDeviceId"},
    {"device", "azureAdDeviceId", "deviceEvidence", "azureAdDeviceId"},
    {"file", "sha256", "fileEvidence", "fileDetails/sha256"},
    {"file", "sha1", "fileEvidence", "fileDetails/sha1"},
    {"file", "md5", "fileEvidence", "fileDetails/md5"},
    {"file", "fileName", "fileEvidence", "fileDetails/fileName"},
    {"ip", "address", "ipEvidence", "ipAddress"},
    {"ip", "ipAddress", "ipEvidence", "ipAddress"},
    {"url", "url", "urlEvidence", "url"},
    {"cloudApplication", "displayName", "cloudApplicationEvidence", "displayName"},
    {"cloudApplication", "instanceName", "cloudApplicationEvidence", "instanceName"},
    {"mailbox", "primaryAddress", "mailboxEvidence", "primaryAddress"},
    {"mailbox", "upn", "mailboxEvidence", "upn"},
    {"securityGroup", "securityGroupId", "securityGroupEvidence", "securityGroupId"},
    {"securityGroup", "displayName", "securityGroupEvidence", "displayName"},
    {"securityGroup", "sid", "securityGroupEvidence", "sid"},
    {"azureResource", "resourceId", "azureResourceEvidence", "resourceId"},
    {"amazonResource", "amazonResourceId", "amazonResourceEvidence", "amazonResourceId"},
    {"googleCloudResource", "fullResourceName", "googleCloudResourceEvidence", "fullResourceName"},
    {"oAuthApplication", "appId", "oauthApplicationEvidence", "appId"},
    {"oAuthApplication", "objectId", "oauthApplicationEvidence", "objectId"},
    {"emailMessage", "networkMessageId", "analyzedMessageEvidence", "networkMessageId"},
    {"emailMessage", "internetMessageId", "analyzedMessageEvidence", "internetMessageId"},
    {"emailCluster", "query", "mailClusterEvidence", "query"},
    {"emailCluster", "clusterByValue", "mailClusterEvidence", "clusterByValue"},
    {"process", "processCommandLine", "processEvidence", "processCommandLine"},
    {"process", "sha256", "processEvidence", "imageFile/sha256"},
    {"process", "fileName", "processEvidence", "imageFile/fileName"},
    {"registryKey", "registryKey", "registryKeyEvidence", "registryKey"},
    {"registryValue", "registryValue", "registryValueEvidence", "registryValue"},
    {"registryValue", "registryValueName", "registryValueEvidence", "registryValueName"},
};

base::Error wrong(const std::string& property, const std::string& message) {
  return base::fail(ErrorCode::bad_request, message).with_target(property);
}

std::string_view text_in(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

Result<const EntityIdentifier*> identifier_of(std::string_view entity_type, std::string_view identifier) {
  std::vector<std::string_view> known;
  for (const EntityIdentifier& one : identifiers) {
    if (one.entity_type != entity_type) continue;
    if (edm::equal_names(one.identifier, identifier)) return &one;
    known.emplace_back(one.identifier);
  }
  std::string list;
  for (const std::string_view name : known) list += (list.empty() ? "'" : ", '") + std::string(name) + "'";
  return wrong("entityDefinitions", "An entity of the type '" + std::string(entity_type) + "' is not identified by '" +
                                        std::string(identifier) + "' here, but by one of: " + list + ".");
}

Result<json::Object> evidence_of(const json::Object& entity, const std::string& now) {
  const std::string_view type = text_in(entity, "entityType"), name = text_in(entity, "entityIdentifier"),
                         value = text_in(entity, "identifierValue"), role = text_in(entity, "role");
  for (const char* required : {"entityType", "entityIdentifier", "identifierValue", "role"})
    if (text_in(entity, required).empty())
      return wrong("entityDefinitions", std::string("An entity has no '") + required + "'.");
  const EntityIdentifier& identifier = *TRY(identifier_of(type, name));
  json::Object evidence{{"@odata.type", std::string("#microsoft.graph.security.") + identifier.evidence},
                        {"createdDateTime", now},
                        {"verdict", "unknown"},
                        {"remediationStatus", "none"},
                        {"roles", json::Array()},
                        {"detailedRoles", json::Array{role}}};
  const std::string_view path = identifier.path;
  const size_t slash = path.find('/');
  if (slash == path.npos)
    evidence[path] = value;
  else
    evidence[path.substr(0, slash)] = json::Object{{path.substr(slash + 1), value}};
  return evidence;
}

Result<json::Array> evidence_in(const json::Object& body, const std::string& now) {
  const json::Value* entities = body.if_contains("entityDefinitions");
  const size_t count = entities && entities->is_array() ? entities->get_array().size() : 0;
  if (count == 0 || count > manual_alert_entities_max)
    return wrong("entityDefinitions", "An alert that is made by hand names 1 to " +
                                          std::to_string(manual_alert_entities_max) + " 'entityDefinitions'.");
  json::Array evidence;
  for (const json::Value& entity : entities->get_array()) {
    if (!entity.is_object()) return wrong("entityDefinitions", "Each of the 'entityDefinitions' is an object.");
    evidence.push_back(TRY(evidence_of(entity.get_object(), now)));
  }
  return evidence;
}

base::Status check(const json::Object& body) {
  if (text_in(body, "@odata.type") != "#microsoft.graph.security.manualAlert")
    return wrong("@odata.type", "An alert that is made by hand is a '#microsoft.graph.security.manualAlert'.");
  for (const char* required : {"title", "description", "category", "severity"})
    if (text_in(body, required).empty())
      return wrong(required, std::string("The property '") + required + "' is missing.");
  if (base::count_code_points(text_in(body, "description")) > manual_alert_description_max)
    return wrong("description",
                 "A description has at most " + std::to_string(manual_alert_description_max) + " characters.");
  return {};
}

// What the user says of the alert; the rest is the server's.
json::Object document_of(const json::Object& body, json::Array evidence, const odata::Context& context) {
  const std::string id = base::to_string(base::random_guid()), now = base::format_date_time(context.now);
  json::Object alert{{"id", id}, {"providerAlertId", "manual_" + id}, {"tenantId", context.caller.tenant_id}};
  for (const char* said : {"title", "description", "category", "severity", "recommendedActions", "mitreTechniques"})
    if (const json::Value* value = body.if_contains(said)) alert[said] = *value;
  for (const char* unknown : {"classification", "determination"}) alert[unknown] = "unknown";
  alert["status"] = "new";
  alert["detectionSource"] = "manual";
  alert["serviceSource"] = "unknown";
  alert["productName"] = "Vedette";
  for (const char* moment : {"createdDateTime", "lastUpdateDateTime", "firstActivityDateTime", "lastActivityDateTime"})
    alert[moment] = now;
  alert["evidence"] = std::move(evidence);
  return alert;
}

}  // namespace

std::span<const EntityIdentifier> entity_identifiers() { return identifiers; }

Result<odata::Changed> create_manual_alert(const json::Object& body, odata::Context& context) {
  TRY(check(body));
  json::Array evidence = TRY(evidence_in(body, base::format_date_time(context.now)));
  odata::Changed changed{document_of(body, std::move(evidence), context), {}};
  const json::Value* link = body.if_contains("linkToIncident");
  const json::Value* excluded = body.if_contains("isExcludedFromCorrelation");
  const std::string incident = link && link->is_int64() ? std::to_string(link->get_int64()) : std::string();
  const auto correlation = excluded && excluded->is_bool() && excluded->get_bool() ? correlate::Correlation::excluded
                                                                                   : correlate::Correlation::included;
  auto placed = correlate::place_new_alert(context.store, context.caller.tenant_id, changed.document, incident,
                                           correlation, context.now);
  if (!placed && placed.error().code == ErrorCode::not_found)
    return wrong("linkToIncident", "The incident " + incident + " of 'linkToIncident' does not exist.");
  if (!placed) return placed.error();
  for (correlate::DocumentWrite& write : placed->documents)
    write.document["lastModifiedBy"] = acting_name(context.caller);
  store::Commit commit = placed->commit({});
  changed.also = std::move(commit.entities);
  changed.states = std::move(commit.states);
  return changed;
}

}  // namespace vedette::resources
