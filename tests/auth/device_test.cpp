// Devices that wait until their users let them in.
#include "signed_in.h"

namespace vedette::auth {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Device : public SignedIn {
 protected:
  http::Response ask_code(std::string_view version = "/v2.0") {
    FormFields fields{{"client_id", tool.client_id}};
    fields.emplace_back(version.empty() ? "resource" : "scope", version.empty()
                                                                    ? "https://graph.microsoft.com"
                                                                    : "openid offline_access SecurityAlert.Read.All");
    return post("/" + tenant.id + "/oauth2" + std::string(version) + "/devicecode", fields);
  }
  http::Response poll(const std::string& device_code) {
    clock.advance({5 * base::ticks_per_second});
    return ask_token(polling(device_code));
  }
  FormFields polling(const std::string& device_code) const {
    return {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
            {"client_id", tool.client_id},
            {"device_code", device_code}};
  }
  http::Response decide(const std::string& user_code, const std::string& action,
                        const std::string& with_password = password) {
    const auto page = post(path(), {{"user_code", user_code}});
    return post(path(), {{"user_code", hidden(page, "user_code")},
                         {"step", "sign_in"},
                         {"guard", hidden(page, "guard")},
                         {"username", "ana@contoso.test"},
                         {"password", with_password},
                         {"action", action}});
  }
  std::string path() const { return "/" + tenant.id + "/oauth2/deviceauth"; }
};

TEST_F(Device, GetsTokensWhenItsUserAgrees) {
  const auto asked = ask_code();
  ASSERT_EQ(asked.status, 200) << asked.body;
  const std::string code = member(asked, "device_code"), user_code = member(asked, "user_code");
  EXPECT_EQ(member(asked, "verification_uri"), "http://127.0.0.1:8080" + path());
  EXPECT_EQ(json_of(asked).at("interval").as_int64(), 5);
  EXPECT_EQ(error_of(poll(code)), "400 authorization_pending 70016");
  EXPECT_EQ(error_of(ask_token(polling(code))), "400 slow_down 70016");
  EXPECT_THAT(get(path() + "?user_code=" + user_code).body, HasSubstr("value=\"" + user_code + "\""));
  EXPECT_THAT(post(path(), {{"user_code", user_code}}).body,
              AllOf(HasSubstr("tool on a device"), HasSubstr("SecurityAlert.Read.All")));
  EXPECT_EQ(decide(user_code, "sign_in", "wrong").status, 403);
  std::string typed = user_code;
  std::transform(typed.begin(), typed.end(), typed.begin(), [](char c) { return c == '-' ? ' ' : std::tolower(c); });
  EXPECT_THAT(decide(typed, "sign_in").body, HasSubstr("Go on at your device"));
  const auto tokens = poll(code);
  ASSERT_EQ(tokens.status, 200) << tokens.body;
  EXPECT_EQ(authenticator.verify(member(tokens, "access_token"))->user_id, ana.id);
  EXPECT_EQ(ask_token(refreshing(member(tokens, "refresh_token"))).status, 200);
  EXPECT_EQ(error_of(poll(code)), "400 bad_verification_code 70019") << "once";
}

TEST_F(Device, IsToldOfWithItsApplication) {
  std::vector<std::string> told;
  endpoint.set_on_sign_in([&](const SignIn& sign_in) {
    told.push_back(sign_in.method + " " + std::to_string(sign_in.status) + " " + sign_in.client_id + " " +
                   sign_in.service_principal_id + " " + sign_in.user_id);
  });
  const auto asked = ask_code();
  decide(member(asked, "user_code"), "sign_in", "wrong");
  decide(member(asked, "user_code"), "sign_in");
  poll(member(asked, "device_code"));
  const std::string whose = tool.client_id + " " + tool.object_id + " " + ana.id;
  EXPECT_THAT(told, ElementsAre("password 403 " + whose, "password 200 " + whose, "device_code 200 " + whose));
}

TEST_F(Device, IsRefused) {
  const auto asked = ask_code();
  EXPECT_THAT(decide(member(asked, "user_code"), "cancel").body, HasSubstr("The device gets no access."));
  EXPECT_EQ(error_of(poll(member(asked, "device_code"))), "400 authorization_declined 70018");
}

TEST_F(Device, WaitsAQuarterOfAnHour) {
  const auto asked = ask_code();
  clock.advance({900 * base::ticks_per_second});
  EXPECT_EQ(error_of(poll(member(asked, "device_code"))), "400 expired_token 70020");
  EXPECT_THAT(post(path(), {{"user_code", member(asked, "user_code")}}).body, HasSubstr("its time is over"));
}

TEST_F(Device, TakesFormsOfItsOwnPagesOnly) {
  const auto asked = ask_code();
  const std::string user_code = member(asked, "user_code");
  const auto page = post(path(), {{"user_code", user_code}});
  FormFields fields{{"user_code", user_code}, {"step", "sign_in"},    {"guard", "x"},
                    {"username", ana.name},   {"password", password}, {"action", "sign_in"}};
  EXPECT_EQ(post(path(), fields).status, 403);
  cookies.clear();
  EXPECT_EQ(post(path(), with(fields, "guard", hidden(page, "guard"))).status, 403);
  EXPECT_EQ(error_of(poll(member(asked, "device_code"))), "400 authorization_pending 70016");
}

TEST_F(Device, IsBoundToItsClient) {
  const auto asked = ask_code();
  const auto other =
      directory.create_application(tenant.id, {"other", {}, {"SecurityAlert.Read.All"}, {}, true}).value().application;
  EXPECT_EQ(error_of(ask_token(with(polling(member(asked, "device_code")), "client_id", other.client_id))),
            "400 bad_verification_code 70019");
  EXPECT_EQ(error_of(ask_token(polling(member(asked, "user_code") + ".guess"))), "400 bad_verification_code 70019");
}

TEST_F(Device, ServesTheOlderForm) {
  const auto asked = ask_code("");
  EXPECT_EQ(member(asked, "expires_in"), "900");
  decide(member(asked, "user_code"), "sign_in");
  EXPECT_EQ(member(asked, "verification_url"), "http://127.0.0.1:8080" + path());
  const auto tokens = ask_token(
      {{"grant_type", "device_code"}, {"client_id", tool.client_id}, {"code", member(asked, "device_code")}}, "");
  EXPECT_EQ(tokens.status, 200) << tokens.body;
}

TEST_F(Device, WaitsWithABoundedNumberOfOthers) {
  for (int i = 0; i < 1000; ++i) {
    peer = "192.0.2." + std::to_string(i / 100);
    ASSERT_EQ(ask_code().status, 200) << i;
  }
  peer = "198.51.100.1";
  const auto refused = ask_code();
  EXPECT_EQ(error_of(refused), "429 temporarily_unavailable 50196");
  EXPECT_THAT(refused.body, HasSubstr("More than 1000 devices"));
  clock.advance({900 * base::ticks_per_second});
  EXPECT_EQ(ask_code().status, 200);
  EXPECT_EQ(entities->state_names(tenant.id, "auth.device/").value().size(), 1u);
}

TEST_F(Device, LeavesCodesForOtherAddresses) {
  peer = "2001:db8::1";
  for (int i = 0; i < 100; ++i) ASSERT_EQ(ask_code().status, 200) << i;
  peer = "2001:db8::2:0:0:1";  // of the same network
  const auto refused = ask_code();
  EXPECT_EQ(error_of(refused), "429 temporarily_unavailable 50196");
  EXPECT_EQ(refused.headers.get("Retry-After"), "60");
  EXPECT_THAT(refused.body, HasSubstr("100 devices of the address 2001:db8::2:0:0:1 wait"));
  peer = "2001:db8:0:1::1";
  EXPECT_EQ(ask_code().status, 200);
  peer = "2001:db8::1";
  clock.advance({900 * base::ticks_per_second});
  EXPECT_EQ(ask_code().status, 200);
}

}  // namespace
}  // namespace vedette::auth
