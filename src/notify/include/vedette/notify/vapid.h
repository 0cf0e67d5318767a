// The key that a tenant's web push messages are signed with (RFC 8292, "VAPID"): P-256, made when it is first asked
// for and kept in the tenant's state. Web push itself is refused by name still.
#pragma once

#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/store/entity_store.h"

namespace vedette::notify {

inline constexpr std::string_view vapid_state = "notify.vapid";

// The uncompressed point in base64url, as a browser's PushManager takes it.
base::Result<std::string> vapid_public_key(store::EntityStore& store, std::string_view tenant);

}  // namespace vedette::notify
