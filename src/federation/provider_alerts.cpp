#include "provider_alerts.h"

#include <algorithm>

#include "vedette/odata/behaviour.h"
#include "vedette/resources/alerts/united_changes.h"

namespace vedette::federation {

bool came_from(const json::Object& alert, const std::string& tenant) {
  const json::Value* additional = alert.if_contains("additionalData");
  const json::Value* origins = additional ? json::find(*additional, origins_member) : nullptr;
  if (!origins || !origins->is_array()) return false;
  const auto& list = origins->get_array();
  return std::any_of(list.begin(), list.end(),
                     [&](const json::Value& origin) { return origin == json::Value(tenant); });
}

namespace {

class ProviderAlerts final : public ingest::AlertSink {
 public:
  ProviderAlerts(ingest::AlertSink& alerts, std::string tenant, std::string instance, const base::Clock& clock)
      : alerts_(alerts), tenant_(std::move(tenant)), instance_(std::move(instance)), clock_(clock) {}

  base::Status accept(std::vector<json::Object> alerts) override {
    std::erase_if(alerts, [&](const json::Object& alert) { return came_from(alert, tenant_); });
    for (json::Object& alert : alerts) {
      alert[instance_member] = instance_;
      take_change_times(alert, clock_.now());
    }
    return alerts_.accept(std::move(alerts));
  }
  base::Status accept_incidents(std::vector<json::Object> incidents) override {
    return alerts_.accept_incidents(std::move(incidents));
  }
  base::Status accept_indicators(std::vector<json::Object> indicators) override {
    return alerts_.accept_indicators(std::move(indicators));
  }

 private:
  ingest::AlertSink& alerts_;
  const std::string tenant_, instance_;
  const base::Clock& clock_;
};

}  // namespace

std::unique_ptr<ingest::AlertSink> make_provider_alerts(ingest::AlertSink& alerts, std::string tenant,
                                                        std::string instance, const base::Clock& clock) {
  return std::make_unique<ProviderAlerts>(alerts, std::move(tenant), std::move(instance), clock);
}

void take_change_times(json::Object& alert, base::DateTime now) {
  json::Value* additional = alert.if_contains("additionalData");
  if (!additional || !additional->is_object()) return;
  const json::Value* given = additional->get_object().if_contains(odata::changes_annotation);
  if (!given) return;
  json::Value times = *given;
  additional->get_object().erase(odata::changes_annotation);
  alert[odata::changes_annotation] = std::move(times);
  if (!resources::take_change_times(alert, now)) return;
  json::Value* bag = alert.if_contains("additionalData");
  if (const json::Value* tags = bag->get_object().if_contains(odata::tags_annotation)) {
    json::Value taken = *tags;
    bag->get_object().erase(odata::tags_annotation);
    if (taken.is_array()) alert[odata::tags_member] = std::move(taken);
  }
}

}  // namespace vedette::federation
