// The client, against the real server.
#include "vedette/http/client.h"

#include "server_fixture.h"

namespace vedette::http::test {
namespace {

using base::ErrorCode;

class Client : public ServerFixture {
 protected:
  ClientRequest to(const std::string& path) const {
    ClientRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(port()) + path;
    return request;
  }
  static constexpr ClientOptions anywhere() {
    ClientOptions options;
    options.reach = Reach::any_address;
    return options;
  }
};

TEST_F(Client, SendsMethodFieldsAndBody) {
  std::string content_type;
  start({}, [&](const Request& request) {
    content_type = request.headers.get("Content-Type");
    Response response;
    response.status = 201;
    response.headers.add("X-Two", "a");
    response.headers.add("X-Two", "b");
    response.body = request.method + " " + request.target + " " + request.body;
    return response;
  });
  auto request = to("/echo?x=1");
  request.method = "PATCH";
  request.headers.set("Content-Type", "application/json");
  request.body = "{}";
  const auto answer = send(request, anywhere());
  ASSERT_TRUE(answer) << answer.error().message << answer.error().cause;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "PATCH /echo?x=1 {}");
  EXPECT_EQ(answer->headers.count("x-two"), 2u);
  EXPECT_EQ(content_type, "application/json");
}

TEST_F(Client, KeepsToPublicAddresses) {
  start();
  const auto refused = send(to("/echo"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
  auto by_name = to("/echo");
  by_name.url = "http://localhost:" + std::to_string(port()) + "/echo";
  EXPECT_EQ(send(by_name).error().code, ErrorCode::forbidden);
  EXPECT_EQ(handled, 0);
}

TEST_F(Client, DoesNotFollowRedirects) {
  start({}, [](const Request&) {
    Response response;
    response.status = 302;
    response.headers.set("Location", "/elsewhere");
    return response;
  });
  EXPECT_EQ(send(to("/"), anywhere())->status, 302);
}

TEST_F(Client, LimitsTheAnswer) {
  start();
  auto options = anywhere();
  options.body_bytes_max = 1000;
  EXPECT_EQ(send(to("/bytes/1000"), options)->body.size(), 1000u);
  EXPECT_EQ(send(to("/bytes/1001"), options).error().code, ErrorCode::limit_exceeded);
}

TEST_F(Client, StopsAndTimesOut) {
  start();
  auto request = to("/slow");
  std::stop_source source;
  source.request_stop();
  request.stop = base::StopCheck(source.get_token(), std::chrono::steady_clock::time_point::max());
  EXPECT_EQ(send(request, anywhere()).error().code, ErrorCode::cancelled);
  auto options = anywhere();
  options.timeout = std::chrono::milliseconds(50);
  EXPECT_EQ(send(to("/slow"), options).error().code, ErrorCode::unavailable);
}

TEST(ClientRules, RefusesWhatIsNoRequest) {
  ClientRequest request;
  for (const char* url : {"file:///etc/passwd", "gopher://x/", "", "http://"}) {
    request.url = url;
    const auto answer = send(request);
    ASSERT_FALSE(answer) << url;
    EXPECT_EQ(answer.error().code, ErrorCode::bad_request) << url << answer.error().message;
  }
  request.url = "http://127.0.0.1/";
  request.headers.add("X", "a\r\nY: b");
  EXPECT_EQ(send(request).error().code, ErrorCode::bad_request);
}

TEST(ClientRules, TellsNoSecretsOfAUrl) {
  ClientRequest request;
  request.url = "http://user:word@127.0.0.1:1/hidden?sig=secret";
  ClientOptions options;
  for (const Reach reach : {Reach::public_addresses, Reach::any_address}) {
    options.reach = reach;
    const auto answer = send(request, options);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().message.find("word"), std::string::npos) << answer.error().message;
    EXPECT_EQ(answer.error().message.find("hidden"), std::string::npos) << answer.error().message;
    EXPECT_EQ(answer.error().message.find("secret"), std::string::npos) << answer.error().message;
    EXPECT_NE(answer.error().message.find("http://127.0.0.1:1"), std::string::npos) << answer.error().message;
  }
}

TEST(ClientRules, TellsPublicAddresses) {
  for (const char* address : {"8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8",
                              "64:ff9b::808:808", "2002:808:808::1", "100.128.0.1", "198.20.0.0"})
    EXPECT_TRUE(is_public_address(address)) << address;
  for (const char* address : {"127.0.0.1",
                              "10.1.2.3",
                              "172.31.255.255",
                              "192.168.0.1",
                              "169.254.169.254",
                              "0.0.0.0",
                              "100.64.0.1",
                              "255.255.255.255",
                              "224.0.0.1",
                              "::1",
                              "::",
                              "fe80::1",
                              "fd00::1",
                              "ff02::1",
                              "::ffff:127.0.0.1",
                              "64:ff9b::7f00:1",
                              "2002:7f00:1::1",
                              "2001:db8::1",
                              "2001::1",
                              "not an address",
                              ""})
    EXPECT_FALSE(is_public_address(address)) << address;
}

}  // namespace
}  // namespace vedette::http::test
