// The keys that this installation signs its tokens with. They live in the entity store, in the system's partition, so
// that every server of an installation has the same ones; the newest signs, older ones still verify what they signed.
//
// State "auth.signing_keys": {"keys":[{"kid":…,"created":…,"pkcs8":base64url},…]}, oldest first. A key id is the key's
// RFC 7638 thumbprint. Whoever changes the state names its version, so that two servers never both add a first key.
// Threads: any.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/auth/rsa_key.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/store/entity_store.h"

namespace vedette::auth {

struct SigningKey {
  std::string id;  // `kid`
  base::DateTime created{};
  PrivateKey key;
};

// Where the keys of an issuer come from. An outside OpenID provider would be another implementation, over its JWKS.
class KeySource {
 public:
  virtual ~KeySource() = default;
  // Null when there is no key of that id.
  virtual base::Result<std::shared_ptr<const PublicKey>> find(std::string_view key_id) = 0;
};

class SigningKeys final : public KeySource {
 public:
  // Makes the first key when there is none.
  static base::Result<std::unique_ptr<SigningKeys>> open(store::EntityStore& store, const base::Clock& clock);

  // The key to sign with now, also when another process rotated.
  base::Result<std::shared_ptr<const SigningKey>> newest();
  base::Result<std::shared_ptr<const PublicKey>> find(std::string_view key_id) override;
  // Adds a key, which signs from now on. Keys that were followed by another more than `retirement` ago are dropped.
  base::Status rotate();
  // RFC 7517: {"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":…,"n":…,"e":…},…]}
  base::Result<std::string> jwks();

  static constexpr base::TimeSpan retirement{base::ticks_per_day};

 private:
  using Keys = std::vector<std::shared_ptr<const SigningKey>>;

  SigningKeys(store::EntityStore& store, const base::Clock& clock) : store_(store), clock_(clock) {}
  base::Status refresh();       // with mutex_ held: follows the stored state
  base::Status add(Keys keys);  // with mutex_ held: keys and a new one become the stored state
  base::Result<Keys> current_keys();

  store::EntityStore& store_;
  const base::Clock& clock_;
  std::mutex mutex_;
  Keys keys_;
  int64_t version_ = store::must_not_exist;
};

}  // namespace vedette::auth
