// The second step of providers whose pages say only what there is (connector.toml, [poll.each]): each record of a page
// is asked for, or all of them at once.
#pragma once

#include "provider_client.h"
#include "vedette/base/deadline.h"
#include "vedette/json/value.h"

namespace vedette::federation {

inline constexpr size_t details_max = 10'000;          // of a page
inline constexpr size_t details_bytes_max = 64 << 20;  // of a page

struct Details {
  json::Array records;
  uint64_t missing = 0;  // that the provider no longer has
};

// Errors: those of the client; unavailable for an answer that is no JSON or has no records; limit_exceeded.
base::Result<Details> fetch_details(const DetailRule& rule, const json::Array& listed, ProviderClient& client,
                                    const base::StopCheck& stop);

}  // namespace vedette::federation
