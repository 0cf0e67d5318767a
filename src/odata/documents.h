// What tells of the API itself: the service document, $metadata, openapi.json. They need no token.
#pragma once

#include "call.h"
#include "openapi.h"

namespace vedette::odata {

http::Response service_document(const Call& call);
// In XML, or in JSON where the client says so.
http::Response metadata_document(const Call& call);
http::Response openapi_response(const std::string& document);

}  // namespace vedette::odata
