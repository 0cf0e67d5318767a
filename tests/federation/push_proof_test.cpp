// Proofs of pushed bodies, in the forms that providers have.
#include "../../src/federation/push_proof.h"

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <random>

#include "vedette/base/base64.h"
#include "vedette/base/hexadecimal.h"
#include "vedette/federation/connector_transport.h"

namespace vedette::federation {
namespace {

using testing::HasSubstr;

const base::DateTime now = *base::parse_iso_date_time("2026-05-01T12:00:00Z");
const std::string seconds = "1777636800";

PushTransport rule(const std::string& toml) {
  const auto parsed = parse_connector_transport("[push]\n" + toml);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return *parsed->push;
}
std::string wrong(const std::string& toml) {
  const auto parsed = parse_connector_transport("[push]\n" + toml);
  return parsed ? "nothing" : parsed.error().message;
}

std::string hmac(const EVP_MD* digest, const std::string& key, const std::string& bytes) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  HMAC(digest, key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
       bytes.size(), reinterpret_cast<unsigned char*>(out.data()), &size);
  out.resize(size);
  return out;
}

http::Request request(const std::string& body, http::Headers headers) {
  http::Request out;
  out.method = "POST";
  out.body = body;
  out.headers = std::move(headers);
  return out;
}
std::string proven(const PushTransport& push, const std::string& key, const http::Request& of,
                   base::DateTime at = now) {
  const auto identity = prove_push(push, key, of, at);
  if (identity) return "proven";
  EXPECT_EQ(identity.error().code, base::ErrorCode::unauthenticated);
  return identity.error().message;
}

TEST(PushProof, OfABodyInHexadecimal) {  // GitHub's form
  const auto push = rule("signature = \"X-Hub-Signature-256\"\nprefix = \"sha256=\"\n");
  // RFC 4231, test case 2.
  const std::string known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
  const std::string body = "what do ya want for nothing?";
  EXPECT_EQ(proven(push, "Jefe", request(body, {{"X-Hub-Signature-256", "sha256=" + known}})), "proven");
  for (const std::string& value : {known, "sha256=" + known.substr(1), "sha256=" + known + "0", std::string("sha256="),
                                   "sha1=" + known, std::string(), "sha256=" + std::string(64, 'g')})
    EXPECT_THAT(proven(push, "Jefe", request(body, {{"X-Hub-Signature-256", value}})), HasSubstr("wrong")) << value;
  EXPECT_THAT(proven(push, "Jeff", request(body, {{"X-Hub-Signature-256", "sha256=" + known}})), HasSubstr("wrong"));
  EXPECT_THAT(proven(push, "Jefe", request(body + "!", {{"X-Hub-Signature-256", "sha256=" + known}})),
              HasSubstr("wrong"));
  EXPECT_THAT(proven(push, "Jefe", request(body, {})), HasSubstr("no field 'X-Hub-Signature-256'"));
}

TEST(PushProof, WithATime) {  // Slack's form
  const auto push = rule(
      "signature = \"X-Signature\"\nprefix = \"v0=\"\nsigned = \"v0:{timestamp}:{body}\"\ntimestamp = \"X-Time\"\n");
  const std::string good = "v0=" + base::hexadecimal(hmac(EVP_sha256(), "k", "v0:" + seconds + ":{}"));
  EXPECT_EQ(proven(push, "k", request("{}", {{"X-Signature", good}, {"X-Time", seconds}})), "proven");
  EXPECT_THAT(proven(push, "k", request("{}", {{"X-Signature", good}, {"X-Time", "1777636801"}})), HasSubstr("wrong"));
  for (const char* time : {"", "yesterday", "99999999999999999999999", "-1"})
    EXPECT_THAT(proven(push, "k", request("{}", {{"X-Signature", good}, {"X-Time", time}})), HasSubstr("no time"));
  const auto replayed = request("{}", {{"X-Signature", good}, {"X-Time", seconds}});
  const base::TimeSpan tolerance{300 * base::ticks_per_second}, more{301 * base::ticks_per_second};
  EXPECT_EQ(proven(push, "k", replayed, now + tolerance), "proven");
  EXPECT_THAT(proven(push, "k", replayed, now + more), HasSubstr("more than 300 seconds before or after"));
  EXPECT_THAT(proven(push, "k", replayed, now - more), HasSubstr("more than 300 seconds before or after"));
}

TEST(PushProof, OfSeveralKeysInOneField) {  // Stripe's form
  const auto push = rule(
      "signature = \"S\"\nprefix = \"v1=\"\nsigned = \"{timestamp}.{body}\"\ntimestamp = \"S\"\n"
      "timestamp_prefix = \"t=\"\n");
  const std::string good = base::hexadecimal(hmac(EVP_sha256(), "k", seconds + ".{}"));
  const std::string other = base::hexadecimal(hmac(EVP_sha256(), "old", seconds + ".{}"));
  EXPECT_EQ(proven(push, "k", request("{}", {{"S", "t=" + seconds + ",v1=" + other + ",v1=" + good + ",v0=x"}})),
            "proven");
  EXPECT_THAT(proven(push, "k", request("{}", {{"S", "t=" + seconds + ",v1=" + other}})), HasSubstr("wrong"));
  std::string many = "t=" + seconds;
  for (size_t i = 0; i < signatures_max; ++i) many += ",v1=" + other;
  EXPECT_THAT(proven(push, "k", request("{}", {{"S", many + ",v1=" + good}})), HasSubstr("wrong"));  // not looked at
}

TEST(PushProof, WithADeliveryAndASecretInBase64) {  // the form of Standard Webhooks
  const auto push = rule(
      "signature = \"webhook-signature\"\nencoding = \"base64\"\nsecret_encoding = \"base64\"\n"
      "signed = \"{delivery}.{timestamp}.{body}\"\ntimestamp = \"webhook-timestamp\"\ndelivery = \"webhook-id\"\n");
  const std::string key = push_key(push, base::encode_base64("secret")).value();
  EXPECT_EQ(key, "secret");
  EXPECT_THAT(push_key(push, "*").error().message, HasSubstr("'signing_secret'"));
  const std::string sign = "v1," + base::encode_base64(hmac(EVP_sha256(), key, "m1." + seconds + ".{}"));
  const http::Headers headers{{"webhook-signature", sign}, {"webhook-timestamp", seconds}, {"webhook-id", "m1"}};
  EXPECT_EQ(prove_push(push, key, request("{}", headers), now).value(), "m1");
  const http::Headers other{{"webhook-signature", sign}, {"webhook-timestamp", seconds}, {"webhook-id", "m2"}};
  EXPECT_THAT(proven(push, key, request("{}", other)), HasSubstr("wrong"));
}

TEST(PushProof, WithOtherDigestsAndTimes) {
  const auto sha1 = rule("signature = \"S\"\nalgorithm = \"sha1\"\n");
  EXPECT_EQ(proven(sha1, "k", request("b", {{"S", base::hexadecimal(hmac(EVP_sha1(), "k", "b"))}})), "proven");
  const auto sha512 =
      rule("signature = \"S\"\nalgorithm = \"sha512\"\nsigned = \"{body}{timestamp}\"\ntimestamp = \"T\"\n");
  for (const std::string& time : {std::string("2026-05-01T12:00:00Z"), seconds + "123", seconds})
    EXPECT_EQ(
        proven(sha512, "k", request("b", {{"S", base::hexadecimal(hmac(EVP_sha512(), "k", "b" + time))}, {"T", time}})),
        "proven")
        << time;
}

TEST(PushProof, ByTheSecretItself) {
  const auto push = rule("signature = \"Authorization\"\nprefix = \"Bearer \"\nalgorithm = \"none\"\n");
  EXPECT_EQ(proven(push, "open sesame", request("b", {{"Authorization", "Bearer open sesame"}})), "proven");
  for (const char* value : {"", "Bearer ", "Bearer open", "open sesame", "Bearer open sesame ", "Basic open sesame"})
    EXPECT_THAT(proven(push, "open sesame", request("b", {{"Authorization", value}})), HasSubstr("wrong")) << value;
  EXPECT_NE(prove_push(push, "k", request("a", {{"Authorization", "Bearer k"}}), now).value(),
            prove_push(push, "k", request("b", {{"Authorization", "Bearer k"}}), now).value());
}

TEST(PushProof, SurvivesWhateverIsSent) {
  const auto push = rule(
      "signature = \"S\"\nprefix = \"v1=\"\nsigned = \"{timestamp}.{body}\"\ntimestamp = \"S\"\n"
      "timestamp_prefix = \"t=\"\n");
  std::mt19937 random(3);
  const std::string alphabet = "t=v1,; 0123456789abcdefZ-:+.\\\"\xff";
  for (int i = 0; i < 20'000; ++i) {
    std::string field;
    for (size_t n = random() % 60; n > 0; --n) field += alphabet[random() % alphabet.size()];
    EXPECT_NE(proven(push, "k", request("{}", {{"S", field}})), "proven") << field;
  }
}

TEST(PushToml, SaysWhatIsWrong) {
  EXPECT_THAT(wrong(""), HasSubstr("needs 'signature'"));
  EXPECT_THAT(wrong("signature = \"S\"\nalgorithm = \"md5\"\n"), HasSubstr("one of none, sha1, sha256, sha512"));
  EXPECT_THAT(wrong("signature = \"S\"\nencoding = \"text\"\n"), HasSubstr("one of hex, base64"));
  EXPECT_THAT(wrong("signature = \"S\"\nsigned = \"{timestamp}\"\n"), HasSubstr("no {body}"));
  EXPECT_THAT(wrong("signature = \"S\"\ntimestamp = \"T\"\n"), HasSubstr("belong together"));
  EXPECT_THAT(wrong("signature = \"S\"\ndelivery = \"D\"\n"), HasSubstr("belong together"));
  EXPECT_THAT(wrong("signature = \"S\"\nsigned = \"{body}{colour}\"\n"), HasSubstr("not {colour}"));
  EXPECT_THAT(wrong("signature = \"S\"\nalgorithm = \"none\"\ntimestamp = \"T\"\n"), HasSubstr("proves nothing"));
  EXPECT_THAT(wrong("signature = \"S\"\ntolerance_seconds = 0\n"), HasSubstr("from 1 to 86400"));
}

}  // namespace
}  // namespace vedette::federation
