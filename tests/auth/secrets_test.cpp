// Secrets of applications: several, named, expiring; and users' names and passwords.
#include <set>

#include "auth_fixture.h"
#include "vedette/auth/application_secrets.h"

namespace vedette::auth {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Secrets : public AuthTest {
 protected:
  std::string asks(const std::string& secret) {
    const auto answer = endpoint.answer(request("POST", "/" + tenant.id + "/oauth2/v2.0/token", token_body(secret)));
    if (answer->status == 200) return "200";
    return std::to_string(answer->status) + " " +
           std::to_string(json::parse(answer->body)->at("error_codes").at(0).as_int64());
  }
  base::Result<NewSecret> add(const std::string& name, std::optional<base::TimeSpan> lifetime = {}) {
    return secrets.add(tenant.id, client, name, lifetime);
  }

  ApplicationSecrets secrets{*entities, clock};
  std::string client = made.application.client_id;
};

TEST_F(Secrets, AreReplacedWhileTheOtherWorks) {
  const auto next = add("autumn");
  ASSERT_TRUE(next);
  EXPECT_EQ(asks(made.client_secret), "200");
  EXPECT_EQ(asks(next->text), "200");
  ASSERT_TRUE(secrets.remove(tenant.id, client, "first"));
  EXPECT_EQ(asks(made.client_secret), "401 7000215");
  EXPECT_EQ(asks(next->text), "200");
  ASSERT_TRUE(secrets.remove(tenant.id, client, next->secret.id));
  EXPECT_EQ(asks(next->text), "401 7000215");
  EXPECT_EQ(secrets.remove(tenant.id, client, "autumn").error().code, base::ErrorCode::not_found);
}

TEST_F(Secrets, Expire) {
  const auto short_lived = add("a day", base::TimeSpan{base::ticks_per_day});
  ASSERT_TRUE(short_lived);
  clock.advance({base::ticks_per_day - 1});
  EXPECT_EQ(asks(short_lived->text), "200");
  clock.advance({1});
  EXPECT_EQ(asks(short_lived->text), "401 7000222");
  EXPECT_EQ(asks(short_lived->text.substr(0, 3) + made.client_secret.substr(3)), "401 7000215")
      << "that it has expired is told to who has it";
  EXPECT_EQ(asks(made.client_secret), "200");
}

TEST_F(Secrets, HaveLimits) {
  for (int i = 1; i < 10; ++i) ASSERT_TRUE(add(std::to_string(i)));
  const auto more = add("more");
  EXPECT_EQ(more.error().code, base::ErrorCode::limit_exceeded);
  EXPECT_THAT(more.error().message, HasSubstr("at most 10"));
  std::set<std::string> hints;
  const auto listed = secrets.list(tenant.id, client).value();
  for (const auto& secret : listed) hints.insert(secret.hint);
  EXPECT_EQ(hints.size(), 10u);
  ASSERT_TRUE(secrets.remove(tenant.id, client, "1"));
  EXPECT_EQ(add("2").error().code, base::ErrorCode::conflict);
  EXPECT_EQ(add("").error().code, base::ErrorCode::bad_request);
  for (const int64_t days : {0, -1, 3654})
    EXPECT_THAT(add("x", base::TimeSpan{days * base::ticks_per_day}).error().message, HasSubstr("3653 days")) << days;
}

TEST_F(Secrets, OfTheOlderFormStillWork) {
  store::Commit commit;
  commit.states.push_back({"auth.client_secrets/" + client, std::nullopt});
  commit.states.push_back({"auth.client_secret/" + client, hash_client_secret("an older secret").value()});
  ASSERT_TRUE(entities->commit(tenant.id, commit));
  EXPECT_EQ(asks("an older secret"), "200");
  EXPECT_EQ(asks(made.client_secret), "401 7000215");
  EXPECT_EQ(asks(add("new")->text), "200");
  EXPECT_EQ(asks("an older secret"), "200");
}

class LocalUsers : public AuthTest {
 protected:
  std::string refusal_of(NewUser user) {
    const auto created = users.create(tenant.id, std::move(user));
    return created ? "" : created.error().message;
  }
};

TEST_F(LocalUsers, HaveNamesPasswordsAndRolesThatAreSome) {
  EXPECT_EQ(refusal_of({"ana@contoso.test", "", "12345678", {"Security Reader", "Security Reader"}}), "");
  EXPECT_EQ(users.list(tenant.id)->at(0).roles.size(), 1u);
  EXPECT_THAT(refusal_of({"ANA@contoso.test", "", "12345678", {}}), HasSubstr("already a user"));
  EXPECT_THAT(refusal_of({"a b", "", "12345678", {}}), HasSubstr("letters, digits"));
  EXPECT_THAT(refusal_of({std::string(114, 'a'), "", "12345678", {}}), HasSubstr("1 to 113"));
  EXPECT_THAT(refusal_of({"ben", "", "1234567", {}}), HasSubstr("8 to 256 bytes"));
  EXPECT_THAT(refusal_of({"ben", "", std::string(257, 'x'), {}}), HasSubstr("8 to 256 bytes"));
  EXPECT_THAT(refusal_of({"ben@contoso", "", "BEN@contoso", {}}), HasSubstr("must not be the user's name"));
  EXPECT_THAT(refusal_of({"ben", "", "12345678", {"Global Reader"}}),
              HasSubstr("There is no role 'Global Reader' for users; there are: Security Reader, Security Operator, "
                        "Security Administrator."));
}

TEST_F(LocalUsers, AreStoredWithoutTheirPasswords) {
  const User ana = users.create(tenant.id, {"ana", "Ana", "correct horse", {}}).value();
  EXPECT_THAT(users.password_hash(tenant.id, ana.id).value(), HasSubstr("$argon2id$v=19$m=19456"));
  EXPECT_THAT(entities->get(tenant.id, "users", ana.id).value()->json, Not(HasSubstr("argon2")));
  const Tenant other = directory.create_tenant("Fabrikam").value();
  EXPECT_FALSE(users.find(other.id, ana.id).value());
  EXPECT_FALSE(users.find_by_name(other.id, "ana").value());
}

TEST_F(AuthTest, RefusesRedirectUrisThatAreNone) {
  const auto refusal_of = [&](const std::string& uri) {
    const auto made_there = directory.create_application(tenant.id, {"x", {}, {"A.Read"}, {uri}});
    return made_there ? "" : made_there.error().message;
  };
  for (const char* uri : {"https://app.example/callback?x=1", "http://localhost", "http://127.0.0.1:80/a",
                          "http://[::1]:5000/", "msal6f1c://auth", "org.example.app:/callback"})
    EXPECT_EQ(refusal_of(uri), "") << uri;
  for (const char* uri : {"", "/callback", "http://app.example/", "https://", "https://a@b.example/", "https://b/#x",
                          "https://*.example/", "https://b/ x", "javascript:alert(1)", "DATA:text/html,x"})
    EXPECT_THAT(refusal_of(uri), HasSubstr("The redirect URI")) << uri;
  EXPECT_THAT(refusal_of("https://b/" + std::string(2048, 'x')), HasSubstr("2048 bytes"));
  ApplicationSettings many{"x", {}, {"A.Read"}, std::vector<std::string>(101, "https://b/")};
  EXPECT_THAT(directory.create_application(tenant.id, many).error().message, HasSubstr("at most 100 redirect URIs"));
  EXPECT_THAT(directory.create_application(tenant.id, {"x", {"A.Read"}, {}, {}, true}).error().message,
              HasSubstr("public client"));
}

}  // namespace
}  // namespace vedette::auth
