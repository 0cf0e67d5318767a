// Tokens of an outside OpenID provider: whose they are, what their claims mean, and how its keys are kept.
#include "auth_fixture.h"
#include "vedette/base/base64.h"

namespace vedette::auth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* outside_issuer = "https://login.example/realms/soc";

class Outside : public AuthTest {
 protected:
  Outside() { accept({}); }

  // The provider under test, in front of an authenticator of its own.
  void accept(const std::function<void(OutsideProviderSettings&)>& change) {
    OutsideProviderSettings settings;
    settings.issuer = outside_issuer;
    settings.audiences = {"vedette", "other"};
    settings.tenant = "contoso";
    settings.names = {{"analyst", "Security Operator"}};
    if (change) change(settings);
    proof = std::make_unique<Authenticator>(identity());
    proof->accept(
        std::make_unique<OutsideProvider>(settings, clock, [this](const std::string& url) { return answer(url); }));
  }
  base::Result<std::string> answer(const std::string& url) {
    asked.push_back(url);
    if (unreachable) return base::fail(base::ErrorCode::unavailable, "no answer");
    if (url == std::string(outside_issuer) + "/.well-known/openid-configuration")
      return json::to_text(json::Object{{"issuer", announced_issuer}, {"jwks_uri", "https://login.example/keys"}});
    json::Array list;
    for (const auto& [id, key] : published)
      list.push_back(json::Object{{"kty", "RSA"},
                                  {"kid", id},
                                  {"n", base::encode_base64url(key.public_key().modulus())},
                                  {"e", base::encode_base64url(key.public_key().exponent())}});
    list.push_back(json::Object{{"kty", "EC"}, {"kid", "curve"}});
    return json::to_text(json::Object{{"keys", list}});
  }
  json::Object outside_claims() const {
    return {{"iss", outside_issuer},
            {"aud", json::Array{"account", "vedette"}},
            {"azp", "soc-app"},
            {"sub", "user-7"},
            {"exp", base::to_unix_seconds(clock.now()) + 3600},
            {"scope", "openid SecurityAlert.Read.All"},
            {"preferred_username", "ana"},
            {"roles", json::Array{"analyst", "Security Reader"}}};
  }
  std::string sign_outside(const json::Object& claims, const std::string& key_id = "k1") const {
    return sign_jwt({key_id, clock.now(), published.at(key_id)}, json::to_text(claims)).value();
  }
  std::string refusal_of(const json::Object& claims) {
    const auto caller = proof->verify(sign_outside(claims));
    return caller ? "" : caller.error().message;
  }

  std::map<std::string, PrivateKey> published{{"k1", PrivateKey::generate().value()}};
  std::vector<std::string> asked;
  bool unreachable = false;
  std::string announced_issuer = outside_issuer;
  std::unique_ptr<Authenticator> proof;
};

TEST_F(Outside, TakesAUsersToken) {
  const auto caller = proof->verify(sign_outside(outside_claims()));
  ASSERT_TRUE(caller) << caller.error().message;
  EXPECT_EQ(caller->tenant_id, tenant.id);
  EXPECT_EQ(caller->app_id, "soc-app");
  EXPECT_EQ(caller->user_id, "user-7");
  EXPECT_EQ(caller->user_name, "ana");
  EXPECT_THAT(caller->scopes, ElementsAre("SecurityAlert.Read.All"));
  EXPECT_THAT(caller->directory_roles, ElementsAre("Security Operator", "Security Reader"));
  EXPECT_TRUE(caller->roles.empty());
  EXPECT_EQ(caller->identity_provider, outside_issuer);
  EXPECT_THAT(asked, ElementsAre(HasSubstr("openid-configuration"), "https://login.example/keys"));
}

TEST_F(Outside, TakesAnApplicationsToken) {
  accept([](auto& settings) {
    settings.roles_claim = "realm_access.roles";
    settings.names["hunter"] = "ThreatHunting.Read.All";
  });
  json::Object claims = outside_claims();
  claims["scope"] = "profile email";
  claims["realm_access"] = json::Object{{"roles", json::Array{"hunter", "offline"}}};
  const auto caller = proof->verify(sign_outside(claims));
  ASSERT_TRUE(caller) << caller.error().message;
  EXPECT_FALSE(caller->is_user());
  EXPECT_THAT(caller->roles, ElementsAre("ThreatHunting.Read.All", "offline"));
  EXPECT_TRUE(caller->directory_roles.empty());
}

TEST_F(Outside, FindsTheTenantInAClaim) {
  accept([](auto& settings) {
    settings.tenant.clear();
    settings.tenant_claim = "org";
  });
  json::Object claims = outside_claims();
  EXPECT_THAT(refusal_of(claims), HasSubstr("unknown tenant"));
  claims["org"] = "fabrikam";
  EXPECT_THAT(refusal_of(claims), HasSubstr("unknown tenant"));
  claims["org"] = "CONTOSO";
  EXPECT_EQ(refusal_of(claims), "");
}

TEST_F(Outside, RefusesWhatIsNotMeantForIt) {
  const auto with = [&](std::string_view name, json::Value value) {
    json::Object claims = outside_claims();
    claims[boost::json::string_view(name.data(), name.size())] = std::move(value);
    return refusal_of(claims);
  };
  const int64_t now = base::to_unix_seconds(clock.now());
  EXPECT_THAT(with("aud", "graph"), HasSubstr("another audience"));
  EXPECT_THAT(with("aud", json::Array{1}), HasSubstr("another audience"));
  EXPECT_THAT(with("aud", nullptr), HasSubstr("another audience"));
  EXPECT_THAT(with("exp", now - 61), HasSubstr("expired"));
  EXPECT_THAT(with("nbf", now + 61), HasSubstr("not valid yet"));
  EXPECT_THAT(with("exp", "never"), HasSubstr("no time of expiry"));
  EXPECT_THAT(with("azp", ""), HasSubstr("which client"));
  EXPECT_THAT(with("sub", ""), HasSubstr("for whom"));
  EXPECT_NE(with("iss", json::Value(std::string(outside_issuer) + "/")), "") << "nobody's";
  EXPECT_EQ(with("aud", "other"), "");
}

TEST_F(Outside, BelievesNoKeyButTheProviders) {
  const std::string good = sign_outside(outside_claims());
  const std::string own = sign_jwt(**keys->newest(), json::to_text(outside_claims())).value();
  EXPECT_THAT(proof->verify(own).error().message, HasSubstr("unknown key"));
  const SigningKey forged{"k1", clock.now(), PrivateKey::generate().value()};
  const auto refused = proof->verify(sign_jwt(forged, json::to_text(outside_claims())).value());
  EXPECT_THAT(refused.error().message, HasSubstr("signature is wrong"));
  json::Object as_ours = claims();
  EXPECT_THAT(proof->verify(sign_outside(as_ours)).error().message, HasSubstr("unknown key"));
  EXPECT_TRUE(proof->verify(good));
}

TEST_F(Outside, FollowsTheRotationOfKeys) {
  EXPECT_TRUE(proof->verify(sign_outside(outside_claims())));
  published.emplace("k2", PrivateKey::generate().value());
  const std::string rotated = sign_outside(outside_claims(), "k2");
  EXPECT_FALSE(proof->verify(rotated)) << "not asked again within a minute";
  EXPECT_EQ(asked.size(), 2u);
  clock.advance({60 * base::ticks_per_second});
  EXPECT_TRUE(proof->verify(rotated));
  EXPECT_EQ(asked.size(), 4u);
  published.erase("k1");
  clock.advance({3600 * base::ticks_per_second});
  EXPECT_TRUE(proof->verify(sign_outside(outside_claims(), "k2")));
  EXPECT_EQ(asked.size(), 6u) << "kept for an hour";
}

TEST_F(Outside, KeepsItsKeysADayWhenTheProviderIsAway) {
  EXPECT_TRUE(proof->verify(sign_outside(outside_claims())));
  unreachable = true;
  clock.advance({23 * base::ticks_per_hour});
  EXPECT_TRUE(proof->verify(sign_outside(outside_claims())));
  clock.advance({base::ticks_per_hour});
  const auto late = proof->verify(sign_outside(outside_claims()));
  EXPECT_EQ(late.error().code, base::ErrorCode::unavailable);
  EXPECT_THAT(late.error().message, HasSubstr("cannot be fetched"));
}

TEST_F(Outside, TakesABoundedNumberOfKeys) {
  const PrivateKey key = published.at("k1");
  for (int i = 2; i <= 101; ++i) published.emplace("k" + std::to_string(i), key);
  const auto refused = proof->verify(sign_outside(outside_claims()));
  EXPECT_EQ(refused.error().code, base::ErrorCode::unavailable);
  EXPECT_THAT(refused.error().cause, HasSubstr("more than 100 keys"));
  published.erase("k101");
  clock.advance({60 * base::ticks_per_second});
  EXPECT_TRUE(proof->verify(sign_outside(outside_claims())));
}

TEST_F(Outside, DistrustsADocumentOfAnotherIssuer) {
  announced_issuer = "https://evil.example";
  EXPECT_EQ(proof->verify(sign_outside(outside_claims())).error().code, base::ErrorCode::unavailable);
}

// Without a fetch of the test's own: the guarded client.
TEST_F(Outside, ReachesPublicAddressesOnlyAndByTls) {
  for (const char* where : {"https://127.0.0.1:1/keys", "http://93.184.215.14/keys", "https://10.0.0.1/keys"}) {
    OutsideProviderSettings settings;
    settings.issuer = outside_issuer;
    settings.audiences = {"vedette"};
    settings.tenant = "contoso";
    settings.jwks_uri = where;
    Authenticator guarded(identity());
    guarded.accept(std::make_unique<OutsideProvider>(settings, clock));
    const auto refused = guarded.verify(sign_outside(outside_claims()));
    EXPECT_EQ(refused.error().code, base::ErrorCode::unavailable) << where;
    EXPECT_EQ(refused.error().message.find("127.0.0.1"), std::string::npos);
  }
}

}  // namespace
}  // namespace vedette::auth
