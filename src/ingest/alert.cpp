#include "vedette/ingest/alert.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "vedette/base/guid.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;
using columnar::Type;

namespace {

using Names = std::span<const std::string_view>;

constexpr std::string_view severities[] = {"unknown", "informational", "low", "medium", "high"};
constexpr std::string_view statuses[] = {"unknown", "new", "inProgress", "resolved"};
constexpr std::string_view classifications[] = {"unknown", "falsePositive", "truePositive",
                                                "informationalExpectedActivity"};
constexpr std::string_view determinations[] = {"unknown",
                                               "apt",
                                               "malware",
                                               "securityPersonnel",
                                               "securityTesting",
                                               "unwantedSoftware",
                                               "other",
                                               "multiStagedAttack",
                                               "compromisedAccount",
                                               "phishing",
                                               "maliciousUserActivity",
                                               "notMalicious",
                                               "notEnoughDataToValidate",
                                               "confirmedActivity",
                                               "lineOfBusinessApplication"};
constexpr std::string_view investigation_states[] = {"unknown",
                                                     "terminated",
                                                     "successfullyRemediated",
                                                     "benign",
                                                     "failed",
                                                     "partiallyRemediated",
                                                     "running",
                                                     "pendingApproval",
                                                     "pendingResource",
                                                     "queued",
                                                     "innerFailure",
                                                     "preexistingAlert",
                                                     "unsupportedOs",
                                                     "unsupportedAlertType",
                                                     "suppressedAlert",
                                                     "partiallyInvestigated",
                                                     "terminatedByUser",
                                                     "terminatedBySystem"};
constexpr std::string_view service_sources[] = {"unknown",
                                                "microsoftDefenderForEndpoint",
                                                "microsoftDefenderForIdentity",
                                                "microsoftDefenderForCloudApps",
                                                "microsoftDefenderForOffice365",
                                                "microsoft365Defender",
                                                "azureAdIdentityProtection",
                                                "microsoftAppGovernance",
                                                "dataLossPrevention",
                                                "microsoftDefenderForCloud",
                                                "microsoftSentinel",
                                                "microsoftInsiderRiskManagement",
                                                "microsoftThreatIntelligence",
                                                "microsoftSecurityForAI"};
constexpr std::string_view detection_sources[] = {"unknown",
                                                  "microsoftDefenderForEndpoint",
                                                  "antivirus",
                                                  "smartScreen",
                                                  "customTi",
                                                  "microsoftDefenderForOffice365",
                                                  "automatedInvestigation",
                                                  "microsoftThreatExperts",
                                                  "customDetection",
                                                  "microsoftDefenderForIdentity",
                                                  "cloudAppSecurity",
                                                  "microsoft365Defender",
                                                  "azureAdIdentityProtection",
                                                  "manual",
                                                  "microsoftDataLossPrevention",
                                                  "appGovernancePolicy",
                                                  "appGovernanceDetection",
                                                  "microsoftDefenderForCloud",
                                                  "microsoftDefenderForIoT",
                                                  "microsoftDefenderForServers",
                                                  "microsoftDefenderForStorage",
                                                  "microsoftDefenderForDNS",
                                                  "microsoftDefenderForDatabases",
                                                  "microsoftDefenderForContainers",
                                                  "microsoftDefenderForNetwork",
                                                  "microsoftDefenderForAppService",
                                                  "microsoftDefenderForKeyVault",
                                                  "microsoftDefenderForResourceManager",
                                                  "microsoftDefenderForApiManagement",
                                                  "nrtAlerts",
                                                  "scheduledAlerts",
                                                  "microsoftDefenderThreatIntelligenceAnalytics",
                                                  "builtInMl",
                                                  "microsoftInsiderRiskManagement",
                                                  "microsoftThreatIntelligence",
                                                  "microsoftDefenderForAIServices",
                                                  "securityCopilot",
                                                  "microsoftSentinel"};
constexpr std::string_view verdicts[] = {"unknown", "suspicious", "malicious", "noThreatsFound"};
constexpr std::string_view remediation_statuses[] = {
    "none",     "remediated",      "prevented", "blocked",      "notFound",           "active",
    "declined", "pendingApproval", "running",   "unremediated", "partiallyRemediated"};

// The properties of an alert that alerts.kql may give: text, enumerations of text, times, and what is no scalar.
struct AlertProperty {
  std::string_view name;
  Type type = Type::string;
  Names members = {};
};
const AlertProperty alert_properties[] = {
    {"providerAlertId"},
    {"title"},
    {"description"},
    {"recommendedActions"},
    {"category"},
    {"categories", Type::dynamic},
    {"severity", Type::string, severities},
    {"status", Type::string, statuses},
    {"classification", Type::string, classifications},
    {"determination", Type::string, determinations},
    {"investigationState", Type::string, investigation_states},
    {"serviceSource", Type::string, service_sources},
    {"detectionSource", Type::string, detection_sources},
    {"productName"},
    {"detectorId"},
    {"alertPolicyId"},
    {"alertWebUrl"},
    {"assignedTo"},
    {"actorDisplayName"},
    {"threatDisplayName"},
    {"threatFamilyName"},
    {"incidentId"},
    {"incidentWebUrl"},
    {"tenantId"},
    {"createdDateTime", Type::datetime},
    {"lastUpdateDateTime", Type::datetime},
    {"resolvedDateTime", Type::datetime},
    {"firstActivityDateTime", Type::datetime},
    {"lastActivityDateTime", Type::datetime},
    {"mitreTechniques", Type::dynamic},
    {"systemTags", Type::dynamic},
    {"comments", Type::dynamic},
    {"evidence", Type::dynamic},
    {"customDetails", Type::dynamic},
    {"additionalData", Type::dynamic},
};

bool is_member(Names members, std::string_view name) {
  return std::find(members.begin(), members.end(), name) != members.end();
}

std::string text_of(const json::Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

void set_default(json::Object& object, std::string_view name, std::string_view text) {
  if (!object.contains(name) && !text.empty()) object[name] = text;
}

json::Object& bag_of(json::Object& object, std::string_view name) {
  auto& value = object[name];
  if (!value.is_object()) value = json::Object();
  return value.get_object();
}

void keep_enumerations(json::Object& alert) {
  for (const auto& property : alert_properties) {
    if (property.members.empty()) continue;
    const std::string value = text_of(alert, property.name);
    if (value.empty() || is_member(property.members, value)) continue;
    if (property.name == "serviceSource" || property.name == "detectionSource")
      set_default(alert, "productName", value);
    else
      bag_of(alert, "additionalData")[property.name] = value;
    alert[property.name] = "unknown";
  }
}

// Members without a value say nothing. Evidence of no type cannot be served as evidence.
void keep_evidence(json::Object& alert) {
  json::Array typed, untyped;
  if (auto* evidence = alert.if_contains("evidence"); evidence && evidence->is_array()) {
    for (auto& item : evidence->get_array()) {
      if (!item.is_object()) continue;
      auto& members = item.get_object();
      const bool has_type = text_of(members, "@odata.type").starts_with("#microsoft.graph.security.");
      (has_type ? typed : untyped).push_back(std::move(item));
    }
  }
  for (auto& item : typed) {
    auto& members = item.get_object();
    set_default(members, "createdDateTime", text_of(alert, "createdDateTime"));
    const auto keep_member = [&](std::string_view name, Names known, std::string_view otherwise) {
      if (!is_member(known, text_of(members, name))) members[name] = otherwise;
    };
    keep_member("verdict", verdicts, "unknown");
    keep_member("remediationStatus", remediation_statuses, "none");
    for (const std::string_view name : {"roles", "detailedRoles", "tags"})
      if (!members.contains(name) || !members[name].is_array()) members[name] = json::Array();
  }
  alert["evidence"] = std::move(typed);
  if (!untyped.empty()) bag_of(alert, "additionalData")["evidence"] = std::move(untyped);
}

void keep_arrays(json::Object& alert) {
  for (const std::string_view name : {"mitreTechniques", "systemTags", "comments"}) {
    auto& value = alert[name];
    if (!value.is_array()) value = json::Array();
    auto& items = value.get_array();
    for (auto item = items.begin(); item != items.end();)
      item = item->is_null() || std::find(items.begin(), item, *item) != item ? items.erase(item) : item + 1;
  }
}

// Ours are set where alerts are stored; the provider's go along as additional data.
void move_foreign_ids(json::Object& alert) {
  for (const std::string_view name : {"incidentId", "incidentWebUrl", "tenantId"}) {
    const std::string value = text_of(alert, name);
    if (!value.empty()) bag_of(alert, "additionalData")[name] = value;
    alert.erase(name);
  }
}

}  // namespace

std::string alert_id(std::string_view tenant_id, std::string_view provider, std::string_view provider_alert_id) {
  std::string text;
  for (const std::string_view part : {tenant_id, provider, provider_alert_id}) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  base::Guid guid;
  std::copy_n(digest.begin(), guid.bytes.size(), guid.bytes.begin());
  // RFC 9562: version 8 (made by a rule of its own), variant 10.
  guid.bytes[6] = static_cast<uint8_t>((guid.bytes[6] & 0x0f) | 0x80);
  guid.bytes[8] = static_cast<uint8_t>((guid.bytes[8] & 0x3f) | 0x80);
  return base::to_string(guid);
}

json::Object normalize_alert(json::Object alert, const AlertOrigin& origin) {
  keep_enumerations(alert);
  move_foreign_ids(alert);
  alert["id"] = alert_id(origin.tenant_id, origin.provider, text_of(alert, "providerAlertId"));
  alert["tenantId"] = origin.tenant_id;
  set_default(alert, "createdDateTime", text_of(alert, "firstActivityDateTime"));
  set_default(alert, "createdDateTime", base::format_date_time(origin.now));
  set_default(alert, "lastUpdateDateTime", text_of(alert, "createdDateTime"));
  set_default(alert, "firstActivityDateTime", text_of(alert, "createdDateTime"));
  set_default(alert, "lastActivityDateTime", text_of(alert, "firstActivityDateTime"));
  set_default(alert, "status", "new");
  if (text_of(alert, "status") == "resolved")
    set_default(alert, "resolvedDateTime", text_of(alert, "lastUpdateDateTime"));
  set_default(alert, "severity", "unknown");
  set_default(alert, "serviceSource", "unknown");
  set_default(alert, "detectionSource", "unknown");
  set_default(alert, "productName", origin.provider);
  set_default(alert, "title", text_of(alert, "category"));
  set_default(alert, "title", "Alert of " + origin.provider);
  keep_arrays(alert);
  keep_evidence(alert);
  return alert;
}

base::Status check_alert_columns(const columnar::Schema& columns) {
  for (const auto& column : columns) {
    const auto* property = std::find_if(std::begin(alert_properties), std::end(alert_properties),
                                        [&](const auto& known) { return known.name == column.name; });
    if (property == std::end(alert_properties))
      return fail(ErrorCode::semantic_error, "An alert has no property '" + column.name + "'.");
    if (property->type != column.type)
      return fail(ErrorCode::semantic_error, "The column '" + column.name + "' of an alert is " +
                                                 std::string(to_string(property->type)) + ", the statement gives " +
                                                 std::string(to_string(column.type)) + ".");
  }
  if (!columnar::find_column(columns, "providerAlertId"))
    return fail(ErrorCode::semantic_error, "There is no column 'providerAlertId'.");
  return {};
}

}  // namespace vedette::ingest
