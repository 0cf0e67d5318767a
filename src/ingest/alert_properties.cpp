#include "alert_properties.h"

#include "vedette/ingest/alert.h"

namespace vedette::ingest {

using columnar::Type;

namespace {

constexpr std::string_view statuses[] = {"unknown", "new", "inProgress", "resolved"};
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

const ObjectProperty properties[] = {
    {"providerAlertId"},
    {"title"},
    {"description"},
    {"recommendedActions"},
    {"category"},
    {"categories", Type::dynamic},
    {"severity", Type::string, severity_members()},
    {"status", Type::string, statuses},
    {"classification", Type::string, classification_members()},
    {"determination", Type::string, determination_members()},
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

std::span<const ObjectProperty> alert_properties() { return properties; }
MemberNames evidence_verdicts() { return verdicts; }
MemberNames evidence_remediation_statuses() { return remediation_statuses; }

base::Status check_alert_columns(const columnar::Schema& columns) {
  return check_object_columns(columns, properties, "alert", "providerAlertId");
}

}  // namespace vedette::ingest
