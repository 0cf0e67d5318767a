#include "vedette/http/development_certificate.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "vedette/base/owned.h"

namespace vedette::http {
namespace {

using base::ErrorCode;
using base::fail;

using base::Owned;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Certificate = Owned<X509, X509_free>;
using Output = Owned<BIO, BIO_free_all>;

constexpr int64_t days = 365;
constexpr int serial_bytes = 16;

base::Error failed() { return fail(ErrorCode::internal, "A development certificate could not be made."); }

bool is_address(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET, host.c_str(), &address) == 1 || inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// Nothing that would be a syntax of its own in the text of an extension.
bool is_plain_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == host.npos;
}

std::string alternative_names(const std::string& host) {
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  if (is_address(host) && host != "127.0.0.1" && host != "::1" && host != "0.0.0.0" && host != "::")
    names += ",IP:" + host;
  else if (!is_address(host) && host != "localhost" && is_plain_name(host))
    names += ",DNS:" + host;
  return names;
}

bool extend(X509* certificate, int name, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION, X509_EXTENSION_free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, name, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  unsigned char bytes[serial_bytes];
  if (RAND_bytes(bytes, serial_bytes) != 1) return false;
  bytes[0] = (bytes[0] & 0x7f) | 0x40;  // positive, of full length
  const Owned<BIGNUM, BN_free> number(BN_bin2bn(bytes, serial_bytes, nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

bool set_name_and_times(X509* certificate, base::DateTime now) {
  const time_t seconds = base::to_unix_seconds(now);
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>("Vedette development");
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 &&
         ASN1_TIME_set(X509_getm_notBefore(certificate), seconds - 3600) &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), seconds + days * 86400);
}

// A certificate of a server and of no authority: whoever trusts it trusts nothing else by it. Without a key usage, as
// OpenSSL 1.1 takes one that does not sign certificates for signed by somebody else.
bool fill(X509* certificate, EVP_PKEY* key, const std::string& host, base::DateTime now) {
  return set_serial(certificate) && set_name_and_times(certificate, now) && X509_set_pubkey(certificate, key) == 1 &&
         extend(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         extend(certificate, NID_ext_key_usage, "serverAuth") &&
         extend(certificate, NID_subject_key_identifier, "hash") &&
         extend(certificate, NID_subject_alt_name, alternative_names(host)) &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

std::string text_of(BIO* output) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(output, &bytes);
  return size > 0 ? std::string(bytes, static_cast<size_t>(size)) : std::string();
}

}  // namespace

base::Result<CertificateAndKey> make_development_certificate(std::string_view host, base::DateTime now) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  if (!key || !certificate || !fill(certificate.get(), key.get(), std::string(host), now)) return failed();
  const Output certificate_pem(BIO_new(BIO_s_mem())), key_pem(BIO_new(BIO_s_mem()));
  if (!certificate_pem || !key_pem || PEM_write_bio_X509(certificate_pem.get(), certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return failed();
  return CertificateAndKey{text_of(certificate_pem.get()), text_of(key_pem.get())};
}

bool is_certificate_for(std::string_view pem, std::string_view host, base::DateTime now) {
  const Output input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Certificate certificate(input ? PEM_read_bio_X509(input.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!certificate || X509_check_ca(certificate.get()) != 0) return false;
  time_t from = base::to_unix_seconds(now), until = from + 86400;
  if (X509_cmp_time(X509_get0_notBefore(certificate.get()), &from) >= 0 ||
      X509_cmp_time(X509_get0_notAfter(certificate.get()), &until) <= 0)
    return false;
  const std::string name(host);
  if (name == "0.0.0.0" || name == "::") return true;
  return is_address(name) ? X509_check_ip_asc(certificate.get(), name.c_str(), 0) == 1
                          : X509_check_host(certificate.get(), name.data(), name.size(), 0, nullptr) == 1;
}

}  // namespace vedette::http
