// Errors are values. A function that can fail returns Result<T>; its callers use TRY() to pass a failure on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace vedette::base {

// What kind of failure this is. Each protocol maps a code to its own status in one switch without default
// (odata: HTTP status and OData code; server: the codes of `hunt --batch`).
enum class ErrorCode : uint8_t {
  // A query or a filter expression.
  syntax_error,
  semantic_error,
  not_supported,
  limit_exceeded,
  cancelled,
  external_data_disabled,
  // A request.
  bad_request,
  unauthenticated,
  forbidden,
  not_found,
  method_not_allowed,
  conflict,
  precondition_failed,
  payload_too_large,
  headers_too_large,
  unsupported_media_type,
  too_many_requests,
  not_implemented,
  // The machine or its data.
  io_error,
  corrupt_data,
  unavailable,
  internal,
};

// A place in the source text of a query: 1-based line and column (columns count UTF-8 code points), and byte offsets.
struct SourceSpan {
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
};

struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;             // safe to show to the caller
  std::string cause;               // for the log only: paths, system errors; never secrets
  std::string target;              // the property, parameter or option at fault (OData `target`)
  std::optional<SourceSpan> span;  // for queries and expressions
  uint32_t retry_after_s = 0;      // too_many_requests, unavailable: when to come again

  Error() = default;
  Error(ErrorCode c, std::string m) : code(c), message(std::move(m)) {}
  Error(ErrorCode c, std::string m, SourceSpan s) : code(c), message(std::move(m)), span(s) {}

  Error&& with_cause(std::string text) && { return cause = std::move(text), std::move(*this); }
  Error&& with_target(std::string text) && { return target = std::move(text), std::move(*this); }
  Error&& at(SourceSpan where) && { return span = where, std::move(*this); }
};

// The name of a code for logs: "syntax_error".
const char* to_string(ErrorCode code);

}  // namespace vedette::base
