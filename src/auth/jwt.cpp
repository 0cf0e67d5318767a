#include <array>
#include <optional>

#include "signed_claims.h"
#include "vedette/base/base64.h"
#include "vedette/json/value.h"

namespace vedette::auth {
namespace {

using base::ErrorCode;
using base::fail;

constexpr size_t depth_max = 4;                            // claims are values and lists of values
constexpr int64_t seconds_max = int64_t{250'000'000'000};  // beyond the year 9000

base::Error refuse(std::string message) { return fail(ErrorCode::unauthenticated, std::move(message)); }
base::Error malformed() { return refuse("The access token is malformed."); }

// The members of the outermost object of a well-formed JSON text, repeated ones counted as often as they stand there:
// each has one colon outside strings.
size_t count_members(std::string_view text) {
  size_t depth = 0, members = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    } else if (c == ':' && depth == 1) {
      ++members;
    }
  }
  return members;
}

base::Result<json::Value> decode_object(std::string_view part) {
  const auto text = base::decode_base64url(part);
  if (!text) return malformed();
  auto value = json::parse(*text, depth_max);
  if (!value || !value->is_object()) return malformed();
  if (count_members(*text) != value->get_object().size()) return malformed();
  return std::move(*value);
}

// The signed part's header: which key, and nothing that changes what the rest means.
base::Result<std::string> read_header(const json::Value& header) {
  const json::Value* type = json::find(header, "typ");  // RFC 9068: at+jwt is that of access tokens
  const std::string_view name = json::find_string(header, "typ");
  if (type && name != "JWT" && name != "at+jwt") return malformed();
  if (json::find_string(header, "alg") != "RS256")
    return refuse("The access token is not signed with the algorithm RS256.");
  if (json::find(header, "crit")) return refuse("The access token has critical header parameters.");
  const std::string_view key_id = json::find_string(header, "kid");
  if (key_id.empty()) return refuse("The access token does not name its signing key.");
  return std::string(key_id);
}

// A time claim: seconds, a fraction allowed (RFC 7519, section 2) and cut.
std::optional<int64_t> seconds_of(const json::Value& claims, std::string_view name) {
  const json::Value* value = json::find(claims, name);
  if (!value) return std::nullopt;
  if (value->is_int64() && value->get_int64() >= 0 && value->get_int64() <= seconds_max) return value->get_int64();
  if (value->is_double() && value->get_double() >= 0 && value->get_double() <= static_cast<double>(seconds_max))
    return static_cast<int64_t>(value->get_double());
  return std::nullopt;
}

}  // namespace

std::vector<std::string> split_scopes(std::string_view text) {
  std::vector<std::string> scopes;
  while (!text.empty()) {
    const size_t end = text.find(' ');
    if (end != 0) scopes.emplace_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return scopes;
}

namespace {

base::Status read_permissions(const json::Value& value, Claims& claims) {
  if (const json::Value* scopes = json::find(value, "scp")) {
    if (!scopes->is_string()) return malformed();
    claims.delegated = true;
    claims.scopes = split_scopes(json::find_string(value, "scp"));
  }
  if (const json::Value* roles = json::find(value, "roles")) {
    if (!roles->is_array()) return malformed();
    for (const json::Value& role : roles->get_array()) {
      if (!role.is_string()) return malformed();
      claims.roles.emplace_back(role.get_string());
    }
  }
  return {};
}

}  // namespace

base::Status read_times(const json::Value& value, Claims& claims) {
  const auto expires = seconds_of(value, "exp"), not_before = seconds_of(value, "nbf");
  if (!expires) return refuse("The access token has no time of expiry.");
  if (!not_before && json::find(value, "nbf")) return malformed();
  claims.expires = *expires;
  claims.not_before = not_before.value_or(0);
  claims.issued = seconds_of(value, "iat").value_or(0);
  return {};
}

base::Result<Claims> read_claims(const json::Value& value) {
  Claims claims;
  const auto text = [&value](std::string_view name) { return std::string(json::find_string(value, name)); };
  claims.issuer = text("iss");
  claims.audience = text("aud");
  claims.tenant_id = text("tid");
  claims.app_id = text("appid");
  claims.object_id = text("oid");
  claims.user_name = text("upn");
  for (const auto& [name, required] : {std::pair{"iss", &claims.issuer},
                                       {"aud", &claims.audience},
                                       {"tid", &claims.tenant_id},
                                       {"appid", &claims.app_id}})
    if (required->empty()) return refuse("The access token has no claim '" + std::string(name) + "'.");
  TRY(read_times(value, claims));
  claims.token_id = text("uti");
  TRY(read_permissions(value, claims));
  if (claims.delegated && claims.object_id.empty()) return refuse("The access token has no claim 'oid'.");
  return claims;
}

base::Result<SignedClaims> parse_signed(std::string_view token) {
  if (token.size() > token_bytes_max)
    return refuse("The access token is larger than " + std::to_string(token_bytes_max) + " bytes.");
  const size_t first = token.find('.');
  const size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) return malformed();
  SignedClaims parsed;
  parsed.key_id = TRY(read_header(TRY(decode_object(token.substr(0, first)))));
  parsed.claims = TRY(decode_object(token.substr(first + 1, second - first - 1)));
  auto signature = base::decode_base64url(token.substr(second + 1));
  if (!signature || signature->empty()) return malformed();
  parsed.signature = std::move(*signature);
  parsed.signed_part = token.substr(0, second);
  return parsed;
}

base::Result<std::string> sign_jwt(const SigningKey& key, std::string_view claims) {
  std::string text = base::encode_base64url(R"({"typ":"JWT","alg":"RS256","kid":")" + key.id + R"("})");
  text += '.';
  text += base::encode_base64url(claims);
  const std::string signature = TRY(key.key.sign(text));
  return text + '.' + base::encode_base64url(signature);
}

}  // namespace vedette::auth
