// What keeps one peer, or many, from taking all of the server: memory, time, workers.
#include <gmock/gmock.h>

#include "server_fixture.h"

namespace vedette::http::test {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

using LimitsTest = ServerFixture;

std::string head_of_post(std::string_view target, size_t bytes, std::string_view fields = "") {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(bytes) + "\r\n" +
         std::string(fields) + "\r\n";
}

// "/large" takes a megabyte of who says the word; all else takes ten bytes.
ServerOptions guarded() {
  ServerOptions options;
  options.body_bytes_max = 10;
  options.admit_body = [](const Request& head) -> tl::expected<uint64_t, Response> {
    if (head.target == "/throw") throw std::runtime_error("secret");
    if (head.target != "/large") return uint64_t{10};
    if (head.headers.get("Word") == "please") return uint64_t{1 << 20};
    Response refusal;
    refusal.status = 401;
    refusal.headers.add("WWW-Authenticate", "Word");
    return tl::unexpected(std::move(refusal));
  };
  return options;
}

TEST_F(LimitsTest, LargeBodiesAreAdmittedBeforeTheyAreRead) {
  start(guarded());
  RawClient client(port());
  const std::string body(1000, 'x'), word = "Word: please\r\n";
  EXPECT_EQ(client.exchange(post("/large", body, word))->status, 200);
  EXPECT_EQ(client.exchange(post("/echo", "0123456789"))->body, "POST /echo [0123456789]") << "needs no admission";
  client.send(head_of_post("/large", 1000, word + "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.response()->status, 100);
  EXPECT_THAT(client.exchange(body)->body, HasSubstr("xxx]"));
  EXPECT_EQ(client
                .exchange("POST /large HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + word +
                          "\r\nb\r\n01234567890\r\n0\r\n\r\n")
                ->status,
            200);
}

TEST_F(LimitsTest, WhoIsNotAdmittedIsRefusedUnread) {
  start(guarded());
  const std::string expects = "Expect: 100-continue\r\n";
  for (const auto& [bytes, status] :
       {std::pair(head_of_post("/large", 1000, expects), 401),
        {head_of_post("/other", 11, expects), 413},
        {head_of_post("/large", (1 << 20) + 1, "Word: please\r\n" + expects), 413},
        {head_of_post("/throw", 11, expects), 500},
        {std::string("POST /large HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"), 401},
        {std::string("POST /other HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890"), 413}}) {
    RawClient client(port());
    const auto response = client.exchange(bytes);
    ASSERT_TRUE(response) << bytes;
    EXPECT_EQ(response->status, status) << bytes;
    EXPECT_EQ(response->headers.get("Connection"), "close");
    EXPECT_EQ(client.receive_all(), "");
    EXPECT_EQ(client.end, RawClient::End::closed);
  }
  EXPECT_EQ(handled, 0);
}

TEST_F(LimitsTest, AllRequestsTogetherHoldABoundedNumberOfBytes) {
  ServerOptions options;
  options.body_bytes_max = 1 << 20;
  options.buffered_bytes_max = 1 << 20;
  start(std::move(options));
  RawClient first(port()), second(port());
  const std::string half(600'000, 'x');
  first.send(head_of_post("/echo", 700'000) + half);
  // The server has to have read it before the other comes.
  std::this_thread::sleep_for(milliseconds(300));
  const auto refused = second.exchange(post("/echo", half));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->body,
            "All requests together hold more bytes than the limit of 1048576 bytes. Send this one again.\n");
  EXPECT_EQ(refused->headers.get("Retry-After"), "1");
  EXPECT_EQ(first.exchange(std::string(100'000, 'x'))->status, 200) << "who was first goes on";
  EXPECT_EQ(RawClient(port()).exchange(post("/echo", half))->status, 200) << "what was held is free again";
}

TEST_F(LimitsTest, ABodyThatTricklesInEnds) {
  ServerOptions options;
  options.read_timeout = milliseconds(300);
  options.body_rate_min_bytes_per_s = 1000;
  start(std::move(options));
  RawClient slow(port()), steady(port());
  slow.send(head_of_post("/echo", 1000));
  steady.send(head_of_post("/echo", 1000));
  for (int i = 0; i < 10; ++i) {
    slow.send("x");
    steady.send(std::string(100, 'x'));
    std::this_thread::sleep_for(milliseconds(100));
  }
  EXPECT_EQ(steady.response()->status, 200);
  const auto refused = slow.response();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 408);
}

TEST_F(LimitsTest, SomeRequestsNeedNoWorker) {
  ServerOptions options;
  options.workers = 1;
  options.answer_at_once = [this](const Request& request) {
    return request.target == "/health" ? std::optional(handle(request)) : std::nullopt;
  };
  start(std::move(options));
  RawClient slow(port()), other(port());
  slow.send(get("/slow"));
  ASSERT_TRUE(eventually([&] { return handled == 1; }));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(other.exchange(get("/health"))->body, "GET /health []");
  slow.close();
}

// Small ones go with the head, large ones are sent from where they are.
TEST_F(LimitsTest, WhatIsAtHandIsSentFromWhereItIs) {
  for (const size_t size : {size_t{0}, size_t{100}, size_t{16 << 10}, size_t{3 << 20}}) {
    const std::string text(size, 'x');
    auto pieces = std::make_shared<SharedBody>();
    for (size_t at = 0; at < size; at += 1 + at) pieces->add(text.substr(at, 1 + at));
    const std::shared_ptr<const SharedBody> body = std::move(pieces);
    ServerOptions options;
    options.answer_at_once = [&](const Request& request) -> std::optional<Response> {
      if (request.target == "/fault") throw std::runtime_error("no");
      if (request.target != "/shared") return std::nullopt;
      Response response;
      response.shared_body = body;
      return response;
    };
    start(std::move(options));
    RawClient client(port());
    EXPECT_EQ(client.exchange(get("/shared"))->body, text);
    EXPECT_EQ(client.exchange(get("/fault"))->body, "GET /fault []");
    EXPECT_EQ(client.exchange(get("/shared"))->body, text);
    EXPECT_TRUE(eventually([&] { return body.use_count() == 1; }));
  }
}

}  // namespace
}  // namespace vedette::http::test
