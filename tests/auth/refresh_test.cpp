// Refresh tokens: replaced at each use, revoked when an old one comes again.
#include <thread>

#include "signed_in.h"

namespace vedette::auth {
namespace {

using ::testing::ElementsAre;

class Refresh : public SignedIn {
 protected:
  std::string first_token() { return member(ask_token(redemption(code())), "refresh_token"); }
};

TEST_F(Refresh, ReplacesTheTokenEachTime) {
  std::string token = first_token();
  for (int i = 0; i < 3; ++i) {
    const auto tokens = ask_token(refreshing(token));
    ASSERT_EQ(tokens.status, 200) << tokens.body;
    EXPECT_NE(member(tokens, "refresh_token"), token);
    token = member(tokens, "refresh_token");
    EXPECT_THAT(authenticator.verify(member(tokens, "access_token"))->scopes, ElementsAre("SecurityAlert.Read.All"));
  }
  EXPECT_EQ(entities->state_names(tenant.id, "auth.refresh/").value().size(), 1u);
}

// Two processes that share a cache refresh at once: both go on, one with the new token.
TEST_F(Refresh, BearsAnOldTokenForHalfAMinute) {
  const std::string first = first_token();
  const std::string second = member(ask_token(refreshing(first)), "refresh_token");
  clock.advance({29 * base::ticks_per_second});
  const std::string third = member(ask_token(refreshing(second)), "refresh_token");
  for (const std::string& old : {first, second}) {
    const auto late = ask_token(refreshing(old));
    ASSERT_EQ(late.status, 200) << late.body;
    EXPECT_EQ(member(late, "refresh_token"), "");
    EXPECT_TRUE(authenticator.verify(member(late, "access_token")));
  }
  clock.advance({base::ticks_per_second});
  EXPECT_EQ(ask_token(refreshing(second)).status, 200);
  EXPECT_EQ(error_of(ask_token(refreshing(first))), "400 invalid_grant 54005");
  EXPECT_EQ(error_of(ask_token(refreshing(third))), "400 invalid_grant 70000");
}

TEST_F(Refresh, BearsABoundedNumberOfOldTokens) {
  std::vector<std::string> tokens{first_token()};
  for (int i = 0; i < 10 + 1; ++i) tokens.push_back(member(ask_token(refreshing(tokens.back())), "refresh_token"));
  EXPECT_EQ(ask_token(refreshing(tokens[1])).status, 200);
  EXPECT_EQ(error_of(ask_token(refreshing(tokens[0]))), "400 invalid_grant 54005");
}

// What is just too late gives no more than the token that replaced it.
TEST_F(Refresh, BearsAnOldTokenForWhatItsUserMayStillDo) {
  const std::string first = first_token();
  ask_token(refreshing(first));
  ASSERT_TRUE(users.set_enabled(tenant.id, "ana@contoso.test", false));
  EXPECT_EQ(error_of(ask_token(refreshing(first))), "400 invalid_grant 50057");
}

TEST_F(Refresh, RevokesTheFamilyWhenAnOldTokenComesAgain) {
  const std::string first = first_token();
  const std::string second = member(ask_token(refreshing(first)), "refresh_token");
  clock.advance({30 * base::ticks_per_second});
  EXPECT_EQ(error_of(ask_token(refreshing(first))), "400 invalid_grant 54005");
  EXPECT_EQ(error_of(ask_token(refreshing(second))), "400 invalid_grant 70000");
  EXPECT_TRUE(entities->state_names(tenant.id, "auth.refresh/").value().empty());
}

TEST_F(Refresh, IsBoundToItsClientAndTenant) {
  const std::string token = first_token();
  const auto other =
      directory.create_application(tenant.id, {"other", {}, {"SecurityAlert.Read.All"}, {}, true}).value().application;
  EXPECT_EQ(error_of(ask_token(with(refreshing(token), "client_id", other.client_id))), "400 invalid_grant 70000");
  const Tenant fabrikam = directory.create_tenant("Fabrikam").value();
  EXPECT_EQ(error_of(post("/" + fabrikam.id + "/oauth2/v2.0/token", refreshing(token))), "401 invalid_client 7000215");
  EXPECT_EQ(error_of(ask_token(refreshing(token + "x"))), "400 invalid_grant 70000");
  EXPECT_EQ(ask_token(refreshing(token)).status, 200);
}

TEST_F(Refresh, NarrowsWhatWasGrantedAndNeverWidensIt) {
  const std::string token = first_token();
  auto wider = refreshing(token);
  wider.emplace_back("scope", "SecurityIncident.Read.All");
  EXPECT_EQ(error_of(ask_token(wider)), "400 consent_required 65001");
  auto all = refreshing(token);
  all.emplace_back("scope", "https://graph.microsoft.com/.default offline_access");
  const auto tokens = ask_token(all);
  ASSERT_EQ(tokens.status, 200) << "what was refused did not use the token up: " << tokens.body;
  EXPECT_EQ(member(tokens, "scope"),
            "https://graph.microsoft.com/SecurityAlert.Read.All https://graph.microsoft.com/.default");
}

TEST_F(Refresh, EndsAfterNinetyDays) {
  const std::string token = first_token();
  clock.advance({(90 * int64_t{86400} - 1) * base::ticks_per_second});
  const std::string next = member(ask_token(refreshing(token)), "refresh_token");
  EXPECT_FALSE(next.empty());
  clock.advance({base::ticks_per_second});
  EXPECT_EQ(error_of(ask_token(refreshing(next))), "400 invalid_grant 70008");
}

TEST_F(Refresh, EndsWithThePasswordAndTheAccount) {
  for (const bool disable : {false, true}) {
    const auto tokens = ask_token(redemption(code()));
    const std::string access = member(tokens, "access_token");
    EXPECT_TRUE(authenticator.verify(access));
    clock.advance({2 * base::ticks_per_second});
    if (disable)
      ASSERT_TRUE(users.set_enabled(tenant.id, "ana@contoso.test", false));
    else
      ASSERT_TRUE(users.set_password(tenant.id, "ana@contoso.test", password));
    EXPECT_FALSE(authenticator.verify(access));
    EXPECT_EQ(error_of(ask_token(refreshing(member(tokens, "refresh_token")))),
              disable ? "400 invalid_grant 50057" : "400 invalid_grant 50173");
  }
}

TEST_F(Refresh, KeepsABoundedNumberOfFamilies) {
  const std::string first = first_token();
  for (int i = 0; i < 50; ++i) first_token();
  EXPECT_EQ(entities->state_names(tenant.id, "auth.refresh/").value().size(), 50u);
}

TEST_F(Refresh, OneOfManyUsesAtOnceGetsTheNewToken) {
  const std::string token = first_token();
  std::atomic<int> good = 0, renewed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      const auto answer =
          endpoint.answer(request("POST", "/" + tenant.id + "/oauth2/v2.0/token", form_text(refreshing(token))));
      if (answer->status == 200) ++good;
      if (!member(*answer, "refresh_token").empty()) ++renewed;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 8);
  EXPECT_EQ(renewed, 1);
}

TEST_F(Refresh, StoresNoSecret) {
  const std::string token = first_token(), secret = token.substr(token.rfind('.') + 1);
  const auto names = entities->state_names(tenant.id, "").value();
  for (const auto& name : names) {
    EXPECT_EQ(name.find(secret), std::string::npos);
    EXPECT_EQ(entities->state(tenant.id, name).value()->value.find(secret), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace vedette::auth
