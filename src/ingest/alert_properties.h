// What an alert consists of: the properties that alerts.kql may give, and the members of their enumerations.
// Source: the reference of microsoft.graph.security.alert and alertEvidence.
#pragma once

#include <span>
#include <string_view>

#include "vedette/columnar/type.h"

namespace vedette::ingest {

using AlertNames = std::span<const std::string_view>;

// Text, enumerations of text, times, and what is no scalar.
struct AlertProperty {
  std::string_view name;
  columnar::Type type = columnar::Type::string;
  AlertNames members = {};  // of an enumeration
};

std::span<const AlertProperty> alert_properties();
AlertNames evidence_verdicts();
AlertNames evidence_remediation_statuses();

}  // namespace vedette::ingest
