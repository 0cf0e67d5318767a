#include "external_address.h"

#include <algorithm>

#include "vedette/base/ascii_case.h"
#include "vedette/resources/hunting/external_data.h"

namespace vedette::resources {

using base::ErrorCode;
using base::fail;

base::Result<ExternalAddress> parse_external_address(std::string_view url) {
  const size_t scheme_end = url.find("://");
  const std::string scheme = base::ascii_lower(url.substr(0, scheme_end == url.npos ? 0 : scheme_end));
  if (scheme != "https" && scheme != "http")
    return fail(ErrorCode::bad_request, "An address of externaldata begins with https://.");
  const size_t host_begin = scheme_end + 3;
  const size_t host_end = std::min(url.find_first_of("/?#", host_begin), url.size());
  std::string_view host = url.substr(host_begin, host_end - host_begin);
  const std::string_view shown = url.substr(0, url.find_first_of("?#"));
  if (host.find('@') != host.npos || url.find(';') != url.npos)
    return fail(ErrorCode::not_supported, "Credentials in an address of externaldata are not supported.");
  if (host.starts_with('['))
    host = host.substr(0, std::min(host.find(']'), host.size() - 1) + 1);
  else
    host = host.substr(0, host.find(':'));
  const bool is_plain = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7f && c != '\\'; });
  if (host.empty() || !is_plain) return fail(ErrorCode::bad_request, "An address of externaldata is no URL.");
  const size_t slash = shown.rfind('/');
  return ExternalAddress{std::string(url), scheme == "https", base::ascii_lower(host), std::string(shown),
                         std::string(slash < host_end ? std::string_view{} : shown.substr(slash + 1))};
}

// RFC 3986, section 5.2, without dot segments: the server resolves them.
std::string resolved(const ExternalAddress& from, std::string_view location) {
  const size_t colon = location.find(':');
  if (colon != location.npos && colon < location.find_first_of("/?#")) return std::string(location);
  const size_t host_end = std::min(from.shown.find('/', from.shown.find("://") + 3), from.shown.size());
  if (location.starts_with("//")) return from.shown.substr(0, from.shown.find("//")).append(location);
  if (location.starts_with('/')) return from.shown.substr(0, host_end).append(location);
  if (location.starts_with('?')) return from.shown + std::string(location);
  const size_t folder_end = from.shown.rfind('/');
  return from.shown.substr(0, folder_end < host_end ? host_end : folder_end).append("/").append(location);
}

bool matches_host(const std::vector<std::string>& patterns, std::string_view host) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& text) {
    const std::string pattern = base::ascii_lower(text);
    return pattern.starts_with("*.") ? host.size() > pattern.size() - 1 && host.ends_with(pattern.substr(1))
                                     : host == pattern;
  });
}

bool is_host_pattern(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._[]:";
  return !text.empty() && text.find_first_not_of(letters) == text.npos && text.find("..") == text.npos;
}

}  // namespace vedette::resources
