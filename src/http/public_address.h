// Which addresses the internet routes to anybody (the IANA special-purpose address registries, RFC 6890).
#pragma once

#include <sys/socket.h>

#include <optional>

#include "vedette/base/ip_address.h"

namespace vedette::http {

bool is_public(const sockaddr& address);

// nullopt for other families than IPv4 and IPv6.
std::optional<base::IpAddress> ip_of(const sockaddr& address);

}  // namespace vedette::http
