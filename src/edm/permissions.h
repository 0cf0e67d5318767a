// Permissions in annotations: the records of Org.OData.Capabilities.V1, and the short form of this project.
//
//   Vedette.V1.Read, .Insert, .Update, .Delete, .Invoke        String = scopes | part { ";" part }
//   part                                                       ("application" | "delegated") scopes
//   scopes                                                     names separated by blanks; without a part: of both kinds
#pragma once

#include <pugixml.hpp>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/edm/capabilities.h"

namespace vedette::edm {

struct PermissionTerm {
  std::string_view short_term;  // "Vedette.V1.Read"
  std::string_view long_term;   // "Org.OData.Capabilities.V1.ReadRestrictions"
};

inline constexpr PermissionTerm permission_terms[] = {
    {"Vedette.V1.Read", "Org.OData.Capabilities.V1.ReadRestrictions"},
    {"Vedette.V1.Insert", "Org.OData.Capabilities.V1.InsertRestrictions"},
    {"Vedette.V1.Update", "Org.OData.Capabilities.V1.UpdateRestrictions"},
    {"Vedette.V1.Delete", "Org.OData.Capabilities.V1.DeleteRestrictions"},
    {"Vedette.V1.Invoke", "Org.OData.Capabilities.V1.OperationRestrictions"},
};

// Of an annotation in either form. An error when it grants nothing to anybody.
base::Result<Permissions> read_permissions(pugi::xml_node annotation);

// The record of a …Restrictions annotation.
void write_permissions(pugi::xml_node annotation, const Permissions& permissions);

}  // namespace vedette::edm
