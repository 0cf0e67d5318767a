#include "grant_state.h"

#include <algorithm>
#include <charconv>

#include "digest.h"
#include "stored_entities.h"
#include "vedette/base/base64.h"

namespace vedette::auth {
namespace {

// Ten digits until the year 2286, so that names are in the order of their times.
std::string digits_of(int64_t seconds) {
  std::string text = std::to_string(seconds);
  return std::string(text.size() < 10 ? 10 - text.size() : 0, '0') + text;
}

std::string prefix_of(std::string_view kind, std::string_view user_id) {
  return "auth." + std::string(kind) + "/" + std::string(user_id) + "/";
}

bool is_base64url_of(std::string_view text, size_t bytes) {
  const auto decoded = base::decode_base64url(text);
  return decoded && decoded->size() == bytes;
}

constexpr size_t id_bytes = 16, secret_bytes = 32;

}  // namespace

std::string GrantText::text() const { return "1." + user_id + "." + digits_of(expires) + "." + id + "." + secret; }

std::string GrantText::state_name(std::string_view kind) const {
  return prefix_of(kind, user_id) + digits_of(expires) + "/" + id;
}

GrantText new_grant_text(std::string_view user_id, int64_t expires) {
  return {std::string(user_id), expires, base::encode_base64url(random_bytes(id_bytes)),
          base::encode_base64url(random_bytes(secret_bytes))};
}

std::optional<GrantText> parse_grant_text(std::string_view text) {
  if (text.size() > grant_text_bytes_max || !text.starts_with("1.")) return std::nullopt;
  text.remove_prefix(2);
  std::string_view parts[4];
  for (std::string_view& part : parts) {
    const bool last = &part == &parts[3];
    const size_t dot = last ? text.size() : text.find('.');
    if (dot == text.npos) return std::nullopt;
    part = text.substr(0, dot);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  GrantText grant{canonical_id(parts[0]), 0, std::string(parts[2]), std::string(parts[3])};
  const auto [end, error] = std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), grant.expires);
  if (error != std::errc() || grant.expires < 0 || digits_of(grant.expires) != parts[1] || grant.user_id != parts[0] ||
      !is_base64url_of(grant.id, id_bytes) || !is_base64url_of(grant.secret, secret_bytes))
    return std::nullopt;
  return grant;
}

std::string fingerprint(std::string_view secret) { return base::encode_base64url(as_bytes(sha256(secret))); }

json::Object as_json(const Grant& grant) {
  return {{"client", grant.client_id},
          {"user", grant.user_id},
          {"scopes", as_json(grant.scopes)},
          {"audience", grant.audience},
          {"offline", grant.offline},
          {"openid", grant.openid},
          {"nonce", grant.nonce},
          {"created", base::format_date_time(grant.created)}};
}

Grant parse_grant(const json::Value& stored) {
  const auto text = [&](std::string_view name) { return std::string(json::find_string(stored, name)); };
  const auto flag = [&](std::string_view name) {
    const json::Value* value = json::find(stored, name);
    return value && value->is_bool() && value->get_bool();
  };
  return {text("client"),
          text("user"),
          find_texts(stored, "scopes"),
          text("audience"),
          flag("offline"),
          flag("openid"),
          text("nonce"),
          base::parse_iso_date_time(text("created")).value_or(base::min_date_time)};
}

base::Status make_room(const store::EntityStore& store, std::string_view tenant_id, std::string_view kind,
                       std::string_view user_id, int64_t now, size_t most, store::Commit& commit) {
  const std::string prefix = prefix_of(kind, user_id);
  auto names = TRY(store.state_names(tenant_id, prefix));
  const std::string first_alive = prefix + digits_of(now + 1);
  for (size_t i = 0; i < names.size(); ++i)
    if (names[i] < first_alive || names.size() - i >= most) commit.states.push_back({names[i], std::nullopt});
  return {};
}

}  // namespace vedette::auth
