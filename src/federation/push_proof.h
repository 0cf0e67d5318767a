// The proof that a pushed body comes from who has the instance's secret: HMAC (RFC 2104) over the body, and what else
// the provider signs with it.
#pragma once

#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/federation/connector_transport.h"
#include "vedette/http/message.h"

namespace vedette::federation {

// Of signatures in one field, when several keys are in use; further ones are not looked at.
inline constexpr size_t signatures_max = 8;

// The secret's bytes. bad_request when it is not in the encoding of the connector's [push].
base::Result<std::string> push_key(const PushTransport& rule, const std::string& secret);

// What identifies the body, so that it is stored once. `unauthenticated` for a signature that is missing or wrong, and
// for a time that is missing or farther from `now` than the tolerance. Comparing tells nothing by the time it takes.
base::Result<std::string> prove_push(const PushTransport& rule, std::string_view key, const http::Request& request,
                                     base::DateTime now);

}  // namespace vedette::federation
