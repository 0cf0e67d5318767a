#include "vedette/auth/signing_keys.h"

#include "system_partition.h"
#include "vedette/base/base64.h"
#include "vedette/json/value.h"

namespace vedette::auth {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::string_view state_name = "auth.signing_keys";

base::Error damaged() { return fail(ErrorCode::corrupt_data, "The stored signing keys cannot be read."); }

base::Result<std::shared_ptr<const SigningKey>> parse_key(const json::Value& stored) {
  const auto pkcs8 = base::decode_base64url(json::find_string(stored, "pkcs8"));
  const auto created = base::parse_iso_date_time(json::find_string(stored, "created"));
  if (!pkcs8 || !created) return damaged();
  auto key = TRY(PrivateKey::from_pkcs8(*pkcs8));
  std::string id = key.public_key().thumbprint();
  if (id != json::find_string(stored, "kid")) return damaged();
  return std::make_shared<const SigningKey>(SigningKey{std::move(id), *created, std::move(key)});
}

json::Object stored_form(const SigningKey& key) {
  return {{"kid", key.id},
          {"created", base::format_date_time(key.created)},
          {"pkcs8", base::encode_base64url(key.key.pkcs8())}};
}

json::Object jwk(const SigningKey& key) {
  const PublicKey& half = key.key.public_key();
  return {{"kty", "RSA"},
          {"use", "sig"},
          {"alg", "RS256"},
          {"kid", key.id},
          {"n", base::encode_base64url(half.modulus())},
          {"e", base::encode_base64url(half.exponent())}};
}

}  // namespace

base::Result<std::unique_ptr<SigningKeys>> SigningKeys::open(store::EntityStore& store, const base::Clock& clock) {
  std::unique_ptr<SigningKeys> keys(new SigningKeys(store, clock));
  TRY(keys->newest());
  return keys;
}

base::Status SigningKeys::refresh() {
  const auto state = TRY(store_.state(system_partition, state_name));
  if (!state || state->version == version_) return {};
  const auto document = json::parse(state->value);
  const json::Value* list = document ? json::find(*document, "keys") : nullptr;
  if (!list || !list->is_array() || list->get_array().empty()) return damaged();
  Keys keys;
  for (const json::Value& stored : list->get_array()) keys.push_back(TRY(parse_key(stored)));
  keys_ = std::move(keys);
  version_ = state->version;
  return {};
}

base::Status SigningKeys::add(Keys keys) {
  const base::DateTime now = clock_.now();
  // keys[i + 1] took over from keys[i] when it was made.
  while (keys.size() > 1 && now - keys[1]->created > retirement) keys.erase(keys.begin());
  auto key = TRY(PrivateKey::generate());
  std::string id = key.public_key().thumbprint();
  keys.push_back(std::make_shared<const SigningKey>(SigningKey{std::move(id), now, std::move(key)}));
  json::Array list;
  for (const auto& each : keys) list.push_back(stored_form(*each));
  store::Commit commit;
  commit.states.push_back({std::string(state_name), json::to_text(json::Object{{"keys", std::move(list)}}), version_});
  const auto committed = store_.commit(system_partition, commit);
  if (!committed && committed.error().code != ErrorCode::conflict) return committed.error();
  return refresh();  // after a conflict: another process was first, and its key is as good
}

base::Result<SigningKeys::Keys> SigningKeys::current_keys() {
  const std::lock_guard lock(mutex_);
  TRY(refresh());
  if (keys_.empty()) TRY(add({}));
  if (keys_.empty()) return damaged();
  return keys_;
}

base::Result<std::shared_ptr<const SigningKey>> SigningKeys::newest() { return TRY(current_keys()).back(); }

base::Result<std::shared_ptr<const PublicKey>> SigningKeys::find(std::string_view key_id) {
  for (const auto& key : TRY(current_keys()))
    if (key->id == key_id) return std::shared_ptr<const PublicKey>(key, &key->key.public_key());
  return std::shared_ptr<const PublicKey>();
}

base::Status SigningKeys::rotate() {
  const std::lock_guard lock(mutex_);
  TRY(refresh());
  return add(keys_);
}

base::Result<std::string> SigningKeys::jwks() {
  json::Array list;
  for (const auto& key : TRY(current_keys())) list.push_back(jwk(*key));
  return json::to_text(json::Object{{"keys", std::move(list)}});
}

}  // namespace vedette::auth
