// The certificate of developers, as clients judge it that are given it among their authorities.
#include "vedette/http/development_certificate.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

namespace vedette::http {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

const base::DateTime now = *base::parse_iso_date_time("2026-03-01T12:00:00Z");

Certificate read(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                        BIO_free);
  return {PEM_read_bio_X509(input.get(), nullptr, nullptr, nullptr), X509_free};
}

// X509_V_OK when a client that trusts it speaks to `host`.
int verified(X509* certificate, const char* host) {
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> trusted(X509_STORE_new(), X509_STORE_free);
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(),
                                                                                X509_STORE_CTX_free);
  X509_STORE_add_cert(trusted.get(), certificate);
  X509_STORE_CTX_init(context.get(), trusted.get(), certificate, nullptr);
  X509_STORE_CTX_set_default(context.get(), "ssl_server");
  X509_VERIFY_PARAM* how = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set1_host(how, host, 0);
  X509_VERIFY_PARAM_set_time(how, base::to_unix_seconds(now));
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

TEST(DevelopmentCertificate, IsTrustedByWhoIsGivenIt) {
  const auto made = make_development_certificate("soc.example", now);
  ASSERT_TRUE(made);
  const Certificate certificate = read(made->certificate);
  ASSERT_TRUE(certificate);
  for (const char* host : {"localhost", "soc.example"}) EXPECT_EQ(verified(certificate.get(), host), X509_V_OK) << host;
  EXPECT_EQ(verified(certificate.get(), "other.example"), X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_TRUE(is_certificate_for(made->certificate, "soc.example", now));
  EXPECT_FALSE(is_certificate_for(made->certificate, "other.example", now));
  EXPECT_FALSE(is_certificate_for(made->certificate, "soc.example", {now.ticks + 365 * base::ticks_per_day}));
}

// Who steals its key can be this machine, and no other.
TEST(DevelopmentCertificate, IsNoAuthority) {
  const Certificate certificate = read(make_development_certificate("localhost", now)->certificate);
  ASSERT_TRUE(certificate);
  EXPECT_EQ(X509_check_ca(certificate.get()), 0);
}

}  // namespace
}  // namespace vedette::http
