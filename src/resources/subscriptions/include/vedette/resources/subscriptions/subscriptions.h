// What subscriptions do beyond being stored, and what they need from the composition root.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vedette/notify/endpoint.h"
#include "vedette/odata/behaviour.h"

namespace vedette::resources {

inline constexpr int64_t app_subscriptions_max = 500;      // of an application in a tenant
inline constexpr int64_t tenant_subscriptions_max = 1000;  // of all its applications

struct SubscriptionDependencies {
  notify::Send handshake = {};  // without one, no subscription can be made (501)
  notify::Schemes schemes = notify::Schemes::https;
  int handshakes_max = 8;  // at once; more are asked to come again
  // The object id of the application that asks; absent: its client id.
  std::function<std::string(const odata::Caller&)> principal_of = {};
  // Whether a token with this audience is one for this server.
  std::function<bool(const std::string& audience)> is_own_audience = {};
};

// `views`: of the sets that can be watched.
odata::Behaviours subscription_behaviours(const SubscriptionDependencies& dependencies,
                                          const std::vector<odata::ViewBehaviour>& views);

}  // namespace vedette::resources
