#include "vedette/auth/outside_provider.h"

#include <algorithm>

#include "signed_claims.h"
#include "vedette/base/base64.h"
#include "vedette/http/client.h"

namespace vedette::auth {

using base::ErrorCode;
using base::fail;

namespace {

base::Error refuse(std::string message) { return fail(ErrorCode::unauthenticated, std::move(message)); }
base::Error unreachable() {
  return fail(ErrorCode::unavailable, "The keys of the token's issuer cannot be fetched; try again later.");
}

OutsideProvider::Fetch client_for(const OutsideProviderSettings& settings) {
  http::ClientOptions options;
  options.reach = settings.private_addresses ? http::Reach::any_address : http::Reach::public_addresses;
  options.ca_file = settings.ca_file;
  options.connect_timeout = std::chrono::milliseconds(3000);
  options.timeout = std::chrono::milliseconds(5000);
  options.body_bytes_max = OutsideProvider::document_bytes_max;
  return [options, insecure = settings.private_addresses](const std::string& url) -> base::Result<std::string> {
    if (!url.starts_with("https://") && !insecure)
      return fail(ErrorCode::bad_request, "A provider's documents are fetched by https only.").with_cause(url);
    http::ClientRequest request;
    request.url = url;
    request.headers.set("Accept", "application/json");
    auto answer = TRY(http::send(request, options));
    if (answer.status != 200)
      return fail(ErrorCode::unavailable, "A provider's document was not given.")
          .with_cause(url + ": " + std::to_string(answer.status));
    return std::move(answer.body);
  };
}

// The claim at a path such as "realm_access.roles". A claim whose name has dots itself goes before.
const json::Value* find_claim(const json::Value& claims, std::string_view path) {
  if (const json::Value* whole = json::find(claims, path)) return whole;
  const json::Value* at = &claims;
  while (at && !path.empty()) {
    const size_t dot = std::min(path.find('.'), path.size());
    at = json::find(*at, path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return at;
}

// A list of texts, or one text with blanks between.
std::vector<std::string> texts_of(const json::Value* claim) {
  if (!claim) return {};
  if (claim->is_string()) return split_scopes(std::string_view(claim->get_string()));
  std::vector<std::string> texts;
  if (claim->is_array())
    for (const json::Value& text : claim->get_array())
      if (text.is_string()) texts.emplace_back(text.get_string());
  return texts;
}

std::string first_of(const json::Value& claims, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const std::string_view text = json::find_string(claims, name); !text.empty()) return std::string(text);
  return {};
}

bool is_meant_for(const json::Value& claims, const std::vector<std::string>& audiences) {
  const json::Value* claim = json::find(claims, "aud");
  if (!claim) return false;
  const auto among = [&](const json::Value& one) {
    return one.is_string() &&
           std::find(audiences.begin(), audiences.end(), std::string_view(one.get_string())) != audiences.end();
  };
  if (claim->is_array()) return std::any_of(claim->get_array().begin(), claim->get_array().end(), among);
  return among(*claim);
}

bool is_permission(const std::string& name) { return name.find('.') != std::string::npos; }

// Of an RSA key for signatures; null for others, which are skipped.
std::shared_ptr<const PublicKey> read_key(const json::Value& key) {
  const std::string_view use = json::find_string(key, "use"), algorithm = json::find_string(key, "alg");
  if (json::find_string(key, "kty") != "RSA" || (!use.empty() && use != "sig") ||
      (!algorithm.empty() && algorithm != "RS256"))
    return nullptr;
  const auto modulus = base::decode_base64url(json::find_string(key, "n"));
  const auto exponent = base::decode_base64url(json::find_string(key, "e"));
  if (!modulus || !exponent) return nullptr;
  auto made = PublicKey::from_numbers(*modulus, *exponent);
  return made ? std::make_shared<const PublicKey>(std::move(*made)) : nullptr;
}

}  // namespace

OutsideProvider::OutsideProvider(OutsideProviderSettings settings, const base::Clock& clock, Fetch fetch)
    : settings_(std::move(settings)), clock_(clock), fetch_(fetch ? std::move(fetch) : client_for(settings_)) {}

OutsideProvider::~OutsideProvider() = default;

std::string OutsideProvider::meaning_of(const std::string& name) const {
  const auto found = settings_.names.find(name);
  return found == settings_.names.end() ? name : found->second;
}

base::Result<OutsideProvider::Keys> OutsideProvider::fetch_keys() {
  std::string address = settings_.jwks_uri;
  if (address.empty()) {
    std::string base = settings_.issuer;
    while (base.ends_with('/')) base.pop_back();
    const auto document = TRY(json::parse(TRY(fetch_(base + "/.well-known/openid-configuration"))));
    if (json::find_string(document, "issuer") != settings_.issuer) return unreachable();
    address = json::find_string(document, "jwks_uri");
  }
  const auto document = TRY(json::parse(TRY(fetch_(address))));
  const json::Value* list = json::find(document, "keys");
  if (!list || !list->is_array()) return unreachable();
  Keys keys;
  for (const json::Value& stored : list->get_array()) {
    auto key = read_key(stored);
    if (!key) continue;
    if (keys.size() == keys_max)
      return fail(ErrorCode::unavailable, "The provider has more than " + std::to_string(keys_max) + " keys.");
    keys.emplace(std::string(json::find_string(stored, "kid")), std::move(key));
  }
  return keys;
}

base::Result<std::shared_ptr<const PublicKey>> OutsideProvider::find_key(std::string_view key_id) {
  const int64_t now = base::to_unix_seconds(clock_.now());
  const auto known = [&]() -> std::shared_ptr<const PublicKey> {
    const auto found = keys_.find(key_id);
    return found == keys_.end() || now >= fetched_ + good_seconds ? nullptr : found->second;
  };
  {
    const std::lock_guard lock(mutex_);
    const auto key = known();
    if (key && now < fetched_ + fresh_seconds) return key;
    if (now < tried_ + fetch_pause_seconds) {
      if (!key && fetched_ != tried_) return unreachable();  // the last attempt failed
      return key;
    }
  }
  const std::unique_lock fetching(fetching_, std::try_to_lock);
  if (!fetching) {  // another fetches; who has a key need not wait
    const std::lock_guard lock(mutex_);
    if (auto key = known()) return key;
    return unreachable();
  }
  auto fetched = fetch_keys();
  const std::lock_guard lock(mutex_);
  tried_ = now;
  if (fetched) keys_ = std::move(*fetched), fetched_ = now;
  auto key = known();
  if (!key && !fetched) return unreachable().with_cause(fetched.error().message + " " + fetched.error().cause);
  return key;
}

base::Result<OutsideCaller> OutsideProvider::verify(const SignedClaims& parsed) {
  const json::Value& claims = parsed.claims;
  const auto key = TRY(find_key(parsed.key_id));
  if (!key) return refuse("The access token is signed with an unknown key.");
  if (!key->verify(parsed.signed_part, parsed.signature)) return refuse("The access token's signature is wrong.");
  if (json::find_string(claims, "iss") != settings_.issuer)
    return refuse("The access token comes from another issuer.");
  if (!is_meant_for(claims, settings_.audiences)) return refuse("The access token is meant for another audience.");
  Claims times;
  TRY(read_times(claims, times));
  OutsideCaller out{{}, settings_.tenant, times.not_before, times.expires};
  if (!settings_.tenant_claim.empty()) out.tenant = json::find_string(claims, settings_.tenant_claim);
  odata::Caller& caller = out.caller;
  caller.app_id = first_of(claims, {"appid", "azp", "client_id"});
  caller.token_id = first_of(claims, {"uti", "jti"});
  caller.identity_provider = settings_.issuer;
  const std::string subject = first_of(claims, {"oid", "sub"});
  if (caller.app_id.empty() || subject.empty())
    return refuse("The access token does not say which client it was issued to, or for whom.");
  const json::Value* scopes = find_claim(claims, settings_.scopes_claim);
  for (const auto& scope : texts_of(scopes ? scopes : json::find(claims, "scope"))) {
    std::string name = meaning_of(scope);
    if (is_permission(name)) caller.scopes.push_back(std::move(name));
  }
  // Who is given scopes, whatever they mean here, is a user: their roles are never an application's.
  const bool is_user = !caller.scopes.empty() || !texts_of(scopes).empty();
  auto& roles = is_user ? caller.directory_roles : caller.roles;
  const json::Value* held = find_claim(claims, settings_.roles_claim);
  if (held && held->is_array())
    for (const auto& role : texts_of(held)) roles.push_back(meaning_of(role));
  (is_user ? caller.user_id : caller.service_principal_id) = subject;
  if (caller.is_user()) caller.user_name = first_of(claims, {"upn", "preferred_username", "email", "sub"});
  return out;
}

}  // namespace vedette::auth
