#include "object_properties.h"

#include <algorithm>
#include <string>

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::string_view severities[] = {"unknown", "informational", "low", "medium", "high"};
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

}  // namespace

MemberNames severity_members() { return severities; }
MemberNames classification_members() { return classifications; }
MemberNames determination_members() { return determinations; }

bool is_member(MemberNames members, std::string_view name) {
  return std::find(members.begin(), members.end(), name) != members.end();
}

base::Status check_object_columns(const columnar::Schema& columns, std::span<const ObjectProperty> properties,
                                  std::string_view what, std::string_view key) {
  for (const auto& column : columns) {
    const auto property = std::find_if(properties.begin(), properties.end(),
                                       [&](const ObjectProperty& known) { return known.name == column.name; });
    if (property == properties.end())
      return fail(ErrorCode::semantic_error, "An " + std::string(what) + " has no property '" + column.name + "'.");
    if (property->type != column.type)
      return fail(ErrorCode::semantic_error, "The column '" + column.name + "' of an " + std::string(what) + " is " +
                                                 std::string(to_string(property->type)) + ", the statement gives " +
                                                 std::string(to_string(column.type)) + ".");
  }
  if (!columnar::find_column(columns, key))
    return fail(ErrorCode::semantic_error, "There is no column '" + std::string(key) + "'.");
  return {};
}

}  // namespace vedette::ingest
