#include "envelope.h"

#include "vedette/http/percent.h"
#include "vedette/json/value.h"

namespace vedette::notify {

namespace {

json::Value text_or_null(const std::string& text) { return text.empty() ? json::Value() : json::Value(text); }

}  // namespace

json::Object notification(const Lane& lane, const std::string& tenant, const Item& item) {
  const Subscription& subscription = lane.subscription;
  const odata::Reference& reference = lane.watch->reference;
  const std::string resource = reference.path + "/" + http::percent_encode(item.entity_id);
  return {{"id", subscription.id + "_" + std::to_string(item.sequence)},
          {"subscriptionId", subscription.id},
          {"subscriptionExpirationDateTime", base::format_date_time(subscription.expires)},
          {"clientState", text_or_null(subscription.client_state)},
          {"changeType", to_string(item.type)},
          {"resource", resource},
          {"tenantId", tenant},
          {"resourceData", json::Object{{"@odata.type", "#" + reference.type->name},
                                        {"@odata.id", resource},
                                        {"@odata.etag", "W/\"" + std::to_string(item.version) + "\""},
                                        {"id", item.entity_id}}}};
}

std::string lifecycle_body(const Subscription& subscription, const std::string& tenant, std::string_view event) {
  json::Array value;
  value.push_back(json::Object{{"subscriptionId", subscription.id},
                               {"subscriptionExpirationDateTime", base::format_date_time(subscription.expires)},
                               {"tenantId", tenant},
                               {"clientState", text_or_null(subscription.client_state)},
                               {"lifecycleEvent", event}});
  return json::to_text(json::Object{{"value", std::move(value)}});
}

}  // namespace vedette::notify
