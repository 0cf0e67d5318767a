#include "alert_properties.h"

#include <algorithm>

#include "vedette/ingest/alert.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;
using columnar::Type;

namespace {

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

constexpr AlertProperty properties[] = {
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

}  // namespace

std::span<const AlertProperty> alert_properties() { return properties; }
AlertNames evidence_verdicts() { return verdicts; }
AlertNames evidence_remediation_statuses() { return remediation_statuses; }

base::Status check_alert_columns(const columnar::Schema& columns) {
  for (const auto& column : columns) {
    const auto* property = std::find_if(std::begin(properties), std::end(properties),
                                        [&](const auto& known) { return known.name == column.name; });
    if (property == std::end(properties))
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
