// Types of the model as JSON Schemas (the dialect of OpenAPI 3.1).
#pragma once

#include <string>

#include "vedette/edm/model.h"
#include "vedette/json/value.h"

namespace vedette::odata {

// A reference to one of `type_schemas`, or a primitive's own.
json::Object schema_of(const edm::TypeRef& type);
// Every type that the type refers to, itself included, by its name.
void add_type_schemas(const edm::TypeRef& type, json::Object& schemas);
json::Object reference_to(const std::string& type_name);

}  // namespace vedette::odata
