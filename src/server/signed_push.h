// POST /vedette/push/{tenant}/{connector}: what a provider sends to a connector that was set up (transport `push`). It
// has no token of ours; the connector's secret proves it (federation/push_proof.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "federation_worker.h"
#include "log.h"
#include "tenant_events.h"
#include "vedette/base/places.h"
#include "vedette/http/message.h"
#include "vedette/json/value.h"

namespace vedette::server {

// Larger ones are for who has a token: these are read before anything is proven.
inline constexpr uint64_t signed_push_bytes_max = 4 << 20;

struct PushAddress {
  std::string tenant, connector;
};
// nullopt for other paths.
std::optional<PushAddress> push_address(std::string_view path);

struct SignedPushParts {
  FederationWorker& federation;
  EventFolders& events;
  base::Places& pushes;
  Log& log;
};
base::Result<json::Object> take_signed_push(const SignedPushParts& parts, const PushAddress& address,
                                            const http::Request& request);

}  // namespace vedette::server
