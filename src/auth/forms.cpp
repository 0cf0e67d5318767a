#include "forms.h"

#include "digest.h"
#include "system_partition.h"
#include "vedette/base/base64.h"

namespace vedette::auth {
namespace {

constexpr std::string_view key_state = "auth.form_key";
constexpr size_t value_bytes = 24;

// The prefix lets no other host and no plain connection set it (RFC 6265bis, section 4.1.3.2).
std::string_view cookie_name(bool secure) { return secure ? "__Host-vedette-form" : "vedette-form"; }

std::string find_cookie(const http::Request& request, std::string_view name) {
  for (std::string_view field : request.headers.all("Cookie")) {
    while (!field.empty()) {
      const size_t end = std::min(field.find(';'), field.size());
      std::string_view pair = field.substr(0, end);
      field.remove_prefix(std::min(end + 1, field.size()));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
        return std::string(pair.substr(name.size() + 1));
    }
  }
  return {};
}

bool is_value(std::string_view text) {
  const auto decoded = base::decode_base64url(text);
  return decoded && decoded->size() == value_bytes;
}

}  // namespace

std::string FormGuard::cookie_of(const http::Request& request, bool secure) {
  std::string value = find_cookie(request, cookie_name(secure));
  return is_value(value) ? value : base::encode_base64url(random_bytes(value_bytes));
}

void FormGuard::set_cookie(http::Response& response, std::string_view value, bool secure) {
  response.headers.add("Set-Cookie", std::string(cookie_name(secure)) + "=" + std::string(value) +
                                         "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : ""));
}

base::Result<std::string> FormGuard::key() {
  const std::lock_guard lock(mutex_);
  if (!key_.empty()) return key_;
  for (int i = 0; i < 2; ++i) {
    if (const auto stored = TRY(store_.state(system_partition, key_state))) return key_ = stored->value;
    store::Commit commit;
    commit.states.push_back({std::string(key_state), base::encode_base64url(random_bytes(32)), store::must_not_exist});
    const auto committed = store_.commit(system_partition, commit);  // a conflict: another server was first
    if (!committed && committed.error().code != base::ErrorCode::conflict) return committed.error();
  }
  return base::fail(base::ErrorCode::internal, "The key of the forms cannot be read.");
}

base::Result<std::string> FormGuard::proof(std::string_view cookie, std::string_view subject) {
  const std::string text = std::string(cookie) + "\n" + std::string(subject);
  return base::encode_base64url(as_bytes(hmac_sha256(TRY(key()), text)));
}

base::Result<bool> FormGuard::is_ours(const http::Request& request, bool secure, std::string_view given,
                                      std::string_view subject) {
  const std::string cookie = find_cookie(request, cookie_name(secure));
  if (!is_value(cookie)) return false;
  return equal_in_constant_time(TRY(proof(cookie, subject)), given);
}

}  // namespace vedette::auth
