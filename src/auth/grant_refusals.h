// What a client is told when its code or token is not good: in Entra's words, where the standards have others
// (authorization_declined is their access_denied).
#pragma once

#include <string>

#include "grants.h"
#include "refusal.h"

namespace vedette::auth {

Refusal invalid_grant(int code, std::string description);
Refusal refusal_of(Unusable why);
// Of a device code.
Refusal device_refusal_of(Unusable why);

}  // namespace vedette::auth
