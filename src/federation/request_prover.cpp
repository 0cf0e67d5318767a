#include "request_prover.h"

#include <algorithm>

#include "aws_signature.h"
#include "poll_page.h"
#include "provider_client.h"
#include "vedette/base/base64.h"
#include "vedette/http/percent.h"
#include "vedette/json/value.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds token_margin{60}, token_kept_min{5};
constexpr int64_t token_kept_s_max = 86'400;

// What stands behind the origin.
std::string_view path_of(std::string_view url) {
  return url.substr(std::min(url.find_first_of("/?#", url.find("://") + 3), url.size()));
}

// Origins are the same as where requests may go (ProviderClient::check_url): whatever the case, with the usual port or
// without.
bool is_below(std::string_view url, std::string_view base) {
  const std::string origin = origin_of(url);
  if (origin.empty() || origin != origin_of(base)) return false;
  std::string_view path = path_of(url), above = path_of(base);
  while (above.ends_with('/')) above.remove_suffix(1);
  if (!path.starts_with(above)) return false;
  path.remove_prefix(above.size());
  return path.empty() || std::string_view("/?#").find(path.front()) != std::string_view::npos;
}

// How long the token may be used, in seconds.
int64_t lifetime_of(const Authentication& rule, const json::Value& answer) {
  const json::Value* expires = json::find(answer, "expires_in");
  if (rule.kind == Authentication::Kind::token || !expires || !expires->is_int64()) return rule.valid.count();
  return std::clamp<int64_t>(expires->get_int64(), 0, token_kept_s_max);
}

}  // namespace

// Of several, the one for the longest address that the URL is below. An instance may do without a service's address.
const Authentication* RequestProver::rule_of(const std::string& url) const {
  const Authentication* found = nullptr;
  size_t longest = 0;
  for (const Authentication& rule : rules_) {
    const Result<std::string> base = rule.base.empty() ? std::string() : rule.base.url(setting_);
    if (!base || (!rule.base.empty() && !is_below(url, *base))) continue;
    const size_t length = rule.base.empty() ? 0 : 1 + path_of(*base).size();
    if (found && length < longest) continue;
    found = &rule;
    longest = length;
  }
  return found;
}

Result<std::string> RequestProver::basic(const Authentication& rule) const {
  return "Basic " + base::encode_base64(TRY(rule.user.text(setting_)) + ":" + TRY(rule.password.text(setting_)));
}

Result<http::ClientRequest> RequestProver::token_request(const Authentication& rule) const {
  http::ClientRequest request;
  request.method = "POST";
  request.url = TRY(rule.token_url.url(setting_));
  request.headers.set("Accept", "application/json");
  if (rule.kind == Authentication::Kind::oauth2) {
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.body =
        "grant_type=client_credentials&client_id=" + http::percent_encode(TRY(rule.client_id.text(setting_))) +
        "&client_secret=" + http::percent_encode(TRY(rule.client_secret.text(setting_)));
    if (!rule.scope.empty()) request.body += "&scope=" + http::percent_encode(TRY(rule.scope.text(setting_)));
    return request;
  }
  if (!rule.user.empty()) request.headers.set("Authorization", TRY(basic(rule)));
  if (rule.body.empty()) return request;
  request.headers.set("Content-Type", "application/json");
  request.body = json::to_text(TRY(rule.body.fill([&](const std::string& name) -> std::optional<json::Value> {
    const auto value = setting_(name);
    return value ? std::optional(json::Value(*value)) : std::nullopt;
  })));
  return request;
}

Result<std::string> RequestProver::token(const Authentication& rule, const base::StopCheck& stop) {
  Token& kept = tokens_[&rule];
  if (!kept.text.empty() && SteadyClock::now() < kept.until) return kept.text;
  kept.text.clear();
  const auto answer = TRY(send_(TRY(token_request(rule)), stop));
  const auto body = json::parse(answer.body);
  const std::string path = rule.kind == Authentication::Kind::oauth2 ? "access_token" : rule.token;
  std::string text = body ? scalar_text(find_path(*body, path)) : "";
  if (text.empty() || !http::is_field_value(text))
    return fail(ErrorCode::unavailable, "The token endpoint answered without a token.");
  const std::chrono::seconds lifetime(lifetime_of(rule, *body));
  kept.until = SteadyClock::now() + std::max<std::chrono::seconds>(lifetime - token_margin, token_kept_min);
  return kept.text = std::move(text);
}

Status RequestProver::sign(const Authentication& rule, http::ClientRequest& request) const {
  AwsCredentials credentials;
  credentials.access_key_id = TRY(rule.access_key_id.text(setting_));
  credentials.secret_access_key = TRY(rule.secret_access_key.text(setting_));
  credentials.region = TRY(rule.region.text(setting_));
  credentials.service = TRY(rule.service.text(setting_));
  if (!rule.session_token.empty()) credentials.session_token = TRY(rule.session_token.text(setting_));
  return sign_aws_request(request, credentials, clock_.now());
}

// An instance that has neither of them, because it need not, is not proven.
Status RequestProver::prove_by_password(const Authentication& rule, http::ClientRequest& request) const {
  const auto given = [&](const TextTemplate& text) { return text.text(setting_).value_or(""); };
  if (const std::string bearer = given(rule.bearer); !bearer.empty())
    request.headers.set("Authorization", "Bearer " + bearer);
  else if (!given(rule.user).empty())
    request.headers.set("Authorization", TRY(basic(rule)));
  return {};
}

Status RequestProver::prove(http::ClientRequest& request, const base::StopCheck& stop) {
  const Authentication* rule = rule_of(request.url);
  if (!rule) return {};
  switch (rule->kind) {
    case Authentication::Kind::none:
      break;
    case Authentication::Kind::oauth2:
    case Authentication::Kind::token:
      request.headers.set("Authorization", "Bearer " + TRY(token(*rule, stop)));
      break;
    case Authentication::Kind::header:
      request.headers.set(rule->header, TRY(rule->value.text(setting_)));
      break;
    case Authentication::Kind::basic:
      return prove_by_password(*rule, request);
    case Authentication::Kind::aws:
      return sign(*rule, request);
  }
  return {};
}

bool RequestProver::forget_token(const http::ClientRequest& request) {
  const auto kept = tokens_.find(rule_of(request.url));
  if (kept == tokens_.end() || kept->second.text.empty()) return false;
  kept->second.text.clear();
  return true;
}

}  // namespace vedette::federation
