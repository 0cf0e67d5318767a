// The one table of what resources do, put together from the areas. Each area says its rows in a function of its own; a
// new area is one line in behaviours.cpp.
#pragma once

#include "vedette/odata/behaviour.h"
#include "vedette/resources/hunting/behaviours.h"
#include "vedette/resources/subscriptions/subscriptions.h"

namespace vedette::resources {

struct Dependencies {
  HuntingDependencies hunting;
  SubscriptionDependencies subscriptions = {};
  // Before the alerts of the first form are listed: asks the providers that are to be asked each time. Warnings name
  // those that failed.
  std::function<std::vector<std::string>(odata::Context&)> gather_alerts = {};
};

odata::Behaviours behaviours(const Dependencies& dependencies);

}  // namespace vedette::resources
