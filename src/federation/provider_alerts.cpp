#include "provider_alerts.h"

#include <algorithm>

namespace vedette::federation {

namespace {

bool came_from(const json::Object& alert, const std::string& tenant) {
  const json::Value* additional = alert.if_contains("additionalData");
  const json::Value* origins = additional ? json::find(*additional, origins_member) : nullptr;
  if (!origins || !origins->is_array()) return false;
  const auto& list = origins->get_array();
  return std::any_of(list.begin(), list.end(),
                     [&](const json::Value& origin) { return origin == json::Value(tenant); });
}

class ProviderAlerts final : public ingest::AlertSink {
 public:
  ProviderAlerts(ingest::AlertSink& alerts, std::string tenant, std::string instance)
      : alerts_(alerts), tenant_(std::move(tenant)), instance_(std::move(instance)) {}

  base::Status accept(std::vector<json::Object> alerts) override {
    std::erase_if(alerts, [&](const json::Object& alert) { return came_from(alert, tenant_); });
    for (json::Object& alert : alerts) alert[instance_member] = instance_;
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
};

}  // namespace

std::unique_ptr<ingest::AlertSink> make_provider_alerts(ingest::AlertSink& alerts, std::string tenant,
                                                        std::string instance) {
  return std::make_unique<ProviderAlerts>(alerts, std::move(tenant), std::move(instance));
}

}  // namespace vedette::federation
