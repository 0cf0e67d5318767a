#include "vedette/federation/request_template.h"

#include "poll_page.h"

namespace vedette::federation {

std::vector<std::string> RequestTemplate::places() const {
  std::vector<std::string> all = url.places();
  for (std::string& place : body.places()) all.push_back(std::move(place));
  return all;
}

base::Result<http::ClientRequest> RequestTemplate::fill(const BodyTemplate::Lookup& lookup) const {
  http::ClientRequest request;
  request.method = method;
  request.url = TRY(url.url([&](const std::string& name) -> std::optional<std::string> {
    const auto value = lookup(name);
    return value ? std::optional(scalar_text(&*value)) : std::nullopt;
  }));
  if (body.empty()) return request;
  request.headers.set("Content-Type", "application/json");
  request.body = json::to_text(TRY(body.fill(lookup)));
  return request;
}

}  // namespace vedette::federation
