#include "requested_access.h"

#include <algorithm>

#include "vedette/base/ascii_case.h"

namespace vedette::auth {
namespace {

using tl::unexpected;

Refusal invalid_scope(std::string description) { return {400, "invalid_scope", 70011, std::move(description)}; }

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// True when the word is one of OpenID Connect's.
bool take_openid(std::string_view word, RequestedAccess& access) {
  if (word == "offline_access") return access.offline = true;
  if (word != "openid" && word != "profile" && word != "email") return false;
  if (word == "openid") access.openid = true;
  access.openid_scopes.emplace_back(word);
  return true;
}

std::string without_controls(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 128))
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
  return out;
}

}  // namespace

tl::expected<RequestedAccess, Refusal> parse_scope(std::string_view text, const http::Request& request,
                                                   const ServerAddress& address) {
  RequestedAccess access;
  bool first = true;
  const auto words = words_of(text);
  if (words.size() > scopes_max)
    return unexpected(invalid_scope("More than " + std::to_string(scopes_max) + " scopes are asked for."));
  for (const std::string_view word : words) {
    if (take_openid(word, access)) continue;
    const size_t slash = word.rfind('/');
    const std::string_view resource = slash == word.npos ? std::string_view() : word.substr(0, slash);
    const std::string_view name = slash == word.npos ? word : word.substr(slash + 1);
    const auto audience =
        resource.empty() ? std::optional<std::string>(graph_url) : address.audience_of(resource, request);
    if (!audience || name.empty())
      return unexpected(invalid_scope("The resource of the scope '" + without_controls(word) + "' is unknown."));
    if (!first && access.audience != *audience)
      return unexpected(Refusal{400, "invalid_scope", 28000, "The scopes are of more than one resource."});
    access.audience = *audience;
    if (first) access.prefix = slash == word.npos ? "" : std::string(word.substr(0, slash + 1));
    first = false;
    if (name == ".default")
      access.all = true;
    else
      access.scopes.emplace_back(name);
  }
  if (first) access.audience = graph_url;
  return access;
}

tl::expected<RequestedAccess, Refusal> parse_resource(std::string_view text, const http::Request& request,
                                                      const ServerAddress& address) {
  auto audience = text.empty() ? std::optional<std::string>(graph_url) : address.audience_of(text, request);
  if (!audience) return unexpected(Refusal{400, "invalid_resource", 500011, "The resource is unknown."});
  RequestedAccess access;
  access.audience = std::move(*audience);
  access.all = access.openid = access.offline = true;
  return access;
}

tl::expected<std::vector<std::string>, Refusal> grant_scopes(const RequestedAccess& access,
                                                             const std::vector<std::string>& allowed) {
  const auto not_granted = [](std::string_view scope) {
    return unexpected(
        Refusal{400, "consent_required", 65001,
                "The application has not been given the delegated permission '" + without_controls(scope) + "'."});
  };
  std::vector<std::string> granted;
  if (access.all) granted = allowed;
  if (access.all && allowed.empty()) return not_granted(".default");
  for (const std::string& scope : access.scopes) {
    const auto found = std::find_if(allowed.begin(), allowed.end(),
                                    [&](const auto& own) { return base::equal_ignoring_ascii_case(own, scope); });
    if (found == allowed.end()) return not_granted(scope);
    if (std::find(granted.begin(), granted.end(), *found) == granted.end()) granted.push_back(*found);
  }
  return granted;
}

std::string scope_text(const RequestedAccess& access, const std::vector<std::string>& granted) {
  std::string text;
  const auto add = [&text](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
  for (const std::string& scope : granted) add(access.prefix + scope);
  if (access.all) add(access.prefix + ".default");
  for (const std::string& scope : access.openid_scopes) add(scope);
  return text;
}

}  // namespace vedette::auth
