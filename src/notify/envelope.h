// What goes to receivers: changeNotificationCollection and its lifecycle form, as JSON.
#pragma once

#include <string>

#include "lane.h"

namespace vedette::notify {

// One notification; encryptedContent is added by who has it.
json::Object notification(const Lane& lane, const std::string& tenant, const Item& item);

// {"value":[…]}
std::string lifecycle_body(const Subscription& subscription, const std::string& tenant, std::string_view event);

}  // namespace vedette::notify
