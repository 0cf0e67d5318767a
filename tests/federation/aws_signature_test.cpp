// The examples of the documentation of Signature Version 4, and of its test suite.
#include "../../src/federation/aws_signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::federation {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

const base::DateTime now = *base::parse_iso_date_time("2015-08-30T12:36:00Z");

AwsCredentials credentials(std::string service = "service") {
  return {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "us-east-1", std::move(service)};
}

std::string authorization(http::ClientRequest request, const AwsCredentials& by = credentials()) {
  const auto done = sign_aws_request(request, by, now);
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_EQ(request.headers.get("X-Amz-Date"), "20150830T123600Z");
  return std::string(request.headers.get("Authorization"));
}

http::ClientRequest request(const std::string& method, const std::string& url) {
  http::ClientRequest made;
  made.method = method;
  made.url = url;
  return made;
}

TEST(AwsSignature, IsThatOfTheTestSuite) {
  EXPECT_EQ(authorization(request("GET", "https://example.amazonaws.com/")),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  EXPECT_THAT(authorization(request("POST", "https://example.amazonaws.com")),
              EndsWith("=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"));
  EXPECT_THAT(authorization(request("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1")),
              EndsWith("=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"));
}

TEST(AwsSignature, IsThatOfTheDocumentation) {
  auto list_users = request("GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08");
  list_users.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  list_users.headers.set("Accept", "application/json");  // not signed
  EXPECT_THAT(authorization(std::move(list_users), credentials("iam")),
              EndsWith("SignedHeaders=content-type;host;x-amz-date, "
                       "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"));
}

TEST(AwsSignature, CoversTemporaryCredentialsAndTheBody) {
  auto temporary = credentials();
  temporary.session_token = "token";
  EXPECT_THAT(authorization(request("GET", "https://example.amazonaws.com/"), temporary),
              HasSubstr("SignedHeaders=host;x-amz-date;x-amz-security-token"));
  auto with_body = request("POST", "https://example.amazonaws.com/");
  with_body.body = "{}";
  EXPECT_NE(authorization(with_body), authorization(request("POST", "https://example.amazonaws.com/")));
  auto nowhere = request("GET", "no address");
  EXPECT_FALSE(sign_aws_request(nowhere, credentials(), now));
}

}  // namespace
}  // namespace vedette::federation
