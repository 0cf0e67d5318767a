#include "brief_requests.h"

#include <algorithm>
#include <charconv>

namespace vedette::odata {

std::optional<size_t> BriefRequests::find(const http::Request& request, const Caller& caller,
                                          const std::vector<const edm::Model*>& models,
                                          const Behaviours& behaviours) const {
  if (request.method != "GET") return std::nullopt;
  const auto route = resolve(models, request.split_target().path);
  if (!route || !route->parents.empty() || route->single || route->count) return std::nullopt;
  if (route->kind != RouteKind::entity && route->kind != RouteKind::collection) return std::nullopt;
  const auto options = parse_query(request.split_target().query.value_or(""));
  if (!options) return std::nullopt;
  if (route->kind == RouteKind::entity) return options->find("expand") ? std::nullopt : std::optional<size_t>(0);
  if (route->capabilities->owned || find_view(behaviours, *route->type)) return std::nullopt;
  return find_page(*route, *options, caller);
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
  return place_of(hash).load(std::memory_order_relaxed) == hash ? std::nullopt : std::optional(hash);
}

}  // namespace vedette::odata
