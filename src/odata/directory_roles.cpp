#include "directory_roles.h"

#include <algorithm>

#include "vedette/odata/caller.h"

namespace vedette::odata {
namespace {

// What an operator may change.
constexpr std::string_view operated_areas[] = {
    "CaseManagement",           "SecurityActions",  "SecurityAlert",    "SecurityAnalyzedMessage", "SecurityEvents",
    "SecurityIdentitiesHealth", "SecurityIncident", "ThreatAssessment", "ThreatIndicators",        "ThreatSubmission",
};

// What only an administrator sees.
constexpr std::string_view guarded_areas[] = {"BitlockerKey", "RecordsManagement", "SubjectRightsRequest",
                                              "eDiscovery"};

template <size_t n>
bool is_among(std::string_view name, const std::string_view (&names)[n]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::string_view area_of(std::string_view permission) { return permission.substr(0, permission.find('.')); }

std::string_view access_of(std::string_view permission) {
  const size_t dot = permission.find('.');
  if (dot == permission.npos) return {};
  const std::string_view rest = permission.substr(dot + 1);
  return rest.substr(0, rest.find('.'));
}

}  // namespace

bool is_reading(std::string_view permission) {
  constexpr std::string_view reading[] = {"Read", "ReadBasic", "Evaluate"};
  return is_among(access_of(permission), reading);
}

std::vector<std::string> directory_roles_for(std::string_view permission) {
  std::vector<std::string> roles;
  const std::string_view area = area_of(permission);
  const bool guarded = is_among(area, guarded_areas);
  if (!guarded && is_reading(permission)) roles.emplace_back(security_reader);
  if (!guarded && (is_reading(permission) || is_among(area, operated_areas))) roles.emplace_back(security_operator);
  roles.emplace_back(security_administrator);
  return roles;
}

}  // namespace vedette::odata
