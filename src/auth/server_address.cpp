#include "vedette/auth/server_address.h"

#include <algorithm>

namespace vedette::auth {
namespace {

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 261 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string ServerAddress::link_root(const http::Request& request) const {
  const std::string_view host = request.headers.get("Host");
  if (!public_url.empty() || !is_host(host)) return root();
  return (request.tls ? "https://" : "http://") + std::string(host);
}

bool ServerAddress::is_audience(std::string_view audience) const {
  return audience == graph_url || audience == graph_app_id || audience == root();
}

std::optional<std::string> ServerAddress::audience_of(std::string_view resource, const http::Request& request) const {
  if (resource.ends_with('/')) resource.remove_suffix(1);
  if (http::equal_ignoring_case(resource, graph_url)) return std::string(graph_url);
  if (http::equal_ignoring_case(resource, graph_app_id)) return std::string(graph_app_id);
  if (http::equal_ignoring_case(resource, root())) return root();
  const std::string_view host = request.headers.get("Host");
  for (const std::string_view scheme : {"https://", "http://"})
    if (is_host(host) && http::equal_ignoring_case(resource, std::string(scheme) + std::string(host))) return root();
  return std::nullopt;
}

}  // namespace vedette::auth
