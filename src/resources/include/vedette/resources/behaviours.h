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
};

odata::Behaviours behaviours(const Dependencies& dependencies);

}  // namespace vedette::resources
