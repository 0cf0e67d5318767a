// Values that clients send, held to the model: types, members of enumerations, nullability. What conforms comes out in
// canonical form: the model's names and members, date-times with seven digits and Z.
#pragma once

#include <string>

#include "vedette/base/result.h"
#include "vedette/edm/model.h"
#include "vedette/json/value.h"

namespace vedette::odata {

// bad_request with `path` as its target.
base::Result<json::Value> conform(const json::Value& value, const edm::TypeRef& type, const std::string& path,
                                  const edm::Model& model);

// The members of an entity or a complex value, names in any case. Contained navigation properties are let in. Keeps
// "@odata.type" where it tells of a derived type; other annotations are dropped, "@odata.bind" is refused.
base::Result<json::Object> conform_object(const json::Object& object, const edm::StructuredType& declared,
                                          const std::string& path, const edm::Model& model);

// The one JSON object of a request's body. unsupported_media_type for other types and for content codings.
struct Body {
  json::Object object;
  bool empty = false;  // there was none
};
base::Result<Body> parse_body(std::string_view body, std::string_view content_type, std::string_view content_encoding);

base::Error bad_value(const std::string& path, std::string message);

}  // namespace vedette::odata
