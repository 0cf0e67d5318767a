#include "vedette/http/server.h"

#include "server_fixture.h"

namespace vedette::http::test {
namespace {

using namespace std::chrono_literals;

class ServerTest : public ServerFixture {};

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  start();
  RawClient client(port());
  for (int i = 0; i < 3; ++i) {
    const auto response = client.exchange(get("/echo?x=1"));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->version, "HTTP/1.1");
    EXPECT_EQ(response->body, "GET /echo?x=1 []");
    EXPECT_EQ(response->headers.get("Content-Type"), "text/plain");
    EXPECT_EQ(response->headers.find("Connection"), nullptr);
  }
  const auto with_body = client.exchange(post("/echo", "hello"));
  ASSERT_TRUE(with_body);
  EXPECT_EQ(with_body->body, "POST /echo [hello]");
}

TEST_F(ServerTest, GivesTheRequestToTheHandler) {
  Request seen;
  start({}, [&seen](const Request& request) {
    seen = request;
    return Response{};
  });
  RawClient client(port());
  ASSERT_TRUE(
      client.exchange("DELETE /a%20b?q=1?2 HTTP/1.1\r\nhost: a.b:8080\r\nX-Twice: 1\r\nx-twice:2  \r\nEmpty:\r\n\r\n"));
  EXPECT_EQ(seen.method, "DELETE");
  EXPECT_EQ(seen.split_target().path, "/a%20b");
  EXPECT_EQ(seen.split_target().query, "q=1?2");
  EXPECT_EQ(seen.headers.get("HOST"), "a.b:8080");
  EXPECT_EQ(seen.headers.all("X-TWICE"), (std::vector<std::string_view>{"1", "2"}));
  EXPECT_EQ(seen.headers.get("Empty", "absent"), "");
  EXPECT_EQ(seen.headers.get("Missing", "absent"), "absent");
  EXPECT_EQ(seen.peer_address, "127.0.0.1");
  EXPECT_FALSE(seen.tls);
}

TEST_F(ServerTest, WritesTheDateOfItsClock) {
  base::FixedClock clock(base::from_unix_seconds(784'111'777));
  ServerOptions options;
  options.clock = &clock;
  start(options);
  RawClient client(port());
  const auto response = client.exchange(get("/"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->headers.get("Date"), "Sun, 06 Nov 1994 08:49:37 GMT");
  server->stop();
}

TEST_F(ServerTest, DecodesChunkedBodies) {
  start();
  RawClient client(port());
  const auto response = client.exchange(
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "5\r\nhello\r\n06;ext=\"1\"\r\n world\r\n0\r\nX-Trailer: dropped\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "POST /echo [hello world]");
  EXPECT_TRUE(client.exchange(get("/")));
}

TEST_F(ServerTest, AssemblesRequestsThatArriveByteByByte) {
  start();
  RawClient client(port());
  const std::string chunked =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x\r\nd\r\n0\r\nT: 1\r\n\r\n";
  for (const char c : "\r\n" + chunked + post("/echo", "xyz")) {
    client.send({&c, 1});
    if (c == '\n') std::this_thread::sleep_for(1ms);
  }
  auto response = client.response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "POST /echo [abcd]");
  response = client.response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "POST /echo [xyz]");
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  RawClient client(port());
  std::string bytes;
  for (int i = 0; i < 50; ++i) bytes += i % 2 ? get("/" + std::to_string(i)) : post("/" + std::to_string(i), "b");
  client.send(bytes);
  for (int i = 0; i < 50; ++i) {
    const auto response = client.response();
    ASSERT_TRUE(response) << i;
    EXPECT_EQ(response->body, i % 2 ? "GET /" + std::to_string(i) + " []" : "POST /" + std::to_string(i) + " [b]");
  }
}

TEST_F(ServerTest, ClosesWhenAsked) {
  start();
  for (const char* fields : {"Connection: close\r\n", "Connection: x, Close\r\n"}) {
    RawClient client(port());
    client.send(get("/", fields) + get("/ignored"));
    const auto response = client.response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->headers.get("Connection"), "close");
    EXPECT_EQ(client.receive_all(), "");
    EXPECT_EQ(client.end, RawClient::End::closed);
  }
  EXPECT_EQ(handled, 2);
}

TEST_F(ServerTest, SpeaksHttp10) {
  start();
  RawClient closing(port());
  auto response = closing.exchange("GET / HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->headers.get("Connection"), "close");
  EXPECT_EQ(closing.receive_all(), "");

  RawClient kept(port());
  response = kept.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->headers.get("Connection"), "keep-alive");
  EXPECT_TRUE(kept.exchange("GET / HTTP/1.0\r\n\r\n"));
}

TEST_F(ServerTest, HeadCountsTheBodyWithoutSendingIt) {
  start();
  RawClient client(port());
  client.send("HEAD /bytes/1234 HTTP/1.1\r\nHost: a\r\n\r\n" + get("/echo"));
  const auto head = client.response(true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->headers.get("Content-Length"), "1234");
  const auto next = client.response();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->body, "GET /echo []");
}

TEST_F(ServerTest, HeadOfARefusedRequestHasNoBody) {
  start();
  RawClient client(port());
  client.send("HEAD / HTTP/1.1\r\n\r\n");
  const std::string all = client.receive_all();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 400 ")) << all;
  EXPECT_TRUE(all.ends_with("\r\n\r\n")) << all;
}

TEST_F(ServerTest, StatusesWithoutBodyHaveNone) {
  start({}, [](const Request& request) {
    Response response;
    response.status = request.target == "/204" ? 204 : 304;
    response.body = "ignored";
    return response;
  });
  RawClient client(port());
  for (const char* target : {"/204", "/304"}) {
    const auto response = client.exchange(get(target));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->headers.find("Content-Length"), nullptr);
  }
  EXPECT_EQ(client.pending, "");
}

TEST_F(ServerTest, SendsContinueOnlyWhenTheBodyIsAwaited) {
  start();
  RawClient client(port());
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n");
  auto response = client.response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 100);
  response = client.exchange("ok");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "POST /echo [ok]");
  // The body is already here, or there is none.
  for (const std::string& bytes :
       {post("/echo", "x", "Expect: 100-continue\r\n"), get("/echo", "Expect: 100-continue\r\n")}) {
    response = client.exchange(bytes);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
  }
  // HTTP/1.0 knows no expectations.
  response = client.exchange("POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\nx");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
}

TEST_F(ServerTest, ChecksLimitsBeforeContinue) {
  start();
  RawClient client(port());
  const auto response =
      client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 413);
  EXPECT_EQ(client.receive_all(), "");
}

TEST_F(ServerTest, RefusesOtherExpectations) {
  start();
  RawClient client(port());
  const auto response = client.exchange(post("/", "x", "Expect: 200-ok\r\n"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 417);
}

TEST_F(ServerTest, TurnsExceptionsInto500) {
  start();
  RawClient client(port());
  auto response = client.exchange(get("/throw"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 500);
  EXPECT_EQ(response->body.find("secret"), std::string::npos);
  ASSERT_EQ(problems().size(), 1u);
  EXPECT_NE(problems()[0].find("secret detail"), std::string::npos);
  response = client.exchange(get("/echo"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
}

TEST_F(ServerTest, RefusesToSendInjectedFields) {
  start({}, [](const Request& request) {
    Response response;
    if (request.target == "/value") response.headers.add("Location", "/\r\nSet-Cookie: a=b");
    if (request.target == "/name") response.headers.add("Bad Name", "x");
    if (request.target == "/status") response.status = 99;
    return response;
  });
  for (const char* target : {"/value", "/name", "/status"}) {
    RawClient client(port());
    const auto response = client.exchange(get(target));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 500);
    EXPECT_EQ(response->headers.find("Set-Cookie"), nullptr);
  }
  EXPECT_EQ(problems().size(), 3u);
}

TEST_F(ServerTest, FramesResponsesItself) {
  start({}, [](const Request&) {
    Response response;
    response.headers = {{"content-length", "7"}, {"Transfer-Encoding", "chunked"}, {"Connection", "close"}};
    response.body = "abc";
    return response;
  });
  RawClient client(port());
  const auto response = client.exchange(get("/"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->headers.all("Content-Length"), std::vector<std::string_view>{"3"});
  EXPECT_EQ(response->headers.find("Transfer-Encoding"), nullptr);
  EXPECT_EQ(response->body, "abc");
  EXPECT_EQ(client.receive_all(), "");
}

TEST_F(ServerTest, UsesTheGivenErrorResponse) {
  ServerOptions options;
  options.error_response = [](int status, std::string_view message) {
    Response response;
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.body = "{\"error\":\"" + std::string(message) + "\"}";
    return response;
  };
  start(options);
  RawClient client(port());
  const auto response = client.exchange("GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 400);
  EXPECT_EQ(response->body, "{\"error\":\"Host is missing.\"}");
  EXPECT_EQ(response->headers.get("Connection"), "close");
}

TEST_F(ServerTest, AnswersLargeBodies) {
  start();
  RawClient client(port());
  for (const char* size : {"0", "16384", "16385", "5000000"}) {
    const auto response = client.exchange(get(std::string("/bytes/") + size));
    ASSERT_TRUE(response);
    EXPECT_EQ(std::to_string(response->body.size()), size);
  }
  ServerOptions options;
  options.body_bytes_max = 8 << 20;
  start(options, [](const Request& request) {
    Response response;
    response.body = std::to_string(request.body.size());
    return response;
  });
  RawClient sender(port());
  const auto response = sender.exchange(post("/", std::string(8 << 20, 'y')));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "8388608");
}

TEST_F(ServerTest, FiresTheStopTokenWhenThePeerLeaves) {
  start();
  {
    RawClient client(port());
    client.send(get("/slow"));
    EXPECT_TRUE(eventually([this] { return handled == 1; }));
  }
  EXPECT_TRUE(eventually([this] { return stopped == 1; }));
  // Unread input does not hide the close.
  {
    RawClient client(port());
    client.send(get("/slow") + get("/never"));
    EXPECT_TRUE(eventually([this] { return handled == 2; }));
  }
  EXPECT_TRUE(eventually([this] { return stopped == 2; }));
}

TEST_F(ServerTest, ServesManyConnectionsAtOnce) {
  start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<RawClient>(port()));
  for (int round = 0; round < 3; ++round) {
    for (size_t i = 0; i < clients.size(); ++i) ASSERT_TRUE(clients[i]->send(get("/" + std::to_string(i))));
    for (size_t i = 0; i < clients.size(); ++i) {
      const auto response = clients[i]->response();
      ASSERT_TRUE(response);
      EXPECT_EQ(response->body, "GET /" + std::to_string(i) + " []");
    }
  }
}

TEST(ServerStart, RefusesWhatItCannotUse) {
  const Handler handler = [](const Request&) { return Response{}; };
  EXPECT_FALSE(Server::start({}, nullptr));
  ServerOptions bad_host;
  bad_host.host = "256.1.1.1";
  auto refused = Server::start(bad_host, handler);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::io_error);
  auto first = Server::start({}, handler);
  ASSERT_TRUE(first);
  ServerOptions taken;
  taken.port = (*first)->port();
  refused = Server::start(taken, handler);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("Cannot listen on 127.0.0.1:"), std::string::npos);
  ServerOptions no_certificate;
  no_certificate.tls = TlsFiles{"/nonexistent/cert.pem", "/nonexistent/key.pem"};
  refused = Server::start(no_certificate, handler);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "The TLS certificate cannot be used.");
}

}  // namespace
}  // namespace vedette::http::test
