// Receivers: which URLs may be one, and the handshake by which one says that it wants to be (Graph's
// change-notifications-delivery-webhooks, "Notification endpoint validation").
#pragma once

#include <functional>
#include <string>

#include "vedette/base/deadline.h"
#include "vedette/base/result.h"
#include "vedette/http/client.h"

namespace vedette::notify {

inline constexpr size_t url_bytes_max = 4096;
inline constexpr std::chrono::seconds handshake_timeout{10};

// Sends one request to a receiver, within the reach that the operator allows. Threads: any.
using Send = std::function<base::Result<http::ClientResponse>(const http::ClientRequest&)>;

// https with a host, and no user or fragment; http where the operator allows it. bad_request with `property` as target.
enum class Schemes : uint8_t { https, https_and_http };
base::Status check_url(std::string_view url, Schemes schemes, const std::string& property);

// POST URL?validationToken=…; the answer has to be 200, text/plain and the decoded token. bad_request saying what came
// instead.
base::Status validate_endpoint(const std::string& url, const std::string& property, const Send& send,
                               const base::StopCheck& stop);

// The options of a client that validates, out of those that deliver.
http::ClientOptions handshake_options(http::ClientOptions options);

}  // namespace vedette::notify
