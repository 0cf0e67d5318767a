// What a token must be to name a caller: one that is good, and every way not to be.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <random>

#include "../../src/auth/signed_claims.h"
#include "auth_fixture.h"
#include "vedette/base/base64.h"

namespace vedette::auth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string forge(std::string_view header, std::string_view payload, std::string_view signature) {
  return base::encode_base64url(header) + "." + base::encode_base64url(payload) + "." +
         base::encode_base64url(signature);
}

std::string header_of(const SigningKey& key, std::string_view algorithm) {
  return R"({"typ":"JWT","alg":")" + std::string(algorithm) + R"(","kid":")" + key.id + R"("})";
}

class Authenticate : public AuthTest {};

TEST_F(Authenticate, TakesAnIssuedTokenForItsApplication) {
  const auto token = issue_token({tenant.id, made.application, std::string(graph_url), {}}, address, *keys, clock);
  for (int round = 0; round < 2; ++round) {  // verified, then remembered
    const auto caller = authenticator.verify(token.value());
    ASSERT_TRUE(caller) << caller.error().message;
    EXPECT_EQ(caller->tenant_id, tenant.id);
    EXPECT_EQ(caller->app_id, made.application.client_id);
    EXPECT_FALSE(caller->is_user());
    EXPECT_THAT(caller->roles, ElementsAre("SecurityAlert.Read.All", "ThreatHunting.Read.All"));
  }
}

TEST_F(Authenticate, RecallsWhoWasVerifiedBefore) {
  http::Request asked = request("GET", "/v1.0/security/alerts_v2");
  EXPECT_EQ(authenticator.recall(asked), nullptr);
  asked.headers.add("Authorization", "Bearer " + sign(claims()));
  EXPECT_EQ(authenticator.recall(asked), nullptr);
  ASSERT_TRUE(authenticator.authenticate(asked));
  const auto caller = authenticator.recall(asked);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->app_id, made.application.client_id);
  clock.set(base::from_unix_seconds(now_seconds + 3600 + 60));
  EXPECT_EQ(authenticator.recall(asked), nullptr);
}

TEST_F(Authenticate, RecallsAUserWhileTheDirectoryDoes) {
  const User ada = users.create(tenant.id, {"ada@contoso.test", "Ada", "correct horse", {"Security Reader"}}).value();
  const TokenSubject subject{tenant.id, made.application, address.root(), SignedInUser{ada.id, ada.name, {"a.Read"}}};
  http::Request asked = request("GET", "/v1.0/security/alerts_v2");
  asked.headers.add("Authorization", "Bearer " + issue_token(subject, address, *keys, clock).value());
  ASSERT_TRUE(authenticator.authenticate(asked));
  EXPECT_THAT(authenticator.recall(asked)->directory_roles, ElementsAre("Security Reader"));
  ASSERT_TRUE(users.set_enabled(tenant.id, ada.name, false));
  EXPECT_EQ(authenticator.recall(asked), nullptr);
}

TEST_F(Authenticate, TakesAUsersTokenForTheUser) {
  const User ada = users.create(tenant.id, {"ada@contoso.test", "Ada", "correct horse", {"Security Reader"}}).value();
  const TokenSubject subject{tenant.id, made.application, address.root(),
                             SignedInUser{ada.id, ada.name, {"a.Read", "b.Read"}}};
  const auto caller = authenticator.verify(issue_token(subject, address, *keys, clock).value());
  ASSERT_TRUE(caller) << caller.error().message;
  EXPECT_EQ(caller->user_id, ada.id);
  EXPECT_THAT(caller->directory_roles, ElementsAre("Security Reader"));
  EXPECT_EQ(caller->user_name, "ada@contoso.test");
  EXPECT_THAT(caller->scopes, ElementsAre("a.Read", "b.Read"));
  EXPECT_TRUE(caller->roles.empty());
}

TEST_F(Authenticate, RefusesATokenOutsideItsTime) {
  const std::string token = sign(claims());
  EXPECT_EQ(refusal(token), "");
  clock.set(base::from_unix_seconds(now_seconds + 3600 + 59));
  EXPECT_EQ(refusal(token), "");
  clock.set(base::from_unix_seconds(now_seconds + 3600 + 60));
  EXPECT_EQ(refusal(token), "The access token has expired.");
  clock.set(base::from_unix_seconds(now_seconds - 61));
  EXPECT_EQ(refusal(token), "The access token is not valid yet.");
  json::Object endless = claims();
  endless.erase("exp");
  EXPECT_EQ(refusal(sign(endless)), "The access token has no time of expiry.");
}

TEST_F(Authenticate, RefusesWrongClaims) {
  EXPECT_THAT(refusal(sign(claims_with("aud", "https://management.azure.com"))), HasSubstr("another audience"));
  EXPECT_THAT(refusal(sign(claims_with("iss", "https://login.example/v2.0"))), HasSubstr("another issuer"));
  EXPECT_THAT(refusal(sign(claims_with("scp", 1))), HasSubstr("malformed"));
  EXPECT_THAT(refusal(sign(claims_with("roles", "SecurityAlert.Read.All"))), HasSubstr("malformed"));
  EXPECT_THAT(refusal(sign(claims_with("exp", -1))), HasSubstr("expiry"));
  EXPECT_THAT(refusal(sign(claims_with("aud", json::Array{"https://graph.microsoft.com"}))), HasSubstr("'aud'"));
}

TEST_F(Authenticate, RefusesAnotherTenantsIssuerAndUnknownTenants) {
  const Tenant other = directory.create_tenant("Fabrikam").value();
  EXPECT_THAT(refusal(sign(claims_with("tid", json::Value(other.id)))), HasSubstr("another issuer"));
  json::Object unknown = claims();
  unknown["tid"] = "11111111-2222-3333-4444-555555555555";
  unknown["iss"] = tenant_issuer("11111111-2222-3333-4444-555555555555");
  EXPECT_THAT(refusal(sign(unknown)), HasSubstr("unknown tenant"));
  unknown["tid"] = "Contoso";  // a name finds the tenant but is no id
  unknown["iss"] = tenant_issuer("Contoso");
  EXPECT_THAT(refusal(sign(unknown)), HasSubstr("unknown tenant"));
}

TEST_F(Authenticate, RefusesTheKeyOfAnotherInstallation) {
  const auto elsewhere = store::make_memory_store(directory_collections(), clock);
  const auto foreign = SigningKeys::open(*elsewhere, clock).value();
  SigningKey key = **foreign->newest();
  EXPECT_THAT(refusal(sign_jwt(key, json::to_text(claims())).value()), HasSubstr("unknown key"));
  key.id = (*keys->newest())->id;
  EXPECT_THAT(refusal(sign_jwt(key, json::to_text(claims())).value()), HasSubstr("signature"));
}

TEST_F(Authenticate, RefusesOtherAlgorithms) {
  const SigningKey& key = **keys->newest();
  const std::string payload = json::to_text(claims());
  for (const auto* name : {"none", "None", "", "RS512", "PS256", "ES256", "rs256"})
    EXPECT_THAT(refusal(forge(header_of(key, name), payload, "x")), HasSubstr("algorithm RS256")) << name;
  EXPECT_THAT(refusal(base::encode_base64url(header_of(key, "none")) + "." + base::encode_base64url(payload) + "."),
              HasSubstr("algorithm RS256"));
  // The classic confusion: HMAC with the public key's text as the secret.
  const std::string signed_part =
      base::encode_base64url(header_of(key, "HS256")) + "." + base::encode_base64url(payload);
  const std::string secret = key.key.public_key().modulus();
  unsigned char mac[32];
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(signed_part.data()), signed_part.size(), mac, &size);
  EXPECT_THAT(refusal(signed_part + "." + base::encode_base64url({reinterpret_cast<const char*>(mac), size})),
              HasSubstr("algorithm RS256"));
}

TEST_F(Authenticate, RefusesHeadersThatSayMore) {
  const std::string id = (*keys->newest())->id, payload = json::to_text(claims());
  EXPECT_THAT(refusal(forge(R"({"alg":"RS256","crit":["b64"],"b64":false,"kid":")" + id + "\"}", payload, "x")),
              HasSubstr("critical"));
  EXPECT_THAT(refusal(forge(R"({"alg":"RS256"})", payload, "x")), HasSubstr("signing key"));
  EXPECT_THAT(refusal(forge(R"({"alg":"none","alg":"RS256","kid":")" + id + "\"}", payload, "x")),
              HasSubstr("malformed"));
}

TEST_F(Authenticate, RefusesRepeatedClaims) {
  std::string payload = json::to_text(claims());
  payload.insert(1, R"("\u0061ud":"https://graph.microsoft.com",)");
  EXPECT_THAT(refusal(sign_jwt(**keys->newest(), payload).value()), HasSubstr("malformed"));
}

TEST_F(Authenticate, RefusesEveryChangedByteAndEveryPart) {
  const std::string token = sign(claims());
  for (size_t i = 0; i < token.size(); i += 7) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(refusal(changed), "") << i;
    EXPECT_NE(refusal(token.substr(0, i)), "") << i;
  }
  for (const char* suffix : {"=", ".", " ", "A", "\n"}) EXPECT_NE(refusal(token + suffix), "");
}

TEST_F(Authenticate, RefusesHugeAndDeepTokensByTheirLimits) {
  EXPECT_THAT(refusal(std::string(token_bytes_max + 1, 'A')), HasSubstr("larger than 32768 bytes"));
  const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');
  EXPECT_THAT(refusal(forge(header_of(**keys->newest(), "RS256"), deep, "x")), HasSubstr("malformed"));
  EXPECT_THAT(refusal(forge(deep, "{}", "x")), HasSubstr("malformed"));
}

TEST_F(Authenticate, SurvivesRandomTokens) {
  std::mt19937 random(7);
  const std::string good = sign(claims());
  for (int round = 0; round < 20'000; ++round) {
    std::string token = good;
    for (unsigned edits = random() % 8 + 1; edits > 0; --edits) {
      const size_t at = random() % token.size();
      if (random() % 3 == 0)
        token.erase(at, random() % 16);
      else
        token[at] = static_cast<char>(random());
      if (token.empty()) token = ".";
    }
    EXPECT_EQ(token == good, authenticator.verify(token).has_value());
    std::string payload(random() % 64, '\0');
    for (char& c : payload) c = "{}[]\":,\\ue0aud\x80"[random() % 16];
    const std::string forged = forge(R"({"alg":"RS256","kid":"k"})", payload, "x");
    const auto parsed = parse_signed(forged);
    EXPECT_FALSE(parsed && read_claims(parsed->claims));
  }
}

TEST_F(Authenticate, AcceptsWhatARotatedKeySignedUntilItRetires) {
  const std::string old_id = (*keys->newest())->id, token = sign(claims());
  ASSERT_TRUE(keys->rotate());
  EXPECT_NE((*keys->newest())->id, old_id);
  EXPECT_EQ(refusal(token), "");
  clock.advance({SigningKeys::retirement.ticks + 1});
  ASSERT_TRUE(keys->rotate());
  EXPECT_EQ(*keys->find(old_id), nullptr);
}

TEST_F(Authenticate, SharesKeysBetweenServers) {
  const auto other = SigningKeys::open(*entities, clock).value();
  EXPECT_EQ((*other->newest())->id, (*keys->newest())->id);
  ASSERT_TRUE(other->rotate());
  EXPECT_EQ((*other->newest())->id, (*keys->newest())->id);
}

TEST_F(Authenticate, ReadsTheBearerTokenOfARequest) {
  http::Request asked = request("GET", "/v1.0/security/incidents");
  const auto none = authenticator.authenticate(asked);
  ASSERT_FALSE(none);
  EXPECT_EQ(www_authenticate(asked, none.error()), R"(Bearer realm="")");
  asked.headers.add("Authorization", "bearer  " + sign(claims()));
  EXPECT_TRUE(authenticator.authenticate(asked));
  asked.headers.set("Authorization", "Basic YTpi");
  EXPECT_FALSE(authenticator.authenticate(asked));
  asked.headers.set("Authorization", "Bearer a.b.c");
  const auto bad = authenticator.authenticate(asked);
  ASSERT_FALSE(bad);
  EXPECT_EQ(www_authenticate(asked, bad.error()),
            R"(Bearer realm="", error="invalid_token", error_description="The access token is malformed.")");
  asked.headers.add("Authorization", "Bearer " + sign(claims()));
  EXPECT_THAT(authenticator.authenticate(asked).error().message, HasSubstr("more than one"));
}

TEST_F(Authenticate, RemembersABoundedNumberOfTokens) {
  Authenticator small(identity(), 2);
  std::vector<std::string> tokens;
  for (int i = 0; i < 5; ++i) tokens.push_back(sign(claims_with("uti", i)));
  for (int round = 0; round < 2; ++round)
    for (const std::string& token : tokens) EXPECT_TRUE(small.verify(token));
}

// The published keys, read by other code than the one that wrote them.
TEST_F(Authenticate, PublishesKeysThatVerifyItsTokens) {
  const auto document = json::parse(keys->jwks().value()).value();
  const json::Value& jwk = document.at("keys").as_array().at(0);
  EXPECT_EQ(json::find_string(jwk, "kid"), (*keys->newest())->id);
  EXPECT_EQ(json::find(jwk, "d"), nullptr);
  const auto number = [&jwk](std::string_view name) {
    const std::string bytes = base::decode_base64url(json::find_string(jwk, name)).value();
    return BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr);
  };
  BIGNUM *n = number("n"), *e = number("e");
  OSSL_PARAM_BLD* builder = OSSL_PARAM_BLD_new();
  OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n);
  OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e);
  OSSL_PARAM* parameters = OSSL_PARAM_BLD_to_param(builder);
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context);
  ASSERT_EQ(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters), 1);
  const std::string token = sign(claims()), part = token.substr(0, token.rfind('.'));
  const std::string signature = base::decode_base64url(token.substr(token.rfind('.') + 1)).value();
  EVP_MD_CTX* digest = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(digest, nullptr, EVP_sha256(), nullptr, key);
  EXPECT_EQ(EVP_DigestVerify(digest, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                             reinterpret_cast<const unsigned char*>(part.data()), part.size()),
            1);
  EVP_MD_CTX_free(digest), EVP_PKEY_free(key), EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(parameters), OSSL_PARAM_BLD_free(builder), BN_free(n), BN_free(e);
}

TEST(Thumbprint, IsTheExampleOfRfc7638) {
  const auto key = PublicKey::from_numbers(
      base::decode_base64url(
          "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
          "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-"
          "65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-"
          "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw")
          .value(),
      base::decode_base64url("AQAB").value());
  EXPECT_EQ(key.value().thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST(Base64Url, IsStrict) {
  for (const char* text : {"", "TQ", "TWE", "TWFu", "-_-_"}) {
    const auto bytes = base::decode_base64url(text);
    ASSERT_TRUE(bytes) << text;
    EXPECT_EQ(base::encode_base64url(*bytes), text);
  }
  for (const char* text : {"T", "TR", "TQ==", "TW+u", "TW/u", "TW u", "TWFuT"})
    EXPECT_FALSE(base::decode_base64url(text));
}

}  // namespace
}  // namespace vedette::auth
