// Addresses, host names and URLs.
#include <algorithm>

#include "entity_set.h"
#include "text_form.h"

namespace vedette::correlate {
namespace {

using Topic = SharedInfrastructure::Topic;

// Reports write indicators so that nobody follows them: hxxp://evil[.]example.
std::string refanged(std::string_view text) {
  std::string result(trimmed(text));
  for (const std::string_view dot : {"[.]", "(.)", "[dot]"}) {
    for (size_t at = result.find(dot); at != std::string::npos; at = result.find(dot, at + 1)) {
      result.replace(at, dot.size(), ".");
    }
  }
  return result;
}

struct Url {
  std::string host;  // lower case
  std::string port;  // "" for the scheme's own
  std::string rest;  // path and query; "" for "/"
};

// RFC 3986, 3: authority and what follows it; a scheme is optional. The scheme does not tell two URLs apart.
Url split(std::string_view text) {
  Url url;
  text = text.substr(0, text.find('#'));
  if (const size_t colon = text.find("://"); colon != std::string_view::npos) text.remove_prefix(colon + 3);
  const size_t end = std::min(text.find_first_of("/?\\"), text.size());
  std::string_view authority = text.substr(0, end);
  url.rest = text.substr(end);
  if (url.rest == "/") url.rest.clear();
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  const size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos &&
      (authority.front() == '[' || authority.find(':') == colon)) {
    url.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  if (url.port == "80" || url.port == "443") url.port.clear();
  url.host = comparable(authority);
  while (url.host.ends_with('.')) url.host.pop_back();
  return url;
}

bool is_host_name(std::string_view host) {
  const bool plain = std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || (c & 0x80) != 0;
  });
  const size_t dot = host.rfind('.');
  return plain && dot != std::string_view::npos && dot > 0 && host.size() - dot > 2;
}

}  // namespace

void add_ip_address(EntitySet& set, std::string_view text, const SharedInfrastructure& shared) {
  const auto address = parse_ip_address(refanged(text));
  if (!address) return;
  switch (reach(*address)) {
    case Reach::none:
      return;
    case Reach::private_:
      return set.add(EntityKind::private_ip, to_string(*address));
    case Reach::public_:
      if (!shared.has_address(*address)) set.add(EntityKind::public_ip, to_string(*address));
  }
}

void add_host(EntitySet& set, std::string_view text, const SharedInfrastructure& shared) {
  std::string host = comparable(refanged(text));
  while (host.ends_with('.')) host.pop_back();
  if (host.starts_with("www.")) host.erase(0, 4);
  if (parse_ip_address(host)) return add_ip_address(set, host, shared);
  if (!is_host_name(host) || shared.has(Topic::host, host) || shared.has_domain(host)) return;
  set.add(EntityKind::domain, host);
}

void add_url(EntitySet& set, std::string_view text, const SharedInfrastructure& shared) {
  const Url url = split(refanged(text));
  if (url.host.empty()) return;
  add_host(set, url.host, shared);
  // The front page of a shared domain says nothing; a document there does.
  const bool front_page = url.rest.empty();
  const auto address = parse_ip_address(url.host);
  if (address ? reach(*address) == Reach::none : !is_host_name(url.host)) return;
  if (front_page && (address || shared.has(Topic::host, url.host) || shared.has_domain(url.host))) return;
  set.add(EntityKind::url, url.host + (url.port.empty() ? "" : ":" + url.port) + url.rest);
}

}  // namespace vedette::correlate
