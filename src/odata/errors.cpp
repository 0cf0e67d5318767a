#include "vedette/odata/errors.h"

#include <algorithm>

#include "vedette/base/guid.h"
#include "vedette/json/text.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;

constexpr size_t client_request_id_bytes_max = 256;  // longer ones are not echoed

// Texts that say what happened inside stay inside.
std::string_view safe_message(const base::Error& error) {
  return http_status(error.code) == 500 ? std::string_view("The server could not answer the request.")
                                        : std::string_view(error.message);
}

}  // namespace

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::syntax_error:
    case ErrorCode::semantic_error:
    case ErrorCode::not_supported:
    case ErrorCode::limit_exceeded:
    case ErrorCode::external_data_disabled:
    case ErrorCode::bad_request:
      return 400;
    case ErrorCode::unauthenticated:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::method_not_allowed:
      return 405;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::precondition_failed:
      return 412;
    case ErrorCode::payload_too_large:
      return 413;
    case ErrorCode::unsupported_media_type:
      return 415;
    case ErrorCode::too_many_requests:
      return 429;
    case ErrorCode::headers_too_large:
      return 431;
    case ErrorCode::io_error:
    case ErrorCode::corrupt_data:
    case ErrorCode::internal:
      return 500;
    case ErrorCode::not_implemented:
      return 501;
    case ErrorCode::cancelled:
    case ErrorCode::unavailable:
      return 503;
  }
  return 500;
}

std::string_view graph_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::syntax_error:
    case ErrorCode::semantic_error:
    case ErrorCode::not_supported:
    case ErrorCode::limit_exceeded:
    case ErrorCode::external_data_disabled:
    case ErrorCode::bad_request:
      return "BadRequest";
    case ErrorCode::unauthenticated:
      return "InvalidAuthenticationToken";
    case ErrorCode::forbidden:
      return "Forbidden";
    case ErrorCode::not_found:
      return "ResourceNotFound";
    case ErrorCode::method_not_allowed:
      return "MethodNotAllowed";
    case ErrorCode::conflict:
      return "Conflict";
    case ErrorCode::precondition_failed:
      return "PreconditionFailed";
    case ErrorCode::payload_too_large:
      return "RequestEntityTooLarge";
    case ErrorCode::unsupported_media_type:
      return "UnsupportedMediaType";
    case ErrorCode::too_many_requests:
      return "TooManyRequests";
    case ErrorCode::headers_too_large:
      return "RequestHeaderFieldsTooLarge";
    case ErrorCode::io_error:
    case ErrorCode::corrupt_data:
    case ErrorCode::internal:
      return "InternalServerError";
    case ErrorCode::not_implemented:
      return "NotImplemented";
    case ErrorCode::cancelled:
    case ErrorCode::unavailable:
      return "ServiceUnavailable";
  }
  return "InternalServerError";
}

Correlation correlate(const http::Request& request) {
  Correlation correlation{base::to_string(base::random_guid()), {}};
  const std::string_view own = request.headers.get("client-request-id");
  const bool usable = !own.empty() && own.size() <= client_request_id_bytes_max && http::is_field_value(own);
  correlation.client_request_id = usable ? std::string(own) : correlation.request_id;
  return correlation;
}

void add_common_headers(http::Response& response, const Correlation& correlation) {
  response.headers.set("request-id", correlation.request_id);
  response.headers.set("client-request-id", correlation.client_request_id);
  response.headers.set("OData-Version", "4.0");
  if (!response.headers.find("Cache-Control")) response.headers.set("Cache-Control", "no-store");
}

http::Response error_response(const base::Error& error, const Correlation& correlation, base::DateTime now) {
  http::Response response;
  response.status = http_status(error.code);
  std::string& out = response.body;
  const auto member = [&out](std::string_view name, std::string_view value) {
    out += name;
    json::append_string(out, value);
  };
  member("{\"error\":{\"code\":", graph_code(error.code));
  member(",\"message\":", safe_message(error));
  if (!error.target.empty()) member(",\"target\":", error.target);
  out += ",\"innerError\":{";
  if (response.status == 429) out += R"("code":"429","status":"429",)";  // as Graph repeats it
  member("\"date\":", base::format_date_time(now).substr(0, 19));
  member(",\"request-id\":", correlation.request_id);
  member(",\"client-request-id\":", correlation.client_request_id);
  out += "}}}";
  response.headers.set("Content-Type", "application/json");
  if (response.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  if (error.retry_after_s > 0) response.headers.set("Retry-After", std::to_string(error.retry_after_s));
  add_common_headers(response, correlation);
  return response;
}

}  // namespace vedette::odata
