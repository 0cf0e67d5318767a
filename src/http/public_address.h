// Which addresses the internet routes to anybody (the IANA special-purpose address registries, RFC 6890).
#pragma once

#include <sys/socket.h>

namespace vedette::http {

bool is_public(const sockaddr& address);

}  // namespace vedette::http
