#include "brief_requests.h"

#include <algorithm>
#include <charconv>

namespace vedette::odata {

std::optional<size_t> BriefRequests::find(const Route& route, const QueryOptions& options, const Caller& caller,
                                          const Behaviours& behaviours) const {
  if (!route.parents.empty() || route.single || route.count) return std::nullopt;
  if (route.kind == RouteKind::entity) return options.find("expand") ? std::nullopt : std::optional<size_t>(0);
  if (route.kind != RouteKind::collection || route.capabilities->owned || find_view(behaviours, *route.type))
    return std::nullopt;
  return find_page(route, options, caller);
}

std::optional<size_t> BriefRequests::find_page(const Route& route, const QueryOptions& options,
                                               const Caller& caller) const {
  constexpr std::string_view allowed[] = {"", "top", "skiptoken", "filter", "orderby"};
  std::string what = caller.tenant_id + "\n" + route.model->root() + "/" + route.path;
  for (const QueryOption& option : options.all) {
    if (std::find(std::begin(allowed), std::end(allowed), option.key) == std::end(allowed)) return std::nullopt;
    int64_t top = 0;
    std::from_chars(option.value.data(), option.value.data() + option.value.size(), top);
    if (option.key == "top" && top > brief_page_max) return std::nullopt;
    if (option.key == "filter" || option.key == "orderby") what += "\n" + option.key + "=" + option.value;
  }
  const size_t hash = std::hash<std::string>()(what);
  const Slow& slow = place_of(hash);
  const bool is_slow = slow.what == hash && std::chrono::steady_clock::now().time_since_epoch().count() < slow.until;
  return is_slow ? std::nullopt : std::optional(hash);
}

void BriefRequests::was_slow(size_t what) {
  Slow& slow = place_of(what);
  slow.until = (std::chrono::steady_clock::now() + slow_time).time_since_epoch().count();
  slow.what = what;
}

}  // namespace vedette::odata
