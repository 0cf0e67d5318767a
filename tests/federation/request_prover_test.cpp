// What connector.toml says of authentication, and what requests carry by it.
#include "../../src/federation/request_prover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vedette/federation/connector_transport.h"

namespace vedette::federation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* settings = R"(
[setting.base_url]
kind = "url"
description = "x"
[setting.manager_url]
kind = "url"
description = "x"
[setting.user]
description = "x"
[setting.password]
kind = "secret"
description = "x"
)";

base::Result<ConnectorTransport> parse(const std::string& authentication) {
  return parse_connector_transport("vendor = \"V\"\nprovider = \"P\"\n" + std::string(settings) + authentication);
}

std::string error_of(const std::string& authentication) {
  const auto parsed = parse(authentication);
  return parsed ? "" : parsed.error().message;
}

TEST(Authentications, AreRefusedByName) {
  EXPECT_THAT(error_of("[authentication]\ntype = \"magic\"\n"),
              HasSubstr("'type' is oauth2_client_credentials, header, basic, token or aws_sigv4."));
  EXPECT_THAT(error_of("[authentication]\ntype = \"basic\"\nuser = \"{user}\"\n"), HasSubstr("needs 'password'"));
  EXPECT_THAT(error_of("[authentication]\ntype = \"basic\"\nuser = \"{nobody}\"\npassword = \"{password}\"\n"),
              HasSubstr("'{nobody}' is no setting"));
  EXPECT_THAT(error_of("[authentication]\ntype = \"token\"\ntoken_url = \"{base_url}/t\"\ntoken = \"t\"\n"
                       "valid_seconds = 0\n"),
              HasSubstr("'valid_seconds' is a number from 1 to 86400."));
  EXPECT_THAT(error_of("[[authentication]]\nfor = \"{elsewhere}\"\ntype = \"header\"\nheader = \"K\"\nvalue = \"v\"\n"),
              HasSubstr("'{elsewhere}' is no setting"));
  EXPECT_THAT(error_of("[authentication]\ntype = \"header\"\nheader = \"K\"\nvalue = \"v\"\nvalid = 1\n"),
              HasSubstr("the key 'valid' of 'authentication' is not known"));
}

class Proofs : public testing::Test {
 protected:
  void use(const std::string& authentication) {
    auto parsed = parse(authentication);
    ASSERT_TRUE(parsed) << parsed.error().message;
    rules_ = parsed->authentication;
    prover_.emplace(
        rules_,
        [this](const std::string& name) -> std::optional<std::string> {
          if (name == "base_url") return "https://one.example";
          if (name == "manager_url") return manager_url_;
          return name == "user" ? "ana" : "p w";
        },
        [this](http::ClientRequest request, const base::StopCheck&) -> base::Result<http::ClientResponse> {
          asked_.push_back(request.url + " " + std::string(request.headers.get("Authorization")) + " " + request.body);
          return http::ClientResponse{200, {}, token_answer_};
        },
        clock_);
  }
  http::ClientRequest prove(const std::string& url) {
    http::ClientRequest request;
    request.url = url;
    const auto proven = prover_->prove(request, {});
    EXPECT_TRUE(proven) << proven.error().message;
    return request;
  }
  std::string authorization(const std::string& url) { return std::string(prove(url).headers.get("Authorization")); }

  base::FixedClock clock_{*base::parse_iso_date_time("2026-05-01T12:00:00Z")};
  std::vector<Authentication> rules_;
  std::optional<RequestProver> prover_;
  std::optional<std::string> manager_url_ = "https://one.example/manager/";
  std::vector<std::string> asked_;
  std::string token_answer_ = R"({"data":{"token":"t1"}})";
};

TEST_F(Proofs, OfSeveralTheOneForTheLongestAddressCounts) {
  use(R"(
[[authentication]]
for = "{base_url}"
type = "basic"
user = "{user}"
password = "{password}"
[[authentication]]
for = "{manager_url}"
type = "header"
header = "X-Key"
value = "k {user}"
)");
  EXPECT_EQ(authorization("https://one.example/a"), "Basic YW5hOnAgdw==");
  EXPECT_EQ(prove("https://one.example/manager/x").headers.get("X-Key"), "k ana");
  EXPECT_EQ(authorization("https://one.example/managers"), "Basic YW5hOnAgdw==");
  EXPECT_THAT(authorization("https://two.example/a"), IsEmpty());
  EXPECT_EQ(authorization("https://One.Example:443/a"), "Basic YW5hOnAgdw==") << "the same origin";
  EXPECT_EQ(prove("HTTPS://one.example:443/manager?x").headers.get("X-Key"), "k ana");
  EXPECT_THAT(authorization("https://one.example:4430/a"), IsEmpty());
  EXPECT_THAT(authorization("https://one.example.two.example/a"), IsEmpty());
  manager_url_.reset();
  EXPECT_EQ(authorization("https://one.example/manager/x"), "Basic YW5hOnAgdw==");
  EXPECT_THAT(authorization("/x"), IsEmpty());
}

TEST_F(Proofs, AreWhatTheInstanceHas) {
  // A setting that need not be given stands for the token here.
  const std::string rule =
      "[authentication]\ntype = \"basic\"\nbearer = \"{manager_url}\"\npassword = \"{password}\"\n";
  use(rule + "user = \"{user}\"\n");
  EXPECT_EQ(authorization("https://one.example/a"), "Bearer https://one.example/manager/");
  manager_url_.reset();
  EXPECT_EQ(authorization("https://one.example/a"), "Basic YW5hOnAgdw==");
  use(rule + "user = \"{manager_url}\"\n");
  EXPECT_THAT(authorization("https://one.example/a"), IsEmpty());
}

TEST_F(Proofs, TokensAreFetchedOnceUntilTheyAreForgotten) {
  use(R"(
[authentication]
type = "token"
token_url = "{base_url}/login"
user = "{user}"
password = "{password}"
body = { who = "{user}" }
token = "data.token"
)");
  EXPECT_EQ(authorization("https://one.example/a"), "Bearer t1");
  EXPECT_EQ(authorization("https://one.example/b"), "Bearer t1");
  EXPECT_THAT(asked_, ElementsAre("https://one.example/login Basic YW5hOnAgdw== {\"who\":\"ana\"}"));
  token_answer_ = R"({"data":{"token":"t2"}})";
  EXPECT_TRUE(prover_->forget_token(prove("https://one.example/b")));
  EXPECT_EQ(authorization("https://one.example/b"), "Bearer t2");
  token_answer_ = R"({"data":{}})";
  EXPECT_TRUE(prover_->forget_token(prove("https://one.example/b")));
  http::ClientRequest request;
  request.url = "https://one.example/b";
  EXPECT_EQ(prover_->prove(request, {}).error().message, "The token endpoint answered without a token.");
  EXPECT_FALSE(prover_->forget_token(request));
}

TEST_F(Proofs, SignaturesAreMadeAnewEachTime) {
  use(R"(
[authentication]
type = "aws_sigv4"
access_key_id = "{user}"
secret_access_key = "{password}"
region = "eu-west-1"
service = "guardduty"
)");
  EXPECT_THAT(authorization("https://one.example/detector"),
              StartsWith("AWS4-HMAC-SHA256 Credential=ana/20260501/eu-west-1/guardduty/aws4_request, "));
}

}  // namespace
}  // namespace vedette::federation
