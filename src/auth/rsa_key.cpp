#include "vedette/auth/rsa_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "digest.h"
#include "vedette/base/base64.h"
#include "vedette/base/owned.h"

namespace vedette::auth {
namespace {

using base::ErrorCode;
using base::fail;

using base::Owned;
using Number = Owned<BIGNUM, BN_free>;
using Context = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

const unsigned char* octets(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

std::shared_ptr<EVP_PKEY> share(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

const EVP_MD* digest_algorithm() {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

// The public number `name` of a key as big-endian bytes; "" when the key has none.
std::string number_of(EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return {};
  const Number number(raw);
  std::string bytes(static_cast<size_t>(BN_num_bytes(raw)), '\0');
  BN_bn2bin(raw, reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes;
}

EVP_PKEY* key_from_numbers(const BIGNUM* modulus, const BIGNUM* exponent) {
  const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent) != 1)
    return nullptr;
  const Owned<OSSL_PARAM, OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return key;
}

}  // namespace

base::Result<PublicKey> PublicKey::from_numbers(std::string_view modulus, std::string_view exponent) {
  if (modulus.size() > 1024 || exponent.empty() || exponent.size() > 8)
    return fail(ErrorCode::corrupt_data, "The RSA key's numbers are out of range.");
  const Number n(BN_bin2bn(octets(modulus), static_cast<int>(modulus.size()), nullptr));
  const Number e(BN_bin2bn(octets(exponent), static_cast<int>(exponent.size()), nullptr));
  if (!n || !e || BN_num_bits(n.get()) < rsa_bits || !BN_is_odd(n.get()) || !BN_is_odd(e.get()) || BN_is_one(e.get()))
    return fail(ErrorCode::corrupt_data, "The RSA key's numbers are out of range.");
  PublicKey result;
  result.key_ = share(key_from_numbers(n.get(), e.get()));
  if (!result.key_) return fail(ErrorCode::corrupt_data, "The RSA key cannot be used.");
  result.modulus_ = number_of(result.key_.get(), OSSL_PKEY_PARAM_RSA_N);
  result.exponent_ = number_of(result.key_.get(), OSSL_PKEY_PARAM_RSA_E);
  return result;
}

bool PublicKey::verify(std::string_view bytes, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, digest_algorithm(), nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(bytes), bytes.size()) == 1;
}

std::string PublicKey::thumbprint() const {
  return base::encode_base64url(
      as_bytes(sha256(R"({"e":")" + base::encode_base64url(exponent_) + R"(","kty":"RSA","n":")" +
                      base::encode_base64url(modulus_) + R"("})")));
}

base::Result<PrivateKey> PrivateKey::adopt(std::shared_ptr<EVP_PKEY> key) {
  PrivateKey result;
  const std::string modulus = number_of(key.get(), OSSL_PKEY_PARAM_RSA_N);
  const std::string exponent = number_of(key.get(), OSSL_PKEY_PARAM_RSA_E);
  result.public_key_ = TRY(PublicKey::from_numbers(modulus, exponent));
  result.key_ = std::move(key);
  return result;
}

base::Result<PrivateKey> PrivateKey::generate() {
  auto key = share(EVP_RSA_gen(unsigned{rsa_bits}));
  if (!key) return fail(ErrorCode::internal, "A signing key could not be generated.");
  return adopt(std::move(key));
}

base::Result<PrivateKey> PrivateKey::from_pkcs8(std::string_view der) {
  const unsigned char* at = octets(der);
  const Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> info(
      d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size())));
  auto key = info ? share(EVP_PKCS82PKEY(info.get())) : nullptr;
  if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1)
    return fail(ErrorCode::corrupt_data, "A stored signing key cannot be read.");
  return adopt(std::move(key));
}

std::string PrivateKey::pkcs8() const {
  const Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> info(EVP_PKEY2PKCS8(key_.get()));
  unsigned char* der = nullptr;
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der) : 0;
  if (size <= 0) return {};
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_clear_free(der, static_cast<size_t>(size));
  return bytes;
}

base::Result<std::string> PrivateKey::sign(std::string_view bytes) const {
  const Context context(EVP_MD_CTX_new());
  size_t size = static_cast<size_t>(EVP_PKEY_get_size(key_.get()));
  std::string signature(size, '\0');
  if (!context || EVP_DigestSignInit(context.get(), nullptr, digest_algorithm(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, octets(bytes),
                     bytes.size()) != 1)
    return fail(ErrorCode::internal, "A token could not be signed.");
  signature.resize(size);
  return signature;
}

}  // namespace vedette::auth
