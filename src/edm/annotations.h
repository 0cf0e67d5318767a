// Reads the annotations of a resource into its Capabilities.
#pragma once

#include <pugixml.hpp>

#include "vedette/base/result.h"
#include "vedette/edm/capabilities.h"

namespace vedette::edm {

inline constexpr const char* roots_term = "Vedette.V1.Roots";
inline constexpr const char* operation_restrictions_term = "Org.OData.Capabilities.V1.OperationRestrictions";

// An <Annotation> of an entity set or a navigation property. An unknown term is an error.
base::Status read_annotation(pugi::xml_node annotation, Capabilities& into);

// The Permissions of the record of a …Restrictions annotation. An error when it grants nothing to anybody.
base::Result<Permissions> read_permissions(pugi::xml_node annotation);

}  // namespace vedette::edm
