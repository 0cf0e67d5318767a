#include "vedette/notify/watched.h"

#include "vedette/store/filter.h"

namespace vedette::notify {

using base::ErrorCode;

namespace {

// Minutes as in "Maximum length of subscription per resource type" of resources/subscription: security alert 43,200,
// which is under 30 days. Incidents are not in that list; they last as long as alerts.
struct WatchedType {
  std::string_view name;
  int64_t minutes_max;
};
constexpr WatchedType watched_types[] = {
    {"microsoft.graph.alert", 43'200},
    {"microsoft.graph.security.alert", 43'200},
    {"microsoft.graph.security.incident", 43'200},
};

const WatchedType* find_type(const odata::Reference& reference) {
  for (const WatchedType& type : watched_types)
    if (type.name == reference.type->name) return &type;
  return nullptr;
}

base::Error refused(std::string message) {
  return base::fail(ErrorCode::bad_request, std::move(message)).with_target("resource");
}

}  // namespace

base::Result<odata::Reference> resolve_watched(const edm::Model& model, const odata::Behaviours& behaviours,
                                               std::string_view resource, base::DateTime now) {
  if (resource.size() > resource_bytes_max)
    return refused("'resource' has more than " + std::to_string(resource_bytes_max) + " bytes.");
  auto reference = odata::resolve_reference(model, behaviours, resource, now);
  if (!reference) return base::Error(std::move(reference).error()).with_target("resource");
  if (!find_type(*reference))
    return refused("Subscriptions to '" + reference->path +
                   "' are not supported: there are those to alerts and to incidents.");
  if (reference->filter) {
    auto fits = store::check_filter(*reference->filter);
    if (!fits) return base::Error(std::move(fits).error()).with_target("resource");
  }
  return std::move(*reference);
}

base::TimeSpan lifetime_max(const odata::Reference& reference) {
  const WatchedType* type = find_type(reference);
  return {type ? type->minutes_max * base::ticks_per_minute : 0};
}

}  // namespace vedette::notify
