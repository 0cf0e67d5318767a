#include "signed_push.h"

#include "push_ingest.h"
#include "pushed_body.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;

std::optional<PushAddress> push_address(std::string_view path) {
  constexpr std::string_view root = "/vedette/push/";
  if (!path.starts_with(root)) return std::nullopt;
  const std::string_view rest = path.substr(root.size());
  const size_t slash = std::min(rest.find('/'), rest.size());
  return PushAddress{std::string(rest.substr(0, slash)), std::string(rest.substr(std::min(slash + 1, rest.size())))};
}

base::Result<json::Object> take_signed_push(const SignedPushParts& parts, const PushAddress& address,
                                            const http::Request& request) {
  auto& federation = parts.federation.connectors();
  if (request.method != "POST") return fail(ErrorCode::method_not_allowed, "What is pushed is sent by POST.");
  if (!federation.takes_pushes(address.tenant, address.connector))
    return fail(ErrorCode::not_found, "There is no connector that takes what is sent here.");
  TenantEvents* const to = TRY(parts.events.open(address.tenant));
  const auto place = TRY(parts.pushes.take()), tenant_place = TRY(to->pushes.take());
  const auto summary = federation.push(address.tenant, address.connector, request, pushed_body);
  if (!summary) {
    if (summary.error().code == ErrorCode::unauthenticated)
      parts.log.problem("push_refused", summary.error(),
                        {{"tenantId", address.tenant}, {"connector", address.connector}});
    return summary.error();
  }
  merge_now_and_then(*to, parts.log);
  return push_answer(*summary);
}

}  // namespace vedette::server
