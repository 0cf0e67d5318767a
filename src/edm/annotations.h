// Reads the annotations of a resource into its Capabilities.
#pragma once

#include <pugixml.hpp>

#include "vedette/base/result.h"
#include "vedette/edm/type.h"

namespace vedette::edm {

inline constexpr const char* roots_term = "Vedette.V1.Roots";
inline constexpr const char* status_term = "Vedette.V1.Status";
inline constexpr const char* inlined_term = "Vedette.V1.Inlined";

// An <Annotation> of an entity set or a navigation property. An unknown term is an error.
base::Status read_annotation(pugi::xml_node annotation, Capabilities& into);
// The same of a property.
base::Status read_annotation(pugi::xml_node annotation, Property& into);

// The permissions of an operation. An error when nothing is granted to anybody.
base::Result<Permissions> read_operation_permissions(pugi::xml_node operation);

// Replaces the short terms for permissions (Vedette.V1.Read, …) below `node` by those of Org.OData.Capabilities.V1.
void write_permissions_out(pugi::xml_node node);

}  // namespace vedette::edm
