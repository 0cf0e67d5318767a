#include "request_rules.h"

#include <algorithm>

#include "vedette/base/hexadecimal.h"
#include "vedette/base/utf8.h"

namespace vedette::http {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return base::hexadecimal_value(c) >= 0; }

Refusal bad(const char* message) { return {400, message}; }

// uri-host [":" port]: a name, an IPv4 address or a bracketed IPv6 address. Links are made from it, so it is strict.
bool is_host(std::string_view host) {
  std::string_view port;
  if (host.starts_with('[')) {
    const size_t close = host.find(']');
    if (close == std::string_view::npos || close < 3) return false;
    for (char c : host.substr(1, close - 1))
      if (!is_hex(c) && c != ':' && c != '.') return false;
    port = host.substr(close + 1);
  } else {
    const size_t colon = std::min(host.find(':'), host.size());
    if (colon == 0) return false;
    for (char c : host.substr(0, colon))
      if (!is_digit(c) && !is_alpha(c) && c != '.' && c != '-' && c != '_') return false;
    port = host.substr(colon);
  }
  if (port.empty()) return true;
  port.remove_prefix(port.starts_with(':') ? 1 : 0);
  return !port.empty() && port.size() <= 5 && std::all_of(port.begin(), port.end(), is_digit);
}

std::optional<Refusal> check_framing(const Headers& headers, HttpVersion version) {
  const auto codings = headers.all("Transfer-Encoding");
  const auto lengths = headers.all("Content-Length");
  if (!codings.empty()) {
    if (!lengths.empty()) return bad("Transfer-Encoding and Content-Length exclude each other.");
    if (version == HttpVersion::http_1_0) return bad("Transfer-Encoding needs HTTP/1.1.");
    if (codings.size() != 1 || !equal_ignoring_case(codings[0], "chunked"))
      return bad("The only Transfer-Encoding of a request is chunked.");
  }
  if (lengths.size() > 1) return bad("Content-Length is repeated.");
  if (lengths.size() == 1 && (lengths[0].empty() || !std::all_of(lengths[0].begin(), lengths[0].end(), is_digit)))
    return bad("Content-Length is not a number.");
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_head(const Request& request, HttpVersion version) {
  if (auto refusal = check_framing(request.headers, version)) return refusal;
  const auto hosts = request.headers.all("Host");
  if (hosts.size() > 1) return bad("Host is repeated.");
  if (hosts.empty() && version == HttpVersion::http_1_1) return bad("Host is missing.");
  if (!hosts.empty() && !is_host(hosts[0])) return bad("Host is malformed.");
  if (auto refusal = check_target(request.target)) return refusal;
  if (version == HttpVersion::http_1_1) {
    for (const auto expectation : request.headers.all("Expect"))
      if (!equal_ignoring_case(expectation, "100-continue"))
        return Refusal{417, "The only supported expectation is 100-continue."};
  }
  return std::nullopt;
}

std::optional<Refusal> check_target(std::string_view target) {
  if (!target.starts_with('/')) return bad("The request target does not start with '/'.");
  for (size_t i = 0; i < target.size(); ++i) {
    const auto byte = static_cast<unsigned char>(target[i]);
    if (byte <= 0x20 || byte == 0x7F) return bad("The request target has a blank or a control character.");
    if (byte == '#') return bad("The request target has a fragment.");
    if (byte == '%' && (i + 2 >= target.size() || !is_hex(target[i + 1]) || !is_hex(target[i + 2])))
      return bad("The request target has a malformed percent escape.");
  }
  if (!base::is_valid_utf8(target)) return bad("The request target is not UTF-8.");
  return std::nullopt;
}

Refusal refuse_request_line(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\r'));
  const size_t blank = line.rfind(' ');
  const std::string_view version = blank == std::string_view::npos ? "" : line.substr(blank + 1);
  if (version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) && version[6] == '.' &&
      is_digit(version[7]) && version != "HTTP/1.0" && version != "HTTP/1.1")
    return {505, "This server speaks HTTP/1.1 and HTTP/1.0."};
  return bad("The request is malformed.");
}

}  // namespace vedette::http
