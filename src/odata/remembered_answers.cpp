#include "remembered_answers.h"

#include <algorithm>

#include "vedette/base/ascii_case.h"

namespace vedette::odata {
namespace {

// All that an answer depends on beside the store. An application may see what others do not (owned entities).
std::string key_of(const http::Request& request, const Caller& caller, const Preferences& preferences,
                   std::string_view origin) {
  const std::string owner = caller.owner();
  std::string key;
  key.reserve(160 + request.target.size());
  for (const std::string_view part : {std::string_view(caller.tenant_id), std::string_view(owner), origin})
    key.append(part) += '\n';
  key += preferences.annotations ? 'a' : '-';
  key += preferences.unknown_members ? 'u' : '-';
  key += preferences.change_times ? 'c' : '-';
  if (preferences.page_max > 0) key += std::to_string(preferences.page_max);
  key += '\n';
  return key += request.target;
}

bool asks_for_now(const QueryOptions& options) {
  return std::any_of(options.all.begin(), options.all.end(), [](const QueryOption& option) {
    return base::ascii_lower(option.value).find("now") != std::string::npos;
  });
}

}  // namespace

std::optional<http::Response> RememberedAnswers::find(const http::Request& request, const Caller& caller,
                                                      const std::string& public_url, const store::EntityStore& store) {
  if (request.method != "GET") return std::nullopt;
  const auto answer =
      answers_.find(odata::key_of(request, caller, read_preferences(request), origin_of(request, public_url)));
  if (!answer || !authorise(caller, *answer->permissions)) return std::nullopt;
  const auto newest = store.newest_sequence(caller.tenant_id);
  if (!newest || *newest != answer->sequence) return std::nullopt;
  http::Response response;
  response.headers = answer->headers;
  response.shared_body = answer->body;
  return response;
}

bool RememberedAnswers::may_be_remembered(const Call& call) {
  const RouteKind kind = call.route.kind;
  const bool stored = kind == RouteKind::collection || kind == RouteKind::entity || kind == RouteKind::property;
  const ViewBehaviour* view = find_view(call.behaviours, *call.route.type);
  const bool gathered = kind == RouteKind::collection && view && view->gather;
  return call.request.method == "GET" && stored && !gathered && !call.options.find("expand") &&
         !asks_for_now(call.options);
}

std::string RememberedAnswers::key_of(const Call& call) {
  const std::string_view origin(call.root_url.data(), call.root_url.size() - call.route.model->root().size() - 1);
  return odata::key_of(call.request, call.caller, call.preferences, origin);
}

bool RememberedAnswers::was_asked(const std::string& key) const {
  const size_t what = std::hash<std::string>()(key);
  return place_of(what).load(std::memory_order_relaxed) == what;
}

void RememberedAnswers::remember(const std::string& key, const edm::Permissions& permissions,
                                 std::optional<int64_t> sequence, const http::Response& response) {
  if (response.status != 200 || response.stream) return;
  if (!sequence) {
    const size_t what = std::hash<std::string>()(key);
    return place_of(what).store(what, std::memory_order_relaxed);
  }
  auto body = response.shared_body;
  if (!body) {
    auto own = std::make_shared<http::SharedBody>();
    own->add(response.body);
    body = std::move(own);
  }
  constexpr size_t header_bytes = 96;  // about
  const size_t bytes = key.size() + body->size() + body->pieces().size() * sizeof(http::SharedBody::Piece) +
                       response.headers.size() * header_bytes;
  const std::string_view tenant(key.data(), key.find('\n') + 1);
  answers_.insert(key,
                  std::make_shared<const Answer>(Answer{*sequence, &permissions, response.headers, std::move(body)}),
                  bytes, [&](const std::string& other, const Answer& answer) {
                    return answer.sequence < *sequence && std::string_view(other).starts_with(tenant);
                  });
}

}  // namespace vedette::odata
