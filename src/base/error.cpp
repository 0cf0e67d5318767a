#include "vedette/base/error.h"

namespace vedette::base {

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::syntax_error:
      return "syntax_error";
    case ErrorCode::semantic_error:
      return "semantic_error";
    case ErrorCode::not_supported:
      return "not_supported";
    case ErrorCode::limit_exceeded:
      return "limit_exceeded";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::external_data_disabled:
      return "external_data_disabled";
    case ErrorCode::bad_request:
      return "bad_request";
    case ErrorCode::unauthenticated:
      return "unauthenticated";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::method_not_allowed:
      return "method_not_allowed";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::precondition_failed:
      return "precondition_failed";
    case ErrorCode::payload_too_large:
      return "payload_too_large";
    case ErrorCode::headers_too_large:
      return "headers_too_large";
    case ErrorCode::unsupported_media_type:
      return "unsupported_media_type";
    case ErrorCode::too_many_requests:
      return "too_many_requests";
    case ErrorCode::not_implemented:
      return "not_implemented";
    case ErrorCode::io_error:
      return "io_error";
    case ErrorCode::corrupt_data:
      return "corrupt_data";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace vedette::base
