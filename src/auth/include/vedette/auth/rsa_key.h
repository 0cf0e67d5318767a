// RSA keys for RS256 (RSASSA-PKCS1-v1_5 with SHA-256; RFC 7518, section 3.3), over OpenSSL's EVP. The algorithm belongs
// to the key: nothing in a token can choose another.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "vedette/base/result.h"

struct evp_pkey_st;

namespace vedette::auth {

inline constexpr int rsa_bits = 2048;

// The public half: verifies. Immutable; safe from any thread.
class PublicKey {
 public:
  // Modulus and exponent, big-endian, as a JWK has them (RFC 7518, section 6.3.1). Moduli of 2048 to 8192 bits.
  static base::Result<PublicKey> from_numbers(std::string_view modulus, std::string_view exponent);

  bool verify(std::string_view bytes, std::string_view signature) const;
  const std::string& modulus() const { return modulus_; }
  const std::string& exponent() const { return exponent_; }
  // RFC 7638: the SHA-256 of the key's required JWK members, base64url.
  std::string thumbprint() const;

 private:
  friend class PrivateKey;
  PublicKey() = default;

  std::shared_ptr<evp_pkey_st> key_;
  std::string modulus_, exponent_;
};

// Both halves. Immutable; safe from any thread.
class PrivateKey {
 public:
  static base::Result<PrivateKey> generate();
  // PKCS #8, DER. `corrupt_data` for anything else and for other algorithms.
  static base::Result<PrivateKey> from_pkcs8(std::string_view der);

  std::string pkcs8() const;
  base::Result<std::string> sign(std::string_view bytes) const;
  const PublicKey& public_key() const { return public_key_; }

 private:
  PrivateKey() = default;
  static base::Result<PrivateKey> adopt(std::shared_ptr<evp_pkey_st> key);

  std::shared_ptr<evp_pkey_st> key_;
  PublicKey public_key_;
};

}  // namespace vedette::auth
