#include "action_dispatch.h"

#include <algorithm>

#include "action_result.h"
#include "vedette/base/ascii_case.h"

namespace vedette::federation {

namespace {

std::string vendor_text(const json::Value& action, const char* name) {
  const json::Value* vendor = json::find(action, "vendorInformation");
  return vendor ? std::string(json::find_string(*vendor, name)) : "";
}

bool takes(const ActionTaker& taker, const json::Value& action) {
  const std::string provider = vendor_text(action, "provider"), vendor = vendor_text(action, "vendor");
  if (!taker.connector) return false;  // it could not be read
  const auto& transport = taker.connector->transport;
  const auto is_provider = [&](const std::string& name) { return base::equal_ignoring_ascii_case(name, provider); };
  return (is_provider(taker.provider) || is_provider(taker.product) ||
          std::any_of(transport.known_as.begin(), transport.known_as.end(), is_provider)) &&
         (vendor.empty() || base::equal_ignoring_ascii_case(taker.vendor, vendor)) &&
         transport.find_action(json::find_string(action, "name")) != nullptr;
}

bool is_dry_run(const json::Value& action) {
  const json::Object parameters = action_parameters(action);
  const json::Value* value = parameters.if_contains(dry_run_parameter);
  return value && value->is_string() && base::equal_ignoring_ascii_case(std::string_view(value->get_string()), "true");
}

}  // namespace

base::Result<bool> dispatch_action(const store::EntityStore& store, const std::string& tenant,
                                   const store::Change& change, const std::vector<ActionTaker>& takers,
                                   const base::Clock& clock, store::Commit& commit) {
  const auto entity = TRY(store.get(tenant, action_collection, change.id));
  if (!entity) return false;
  json::Value document = TRY(json::parse(entity->json));
  if (json::find_string(document, "status") != "NotStarted" || json::find(document, results_member)) return false;
  const base::DateTime now = clock.now();
  // It may have waited for somebody to dispatch it.
  const auto asked = base::parse_iso_date_time(json::find_string(document, "createdDateTime")).value_or(now);
  json::Array results;
  for (const ActionTaker& taker : takers) {
    if (!takes(taker, document)) continue;
    ActionResult result;
    result.id = action_result_id(change.id, taker.instance);
    result.action_id = change.id;
    result.instance = taker.instance;
    result.asked = asked;
    result.dry_run = is_dry_run(document);
    commit.entities.push_back({ActionResult::collection, result.id, encode(result), store::must_not_exist});
    results.emplace_back(result.id);
  }
  json::Object& action = document.get_object();
  if (results.empty())
    end_action(action,
               "No connector of '" + vendor_text(document, "provider") + "' carries out '" +
                   std::string(json::find_string(document, "name")) + "'.",
               "vedette", now);
  action[results_member] = std::move(results);
  commit.entities.push_back({action_collection, change.id, json::to_text(document), entity->version});
  return true;
}

}  // namespace vedette::federation
