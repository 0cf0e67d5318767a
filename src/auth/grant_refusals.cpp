#include "grant_refusals.h"

namespace vedette::auth {

Refusal invalid_grant(int code, std::string description) {
  return {400, "invalid_grant", code, std::move(description)};
}

Refusal refusal_of(Unusable why) {
  switch (why) {
    case Unusable::unknown:
    case Unusable::mismatch:
      return invalid_grant(70000, "The code or token is unknown, or was issued to another client or address.");
    case Unusable::bad_verifier:
      return invalid_grant(501481, "The code_verifier does not match the code_challenge of the authorization request.");
    case Unusable::expired:
      return invalid_grant(70008, "The code or token has expired.");
    case Unusable::used:
      return invalid_grant(54005, "The code or token was used already; what it led to is revoked.");
    case Unusable::pending:
      return {400, "authorization_pending", 70016, "The user has not decided yet."};
    case Unusable::too_soon:
      return {400, "slow_down", 70016, "The device asks more often than it was told to."};
    case Unusable::refused:
      return {400, "authorization_declined", 70018, "The user refused."};
  }
  return invalid_grant(70000, "The code or token is unknown.");
}

Refusal device_refusal_of(Unusable why) {
  if (why == Unusable::expired) return {400, "expired_token", 70020, "The device code has expired."};
  if (why == Unusable::unknown || why == Unusable::mismatch)
    return {400, "bad_verification_code", 70019, "The device code is unknown, or of another client."};
  return refusal_of(why);
}

}  // namespace vedette::auth
