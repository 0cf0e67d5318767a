#include "vedette/notify/encryption.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <optional>

#include "vedette/base/base64.h"
#include "vedette/base/hexadecimal.h"
#include "vedette/base/owned.h"

namespace vedette::notify {

using base::ErrorCode;
using base::fail;
using base::Owned;

namespace {

constexpr size_t key_bytes = 32, iv_bytes = 16;
using Key = std::array<uint8_t, key_bytes>;

const uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }
uint8_t* bytes_of(std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); }

// Line breaks and blanks between are let pass.
std::optional<std::string> from_base64(std::string_view text) {
  std::string packed;
  for (const char c : text)
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') packed += c;
  return base::decode_base64(packed);
}

using OwnedX509 = Owned<X509, X509_free>;

OwnedX509 parse_x509(const std::string& bytes) {
  const uint8_t* at = bytes_of(bytes);
  if (X509* der = d2i_X509(nullptr, &at, static_cast<long>(bytes.size()))) return OwnedX509(der);
  const Owned<BIO, BIO_free> memory(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  return OwnedX509(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
}

std::string thumbprint_of(const X509& certificate) {
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(&certificate, EVP_sha1(), digest.data(), &size) != 1) return {};
  return base::hexadecimal(std::span(digest).first(size), base::Digits::upper_case);
}

std::optional<std::string> aes_cbc(const Key& key, std::string_view content) {
  const Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context(EVP_CIPHER_CTX_new());
  std::string out(content.size() + iv_bytes, '\0');
  int size = 0, rest = 0;
  const bool done = EVP_EncryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key.data(), key.data()) == 1 &&
                    EVP_EncryptUpdate(context.get(), bytes_of(out), &size, bytes_of(content),
                                      static_cast<int>(content.size())) == 1 &&
                    EVP_EncryptFinal_ex(context.get(), bytes_of(out) + size, &rest) == 1;
  if (!done) return std::nullopt;
  out.resize(static_cast<size_t>(size + rest));
  return out;
}

std::string hmac_sha256(const Key& key, std::string_view content) {
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(content), content.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::optional<std::string> rsa_oaep(evp_pkey_st* key, const Key& content) {
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new(key, nullptr));
  if (!context || EVP_PKEY_encrypt_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) != 1 ||
      EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha1()) != 1 ||
      EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), EVP_sha1()) != 1)
    return std::nullopt;
  size_t size = static_cast<size_t>(EVP_PKEY_get_size(key));
  std::string out(size, '\0');
  if (EVP_PKEY_encrypt(context.get(), bytes_of(out), &size, content.data(), content.size()) != 1) return std::nullopt;
  out.resize(size);
  return out;
}

base::Error wrong(std::string message) {
  return fail(ErrorCode::bad_request, std::move(message)).with_target("encryptionCertificate");
}

}  // namespace

base::Result<Certificate> read_certificate(std::string_view base64) {
  if (base64.size() > certificate_bytes_max)
    return wrong("'encryptionCertificate' has more than " + std::to_string(certificate_bytes_max) + " bytes.");
  const auto bytes = from_base64(base64);
  const OwnedX509 certificate = bytes ? parse_x509(*bytes) : OwnedX509();
  if (!certificate) return wrong("'encryptionCertificate' is no X.509 certificate in base64.");
  Certificate out{{X509_get_pubkey(certificate.get()), &EVP_PKEY_free}, thumbprint_of(*certificate)};
  const bool rsa = out.key && EVP_PKEY_get_base_id(out.key.get()) == EVP_PKEY_RSA;
  const int bits = rsa ? EVP_PKEY_get_bits(out.key.get()) : 0;
  if (bits < certificate_bits_min || bits > certificate_bits_max)
    return wrong("The key of 'encryptionCertificate' must be RSA of " + std::to_string(certificate_bits_min) + " to " +
                 std::to_string(certificate_bits_max) + " bits.");
  return out;
}

base::Result<json::Object> encrypt(const Certificate& certificate, const std::string& certificate_id,
                                   std::string_view content) {
  Key key{};
  const bool random = RAND_bytes(key.data(), static_cast<int>(key.size())) == 1;
  const auto data = random ? aes_cbc(key, content) : std::nullopt;
  const auto sealed = data ? rsa_oaep(certificate.key.get(), key) : std::nullopt;
  if (!sealed) return fail(ErrorCode::internal, "The resource data could not be encrypted.");
  json::Object out{{"data", base::encode_base64(*data)},
                   {"dataSignature", base::encode_base64(hmac_sha256(key, *data))},
                   {"dataKey", base::encode_base64(*sealed)},
                   {"encryptionCertificateId", certificate_id},
                   {"encryptionCertificateThumbprint", certificate.thumbprint}};
  OPENSSL_cleanse(key.data(), key.size());
  return out;
}

}  // namespace vedette::notify
