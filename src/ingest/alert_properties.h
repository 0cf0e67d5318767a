// What an alert consists of: the properties that alerts.kql may give, and the members of their enumerations.
// Source: the reference of microsoft.graph.security.alert and alertEvidence.
#pragma once

#include "object_properties.h"

namespace vedette::ingest {

std::span<const ObjectProperty> alert_properties();
MemberNames evidence_verdicts();
MemberNames evidence_remediation_statuses();

}  // namespace vedette::ingest
