// Errors on the wire: Graph's envelope, and the one map from codes to statuses (design, "Errors").
#pragma once

#include <string>
#include <string_view>

#include "vedette/base/error.h"
#include "vedette/base/time.h"
#include "vedette/http/message.h"

namespace vedette::odata {

int http_status(base::ErrorCode code);
std::string_view graph_code(base::ErrorCode code);

// What identifies a request in answers and logs.
struct Correlation {
  std::string request_id;
  std::string client_request_id;  // the client's own, or the request's
};

Correlation correlate(const http::Request& request);
// The headers that every response carries.
void add_common_headers(http::Response& response, const Correlation& correlation);
http::Response error_response(const base::Error& error, const Correlation& correlation, base::DateTime now);

}  // namespace vedette::odata
