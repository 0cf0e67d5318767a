// Resource data as a receiver reads it: with OpenSSL, by the steps of the documentation.
#include "vedette/notify/encryption.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "world.h"

namespace vedette::notify::test {
namespace {

using testing::HasSubstr;

const uint8_t* bytes_of(const std::string& text) { return reinterpret_cast<const uint8_t*>(text.data()); }
uint8_t* bytes_of(std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); }

std::string from_base64(std::string_view text) {
  std::string out(text.size(), '\0');
  const int size =
      EVP_DecodeBlock(bytes_of(out), reinterpret_cast<const uint8_t*>(text.data()), static_cast<int>(text.size()));
  EXPECT_GE(size, 0);
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  out.resize(static_cast<size_t>(size) - padding);
  return out;
}

std::string to_base64(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  out.resize(static_cast<size_t>(EVP_EncodeBlock(bytes_of(out), bytes_of(bytes), static_cast<int>(bytes.size()))));
  return out;
}

// A key of a receiver and the certificate that it gives.
struct KeyPair {
  explicit KeyPair(EVP_PKEY* made) : key(made, &EVP_PKEY_free) {
    const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), &X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
    X509_set_pubkey(x509.get(), key.get());
    X509_sign(x509.get(), key.get(), EVP_sha256());
    std::string der(static_cast<size_t>(i2d_X509(x509.get(), nullptr)), '\0');
    uint8_t* at = bytes_of(der);
    i2d_X509(x509.get(), &at);
    certificate = to_base64(der);
    std::string digest(20, '\0');
    X509_digest(x509.get(), EVP_sha1(), bytes_of(digest), nullptr);
    for (const char c : digest) {
      constexpr char digits[] = "0123456789ABCDEF";
      thumbprint += {digits[static_cast<uint8_t>(c) >> 4], digits[static_cast<uint8_t>(c) & 15]};
    }
  }
  static KeyPair rsa(unsigned bits) { return KeyPair(EVP_RSA_gen(bits)); }

  std::string unseal(const std::string& sealed) const {
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(EVP_PKEY_CTX_new(key.get(), nullptr),
                                                                              &EVP_PKEY_CTX_free);
    EVP_PKEY_decrypt_init(context.get());
    EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING);  // SHA-1 is its default
    std::string out(512, '\0');
    size_t size = out.size();
    EXPECT_EQ(EVP_PKEY_decrypt(context.get(), bytes_of(out), &size, bytes_of(sealed), sealed.size()), 1);
    out.resize(size);
    return out;
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key;
  std::string certificate, thumbprint;
};

std::string decrypt(const KeyPair& pair, const json::Value& content) {
  const auto part = [&](const char* name) { return from_base64(json::find_string(content, name)); };
  const std::string key = pair.unseal(part("dataKey")), data = part("data");
  EXPECT_EQ(key.size(), 32u);
  std::string signature(32, '\0');
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(data), data.size(), bytes_of(signature),
       nullptr);
  EXPECT_EQ(part("dataSignature"), signature);
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                &EVP_CIPHER_CTX_free);
  std::string out(data.size() + 16, '\0');
  int size = 0, rest = 0;
  EVP_DecryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, bytes_of(key), bytes_of(key));
  EVP_DecryptUpdate(context.get(), bytes_of(out), &size, bytes_of(data), static_cast<int>(data.size()));
  EXPECT_EQ(EVP_DecryptFinal_ex(context.get(), bytes_of(out) + size, &rest), 1);
  out.resize(static_cast<size_t>(size + rest));
  return out;
}

class Encryption : public World {
 protected:
  json::Object with_data(const KeyPair& pair) {
    return {{"includeResourceData", true},
            {"encryptionCertificate", pair.certificate},
            {"encryptionCertificateId", "mine"}};
  }
  Answered refused(const std::string& certificate) {
    return api("POST", "/v1.0/subscriptions",
               {{"changeType", "updated"},
                {"notificationUrl", "http://127.0.0.1:1/"},
                {"resource", "security/alerts_v2"},
                {"expirationDateTime", "2024-05-20T00:00:00Z"},
                {"includeResourceData", true},
                {"encryptionCertificate", certificate},
                {"encryptionCertificateId", "mine"}});
  }
};

TEST_F(Encryption, IsReadByTheHolderOfTheKey) {
  const KeyPair pair = KeyPair::rsa(2048);
  const Receiver receiver;
  start();
  subscribe(receiver.url("/"), with_data(pair));
  put("a", {{"title", "Ünsichtbar"},
            {"severity", "high"},
            {"evidence", json::Array{json::Object{{"@odata.type", "#microsoft.graph.security.urlEvidence"},
                                                  {"url", "http://x.example"}}}}});
  remove("a");
  put("b", {{"title", std::string(5000, 'x')}});
  ASSERT_TRUE(eventually([&] { return receiver.taken().size() == 3; }));
  const Notification last = receiver.taken()[2];
  const json::Value* content = json::find(last.value, "encryptedContent");
  ASSERT_NE(content, nullptr);
  EXPECT_EQ(json::find_string(*content, "encryptionCertificateId"), "mine");
  EXPECT_EQ(json::find_string(*content, "encryptionCertificateThumbprint"), pair.thumbprint);
  const auto alert = json::parse(decrypt(pair, *content));
  ASSERT_TRUE(alert);
  EXPECT_EQ(json::find_string(*alert, "@odata.type"), "#microsoft.graph.security.alert");
  EXPECT_EQ(json::find_string(*alert, "id"), "b");
  EXPECT_EQ(json::find_string(*alert, "title").size(), 5000u);
  EXPECT_EQ(json::find(receiver.taken()[1].value, "encryptedContent"), nullptr);  // it is gone
  const auto body = json::parse(receiver.last_body());
  EXPECT_EQ(json::to_text(*json::find(*body, "validationTokens")), R"(["token of t for app"])");
  EXPECT_THAT(problems(), testing::IsEmpty());
}

TEST_F(Encryption, HasTheSelectedPropertiesAndTheTypesOfEvidence) {
  const KeyPair pair = KeyPair::rsa(3072);
  const Receiver receiver;
  start();
  auto more = with_data(pair);
  more["resource"] = "security/alerts_v2?$select=severity,evidence";
  subscribe(receiver.url("/"), more);
  more["resource"] = "security/alerts";
  subscribe(receiver.url("/legacy"), more);
  put("a", {{"title", "t"},
            {"status", "new"},
            {"severity", "high"},
            {"evidence", json::Array{json::Object{{"@odata.type", "#microsoft.graph.security.urlEvidence"},
                                                  {"url", "http://x.example"}}}}});
  ASSERT_TRUE(eventually([&] { return receiver.taken().size() == 2; }));
  const std::string text = decrypt(pair, *json::find(receiver.taken("/")[0].value, "encryptedContent"));
  EXPECT_THAT(text, HasSubstr(R"({"@odata.type":"#microsoft.graph.security.alert","severity":"high","evidence":[)"));
  EXPECT_THAT(text, HasSubstr(R"("@odata.type":"#microsoft.graph.security.urlEvidence")"));
  const std::string legacy = decrypt(pair, *json::find(receiver.taken("/legacy")[0].value, "encryptedContent"));
  EXPECT_THAT(legacy, HasSubstr(R"("status":"newAlert")"));
}

TEST_F(Encryption, RefusesOtherCertificates) {
  EXPECT_THAT(refused("bm90aGluZw==").message(), HasSubstr("no X.509 certificate"));
  EXPECT_THAT(refused("***").message(), HasSubstr("no X.509 certificate"));
  EXPECT_THAT(refused(KeyPair::rsa(1024).certificate).message(), HasSubstr("2048 to 4096"));
  EXPECT_THAT(refused(KeyPair(EVP_EC_gen("P-256")).certificate).message(), HasSubstr("RSA"));
  EXPECT_THAT(refused(std::string(20'000, 'A')).message(), HasSubstr("bytes"));
}

TEST_F(Encryption, IsNotShown) {
  const KeyPair pair = KeyPair::rsa(2048);
  const Receiver receiver;
  const std::string id = subscribe(receiver.url("/"), with_data(pair));
  const Answered read = api("GET", "/v1.0/subscriptions/" + id);
  EXPECT_EQ(json::to_text(read.body).find(pair.certificate), std::string::npos);
  EXPECT_EQ(read.text("encryptionCertificateId"), "mine");
}

}  // namespace
}  // namespace vedette::notify::test
