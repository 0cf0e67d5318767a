// What every error of a query must be.
#pragma once

#include <string>
#include <string_view>

#include "vedette/base/error.h"

namespace vedette::fuzz {

// What is wrong with the error itself, or "".
inline std::string flaw_of(const base::Error& error, std::string_view query) {
  if (error.code == base::ErrorCode::internal) return "an internal error: " + error.message;
  if (error.message.empty()) return "an error without a message";
  if (!error.span) return "";
  if (error.span->begin > error.span->end || error.span->end > query.size())
    return "an error with a wrong place: " + error.message;
  return "";
}

}  // namespace vedette::fuzz
