// What can be subscribed to, and for how long.
#pragma once

#include "vedette/odata/reference.h"

namespace vedette::notify {

// bad_request, with the target `resource`, for what names nothing or nothing that has subscriptions.
base::Result<odata::Reference> resolve_watched(const edm::Model& model, const odata::Behaviours& behaviours,
                                               std::string_view resource, base::DateTime now);

// The longest that a subscription lasts from when it is made or renewed.
base::TimeSpan lifetime_max(const odata::Reference& reference);

// The longest `resource` in bytes.
inline constexpr size_t resource_bytes_max = 16 * 1024;

}  // namespace vedette::notify
