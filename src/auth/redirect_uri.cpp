#include "redirect_uri.h"

#include <algorithm>

#include "vedette/base/ascii_case.h"

namespace vedette::auth {
namespace {

using base::ErrorCode;
using base::fail;

struct Parts {
  std::string_view scheme, host, port, rest;  // `rest` from the path on
  bool has_authority = false;
};

bool is_scheme(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '.';
  };
  return !text.empty() && text.front() >= 'A' && std::all_of(text.begin(), text.end(), fits);
}

Parts split(std::string_view uri) {
  Parts parts;
  const size_t colon = uri.find(':');
  if (colon == uri.npos) return parts;
  parts.scheme = uri.substr(0, colon);
  parts.rest = uri.substr(colon + 1);
  if (!parts.rest.starts_with("//")) return parts;
  parts.has_authority = true;
  std::string_view authority = parts.rest.substr(2);
  const size_t end = std::min(authority.find_first_of("/?"), authority.size());
  parts.rest = authority.substr(end);
  authority = authority.substr(0, end);
  const size_t bracket = authority.rfind(']'), port = authority.rfind(':');
  const bool has_port = port != authority.npos && (bracket == authority.npos || port > bracket);
  parts.host = authority.substr(0, has_port ? port : authority.size());
  if (has_port) parts.port = authority.substr(port + 1);
  return parts;
}

bool is_loopback_host(std::string_view host) { return host == "127.0.0.1" || host == "[::1]" || host == "localhost"; }

// "" and "/" are the same path (RFC 3986, section 6.2.3).
std::string with_path(std::string_view rest) { return (rest.starts_with('/') ? "" : "/") + std::string(rest); }

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_uri_character(char c) {
  return c > 0x20 && c < 0x7f && std::string_view("<>\"{}|\\^`#*@").find(c) == std::string_view::npos;
}

}  // namespace

base::Status check_redirect_uri(std::string_view uri) {
  const auto wrong = [&](const std::string& why) {
    const std::string shown = uri.size() <= 200 ? " '" + std::string(uri) + "'" : "";
    return fail(ErrorCode::bad_request, "The redirect URI" + shown + " " + why);
  };
  if (uri.size() > redirect_uri_bytes_max)
    return wrong("is longer than " + std::to_string(redirect_uri_bytes_max) + " bytes.");
  if (!std::all_of(uri.begin(), uri.end(), is_uri_character))
    return wrong("has characters that it must not have: blanks, '#', '*', '@' and others.");
  const Parts parts = split(uri);
  if (!is_scheme(parts.scheme)) return wrong("is not absolute, such as https://app.example/callback.");
  const std::string scheme = base::ascii_lower(parts.scheme);
  for (const std::string_view refused : {"javascript", "data", "vbscript", "file", "about", "blob"})
    if (scheme == refused) return wrong("has a scheme that is not allowed.");
  if (scheme == "https" || scheme == "http") {
    if (!parts.has_authority || parts.host.empty()) return wrong("names no host.");
    if (scheme == "http" && !is_loopback_host(parts.host))
      return wrong("is http, which is allowed for 127.0.0.1, [::1] and localhost only.");
  }
  return {};
}

bool is_registered_redirect_uri(const Application& application, std::string_view uri) {
  if (!check_redirect_uri(uri)) return false;
  const auto matches = [&](std::string_view registered) {
    if (registered == uri) return true;
    const Parts own = split(registered), sent = split(uri);
    return application.is_public && own.scheme == "http" && sent.scheme == "http" && is_loopback_host(own.host) &&
           own.host == sent.host && own.port.empty() && with_path(own.rest) == with_path(sent.rest) &&
           (sent.port.empty() || is_port(sent.port));
  };
  return std::any_of(application.redirect_uris.begin(), application.redirect_uris.end(), matches);
}

std::string content_source_of(std::string_view redirect_uri) {
  const Parts parts = split(redirect_uri);
  std::string source(parts.scheme);
  // A policy's host is a name or an IPv4 address (CSP 3, section 2.3.1).
  if ((parts.scheme != "https" && parts.scheme != "http") || parts.host.starts_with('[')) return source + ":";
  source += "://" + std::string(parts.host);
  if (!parts.port.empty()) source += ":" + std::string(parts.port);
  return source;
}

}  // namespace vedette::auth
