// The page on which users sign in, what it refuses, and the codes that it gives.
#include "signed_in.h"

namespace vedette::auth {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Authorize : public SignedIn {};

TEST_F(Authorize, SignsAUserInWithPkce) {
  const auto answer = sign_in(authorization());
  ASSERT_EQ(answer.status, 303) << answer.body;
  EXPECT_THAT(answer.headers.get("Location"), StartsWith(std::string(redirect_uri) + "?code="));
  EXPECT_EQ(parameter(answer, "state"), "s%20%26%20t");
  const auto tokens = ask_token(redemption(parameter(answer, "code")));
  ASSERT_EQ(tokens.status, 200) << tokens.body;
  EXPECT_EQ(member(tokens, "scope"), "SecurityAlert.Read.All openid profile");
  const auto caller = authenticator.verify(member(tokens, "access_token"));
  ASSERT_TRUE(caller) << caller.error().message;
  EXPECT_EQ(caller->user_id, ana.id);
  EXPECT_EQ(caller->user_name, "ana@contoso.test");
  EXPECT_EQ(caller->app_id, tool.client_id);
  EXPECT_THAT(caller->scopes, ElementsAre("SecurityAlert.Read.All"));
  EXPECT_THAT(caller->directory_roles, ElementsAre("Security Operator"));
  const auto identity = member(tokens, "id_token");
  const size_t dot = identity.find('.');
  const auto claims = base::decode_base64url(identity.substr(dot + 1, identity.rfind('.') - dot - 1)).value();
  EXPECT_THAT(claims, AllOf(HasSubstr(R"("aud":")" + tool.client_id), HasSubstr(R"("nonce":"n-1")"),
                            HasSubstr(R"("preferred_username":"ana@contoso.test")")));
  EXPECT_EQ(refusal(identity), "The access token has no claim 'appid'.");
  EXPECT_EQ(base::decode_base64url(member(tokens, "client_info")),
            R"({"uid":")" + ana.id + R"(","utid":")" + tenant.id + R"("})");
}

TEST_F(Authorize, ShowsAPageWithoutScriptsThatNobodyCanFrame) {
  const auto page = get(authorize_path() + "?" + form_text(with(authorization(), "login_hint", "\"><script>x")));
  ASSERT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr("<html lang=\"en\">"), HasSubstr("<label for=\"username\">"),
                               HasSubstr("<label for=\"password\">"), HasSubstr("autocomplete=\"current-password\""),
                               HasSubstr("<strong>tool</strong>"), HasSubstr("<li>SecurityAlert.Read.All</li>"),
                               Not(HasSubstr("<script"))));
  EXPECT_THAT(page.headers.get("Content-Security-Policy"),
              AllOf(HasSubstr("default-src 'none'"), HasSubstr("frame-ancestors 'none'"),
                    HasSubstr("form-action 'self' http://localhost:3000;")));
  EXPECT_EQ(page.headers.get("Cache-Control"), "no-store");
  EXPECT_EQ(page.headers.get("X-Frame-Options"), "DENY");
  EXPECT_THAT(page.headers.get("Set-Cookie"), AllOf(HasSubstr("HttpOnly"), HasSubstr("SameSite=Lax")));
  auto secure = request("GET", authorize_path() + "?" + form_text(authorization()));
  secure.tls = true;
  EXPECT_THAT(endpoint.answer(secure)->headers.get("Set-Cookie"),
              AllOf(StartsWith("__Host-vedette-form="), HasSubstr("; Secure")));
}

TEST_F(Authorize, SendsNothingToAnAddressThatIsNotRegistered) {
  for (const char* uri :
       {"http://localhost:3000/callback/", "http://localhost:3001/callback", "https://localhost:3000/callback",
        "http://localhost:3000/callback?x=1", "http://LOCALHOST:3000/callback", "http://localhost:3000/call%62ack",
        "http://evil.example/callback", "http://localhost@evil.example", "http://localhost:x",
        "http://localhost:1/a"}) {
    const auto page = get(authorize_path() + "?" + form_text(with(authorization(), "redirect_uri", uri)));
    EXPECT_EQ(page.status, 400) << uri;
    EXPECT_FALSE(page.headers.find("Location")) << uri;
    EXPECT_THAT(page.body, HasSubstr("AADSTS50011")) << uri;
  }
  // RFC 8252, section 7.3: any port of a loopback address that was registered without one.
  for (const char* uri : {"http://localhost:4711", "http://localhost:4711/", "http://localhost/"})
    EXPECT_EQ(get(authorize_path() + "?" + form_text(with(authorization(), "redirect_uri", uri))).status, 200) << uri;
  for (const char* missing : {"redirect_uri", "client_id"})
    EXPECT_THAT(get(authorize_path() + "?" + form_text(with(authorization(), missing, ""))).body,
                HasSubstr("AADSTS900144"))
        << missing;
  const auto unknown = with(authorization(), "client_id", "11111111-2222-3333-4444-555555555555");
  EXPECT_THAT(get(authorize_path() + "?" + form_text(unknown)).body, HasSubstr("AADSTS700016"));
  EXPECT_EQ(get("/nobody/oauth2/v2.0/authorize?" + form_text(authorization())).status, 400);
}

TEST_F(Authorize, TellsTheApplicationWhatItAskedWrongly) {
  const auto error = [&](const std::string& name, const std::string& value) {
    const auto answer = get(authorize_path() + "?" + form_text(with(authorization(), name, value)));
    EXPECT_EQ(answer.status, 303) << name;
    EXPECT_EQ(parameter(answer, "state"), "s%20%26%20t");
    return parameter(answer, "error");
  };
  EXPECT_EQ(error("response_type", "token"), "unsupported_response_type");
  EXPECT_EQ(error("code_challenge", ""), "invalid_request");
  EXPECT_EQ(error("code_challenge", "short"), "invalid_request");
  EXPECT_EQ(error("code_challenge_method", "plain"), "invalid_request");
  EXPECT_EQ(error("code_challenge_method", ""), "invalid_request");
  EXPECT_EQ(error("response_mode", "web_message"), "invalid_request");
  EXPECT_EQ(error("scope", ""), "invalid_request");
  EXPECT_EQ(error("scope", "SecurityAlert.ReadWrite.All"), "consent_required");
  EXPECT_EQ(error("scope", "https://vault.azure.net/.default"), "invalid_scope");
  EXPECT_EQ(error("scope", "a/SecurityAlert.Read.All"), "invalid_scope");
  EXPECT_EQ(error("prompt", "none"), "login_required");
  std::string many;
  for (int i = 0; i < 101; ++i) many += "openid ";
  EXPECT_EQ(error("scope", many), "invalid_scope");
  const auto long_state =
      get(authorize_path() + "?" + form_text(with(authorization(), "state", std::string(2700, 'x'))));
  EXPECT_THAT(long_state.body, HasSubstr("8192 bytes"));
  EXPECT_THAT(
      get(authorize_path() + "?state=" + std::string(4097, 'x') + "&" + form_text(with(authorization(), "state", "")))
          .headers.get("Location"),
      HasSubstr("4096"));
  EXPECT_THAT(get(authorize_path() + "?a=1&a=2").body, HasSubstr("more than once"));
}

TEST_F(Authorize, AnswersInEachResponseMode) {
  const auto fragment = sign_in(with(authorization(), "response_mode", "fragment"));
  EXPECT_THAT(fragment.headers.get("Location"), StartsWith(std::string(redirect_uri) + "#code="));
  const auto form = sign_in(with(authorization(), "response_mode", "form_post"));
  EXPECT_EQ(form.status, 200);
  EXPECT_THAT(form.body, AllOf(HasSubstr("action=\"http://localhost:3000/callback\""), HasSubstr("name=\"code\""),
                               HasSubstr("value=\"s &amp; t\"")));
  EXPECT_THAT(form.headers.get("Content-Security-Policy"), HasSubstr("form-action http://localhost:3000;"));
}

// A content security policy has no way to name an IPv6 address.
TEST_F(Authorize, LeadsToALoopbackAddressOfEitherKind) {
  tool =
      directory.create_application(tenant.id, {"six", {}, {"SecurityAlert.Read.All"}, {"http://[::1]/callback"}, true})
          .value()
          .application;
  auto asked = with(authorization("SecurityAlert.Read.All"), "redirect_uri", "http://[::1]:4711/callback");
  const auto page = get(authorize_path() + "?" + form_text(asked));
  EXPECT_THAT(page.headers.get("Content-Security-Policy"), HasSubstr("form-action 'self' http:;"));
  const auto answer = sign_in(asked);
  EXPECT_THAT(answer.headers.get("Location"), StartsWith("http://[::1]:4711/callback?code="));
}

TEST_F(Authorize, TakesFormsOfItsOwnPagesOnly) {
  const auto page = get(authorize_path() + "?" + form_text(authorization()));
  const auto fields = filled(page, "ana@contoso.test", password);
  const auto other = form_text(with(authorization(), "scope", "SecurityIncident.Read.All"));
  EXPECT_EQ(post(authorize_path(), with(fields, "guard", "")).status, 403);
  EXPECT_EQ(post(authorize_path(), with(fields, "guard", "x")).status, 403);
  EXPECT_EQ(post(authorize_path(), with(fields, "request", other)).status, 403);
  const auto kept = cookies;
  cookies.clear();
  EXPECT_EQ(post(authorize_path(), fields).status, 403);
  cookies = kept;
  EXPECT_EQ(post(authorize_path(), fields).status, 303);
}

TEST_F(Authorize, TellsNotWhetherAUserExists) {
  const auto wrong = sign_in(authorization(), "ana@contoso.test", "wrong");
  const auto nobody = sign_in(authorization(), "nobody@contoso.test", "wrong");
  for (const auto* answer : {&wrong, &nobody}) {
    EXPECT_EQ(answer->status, 403);
    EXPECT_THAT(answer->body, AllOf(HasSubstr("role=\"alert\""), HasSubstr("The user name or password is wrong."),
                                    Not(HasSubstr("value=\"wrong\""))));
  }
  ASSERT_TRUE(users.set_enabled(tenant.id, "ANA@contoso.test", false));
  EXPECT_THAT(sign_in(authorization()).body, HasSubstr("disabled"));
  EXPECT_THAT(sign_in(authorization(), "ana@contoso.test", "wrong").body, HasSubstr("wrong"));
}

TEST_F(Authorize, LetsUsersRefuse) {
  const auto page = get(authorize_path() + "?" + form_text(authorization()));
  const auto answer = post(authorize_path(), with(filled(page, "", ""), "action", "cancel"));
  EXPECT_EQ(parameter(answer, "error"), "access_denied");
}

TEST_F(Authorize, HoldsBackWhoGuesses) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(sign_in(authorization(), "ana@contoso.test", "guess").status, 403);
  const auto locked = sign_in(authorization());
  EXPECT_EQ(locked.status, 429);
  EXPECT_EQ(locked.headers.get("Retry-After"), "60");
  EXPECT_THAT(locked.body, HasSubstr("Try again in 60 s"));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(sign_in(authorization(), "none@contoso.test", "guess").status, 403);
  EXPECT_EQ(sign_in(authorization(), "none@contoso.test", "guess").status, 429) << "as one who exists";
  clock.advance({60 * base::ticks_per_second});
  EXPECT_EQ(sign_in(authorization(), "ana@contoso.test", "guess").status, 403);
  EXPECT_EQ(sign_in(authorization()).headers.get("Retry-After"), "120");
  clock.advance({120 * base::ticks_per_second});
  EXPECT_EQ(sign_in(authorization()).status, 303);
  EXPECT_EQ(sign_in(authorization(), "ana@contoso.test", "guess").status, 403) << "counted from the start";
}

TEST_F(Authorize, HoldsBackAnAddress) {
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(sign_in(authorization(), "user" + std::to_string(i / 9), "guess").status, 403) << i;
  EXPECT_EQ(sign_in(authorization()).status, 429);
  peer = "192.0.2.2";
  EXPECT_EQ(sign_in(authorization()).status, 303);
  peer = "192.0.2.1";
  clock.advance({600 * base::ticks_per_second});
  EXPECT_EQ(sign_in(authorization()).status, 303) << "no attempt makes the window longer";
}

TEST_F(Authorize, RedeemsACodeOnceAndForItsOwnerOnly) {
  const auto other =
      directory.create_application(tenant.id, {"other", {}, {"SecurityAlert.Read.All"}, {redirect_uri}, true});
  const std::string wrong_client = code(), wrong_uri = code(), wrong_verifier = code(), late = code();
  EXPECT_EQ(error_of(ask_token(with(redemption(wrong_client), "client_id", other->application.client_id))),
            "400 invalid_grant 70000");
  EXPECT_EQ(error_of(ask_token(with(redemption(wrong_uri), "redirect_uri", "http://localhost"))),
            "400 invalid_grant 70000");
  EXPECT_EQ(error_of(ask_token(with(redemption(wrong_verifier), "code_verifier", std::string(43, 'w')))),
            "400 invalid_grant 501481");
  EXPECT_EQ(error_of(ask_token(redemption(wrong_verifier))), "400 invalid_grant 54005") << "used up";
  EXPECT_EQ(error_of(ask_token(with(redemption(code()), "code_verifier", ""))), "400 invalid_grant 501481");
  EXPECT_EQ(error_of(ask_token(redemption("1.x.y.z"))), "400 invalid_grant 70000");
  clock.advance({600 * base::ticks_per_second});
  EXPECT_EQ(error_of(ask_token(redemption(late))), "400 invalid_grant 70008");
}

TEST_F(Authorize, RevokesWhatACodeLedToWhenItComesAgain) {
  const std::string once = code();
  const auto tokens = ask_token(redemption(once));
  ASSERT_EQ(tokens.status, 200);
  EXPECT_EQ(error_of(ask_token(redemption(once))), "400 invalid_grant 54005");
  EXPECT_EQ(error_of(ask_token(refreshing(member(tokens, "refresh_token")))), "400 invalid_grant 70000");
}

TEST_F(Authorize, KeepsABoundedNumberOfCodes) {
  const std::string first = code();
  clock.advance({base::ticks_per_second});
  for (int i = 0; i < 20; ++i) code();
  EXPECT_EQ(entities->state_names(tenant.id, "auth.code/").value().size(), 20u);
  EXPECT_EQ(error_of(ask_token(redemption(first))), "400 invalid_grant 70000");
}

TEST_F(Authorize, AsksConfidentialClientsForTheirSecret) {
  const auto web =
      directory.create_application(tenant.id, {"web", {}, {"SecurityAlert.Read.All"}, {redirect_uri}}).value();
  auto fields = with(authorization(), "client_id", web.application.client_id);
  const std::string with_challenge = parameter(sign_in(fields), "code");
  auto redeem = with(redemption(with_challenge), "client_id", web.application.client_id);
  EXPECT_EQ(error_of(ask_token(redeem)), "401 invalid_client 7000218");
  redeem.emplace_back("client_secret", web.client_secret);
  EXPECT_EQ(ask_token(redeem).status, 200);
  fields = with(with(fields, "code_challenge", ""), "code_challenge_method", "");
  redeem = with(with(redeem, "code", parameter(sign_in(fields), "code")), "code_verifier", "");
  EXPECT_EQ(ask_token(redeem).status, 200);
  EXPECT_EQ(error_of(ask_token({{"grant_type", "client_credentials"},
                                {"client_id", tool.client_id},
                                {"scope", "https://graph.microsoft.com/.default"}})),
            "401 invalid_client 7000218")
      << "a public client proves nothing";
}

TEST_F(Authorize, ServesTheOlderForm) {
  auto fields = with(authorization(), "scope", "");
  fields.emplace_back("resource", "https://graph.microsoft.com/");
  const auto answer = sign_in(fields, "ana@contoso.test", password, "");
  auto redeem = redemption(parameter(answer, "code"));
  redeem.emplace_back("resource", "https://graph.microsoft.com");
  const auto tokens = ask_token(redeem, "");
  ASSERT_EQ(tokens.status, 200) << tokens.body;
  EXPECT_EQ(member(tokens, "resource"), "https://graph.microsoft.com");
  EXPECT_EQ(member(tokens, "expires_in"), "3600");
  EXPECT_FALSE(member(tokens, "refresh_token").empty());
  EXPECT_THAT(authenticator.verify(member(tokens, "access_token"))->scopes,
              ElementsAre("SecurityAlert.Read.All", "SecurityIncident.Read.All"));
}

TEST_F(Authorize, LetsCommonStandForTheTenantOfTheApplication) {
  ASSERT_TRUE(directory.create_tenant("Fabrikam"));
  const auto page = get("/common/oauth2/v2.0/authorize?" + form_text(authorization()));
  ASSERT_EQ(page.status, 200);
  const auto answer = post("/organizations/oauth2/v2.0/authorize", filled(page, "ana@contoso.test", password));
  EXPECT_EQ(post("/common/oauth2/v2.0/token", redemption(parameter(answer, "code"))).status, 200);
}

}  // namespace
}  // namespace vedette::auth
