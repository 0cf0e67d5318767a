// Rows of a connector's query that are objects (alerts, indicators, incidents): which columns they may have.
#pragma once

#include <span>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/columnar/type.h"

namespace vedette::ingest {

using MemberNames = std::span<const std::string_view>;

// Text, enumerations of text, numbers, times, and what is no scalar.
struct ObjectProperty {
  std::string_view name;
  columnar::Type type = columnar::Type::string;
  MemberNames members = {};  // of an enumeration
};

// Members of microsoft.graph.security's enumerations that alerts and incidents share.
MemberNames severity_members();
MemberNames classification_members();
MemberNames determination_members();

bool is_member(MemberNames members, std::string_view name);

// semantic_error naming the column that an object of the kind `what` ("alert") does not have, or has of another type,
// and the column `key` when it is missing.
base::Status check_object_columns(const columnar::Schema& columns, std::span<const ObjectProperty> properties,
                                  std::string_view what, std::string_view key);

}  // namespace vedette::ingest
