// Many requests at once, against the real server.
#include <set>

#include "server_fixture.h"
#include "vedette/http/client.h"

namespace vedette::http::test {
namespace {

using base::ErrorCode;

class AsyncRequests : public ServerFixture {
 protected:
  ClientRequest to(const std::string& path) const {
    ClientRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(port()) + path;
    return request;
  }
  static ClientOptions anywhere() {
    ClientOptions options;
    options.reach = Reach::any_address;
    return options;
  }
  AsyncClient::Done keep() {
    return [this](base::Result<ClientResponse> answer) {
      const std::scoped_lock lock(mutex);
      answers.push_back(std::move(answer));
    };
  }
  size_t count() {
    const std::scoped_lock lock(mutex);
    return answers.size();
  }

  std::mutex mutex;
  std::vector<base::Result<ClientResponse>> answers;
};

TEST_F(AsyncRequests, AreAllAnswered) {
  start();
  AsyncClient client(anywhere());
  for (int i = 0; i < 200; ++i) {
    ClientRequest request = to("/echo?" + std::to_string(i));
    request.method = "POST";
    request.body = "x";
    client.send(std::move(request), keep());
  }
  ASSERT_TRUE(eventually([&] { return count() == 200; }));
  std::set<std::string> bodies;
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer) << answer.error().message;
    bodies.insert(answer->body);
  }
  EXPECT_EQ(bodies.size(), 200u);
}

TEST_F(AsyncRequests, DoNotWaitForEachOther) {
  ServerOptions options;
  options.workers = 8;
  start(options);
  AsyncClient client(anywhere());
  for (int i = 0; i < 4; ++i) client.send(to("/slow"), keep());
  client.send(to("/echo"), keep());
  ASSERT_TRUE(eventually([&] { return count() == 1; }));
  EXPECT_TRUE(answers[0]);
}

TEST_F(AsyncRequests, EndWithTheClient) {
  start();
  {
    AsyncClient client(anywhere());
    client.send(to("/slow"), keep());
    ASSERT_TRUE(eventually([&] { return handled == 1; }));
  }
  ASSERT_EQ(count(), 1u);
  EXPECT_EQ(answers[0].error().code, ErrorCode::cancelled);
}

TEST_F(AsyncRequests, KeepToAllowedAddresses) {
  start();
  AsyncClient strict{ClientOptions{}};
  strict.send(to("/echo"), keep());
  ASSERT_TRUE(eventually([&] { return count() == 1; }));
  EXPECT_EQ(answers[0].error().code, ErrorCode::forbidden);
  ClientOptions loopback;
  loopback.allowed = {*parse_address_range("127.0.0.0/8")};
  AsyncClient allowed(loopback);
  allowed.send(to("/echo"), keep());
  ASSERT_TRUE(eventually([&] { return count() == 2; }));
  EXPECT_TRUE(answers[1]);
  loopback.allowed = {*parse_address_range("127.0.0.2"), *parse_address_range("10.0.0.0/8")};
  EXPECT_EQ(send(to("/echo"), loopback).error().code, ErrorCode::forbidden);
}

TEST(AddressRange, IsReadStrictly) {
  for (const char* text : {"10.0.0.0/8", "127.0.0.1", "fd00::/8", "::1", "0.0.0.0/0", "::/0"})
    EXPECT_TRUE(parse_address_range(text)) << text;
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "fd00::/129", "host/8", "10.0.0/8", "1/8x"})
    EXPECT_FALSE(parse_address_range(text)) << text;
  EXPECT_EQ(parse_address_range("10.0.0.0/8")->bits, 104);
  EXPECT_EQ(parse_address_range("fd00::/8")->bits, 8);
}

}  // namespace
}  // namespace vedette::http::test
