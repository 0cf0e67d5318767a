// Responses over TLS: whole, whatever pieces they come in.
#include <filesystem>
#include <fstream>

#include "server_fixture.h"
#include "vedette/http/client.h"
#include "vedette/http/development_certificate.h"

namespace vedette::http::test {
namespace {

class TlsTest : public ServerFixture {
 protected:
  TlsTest() {
    std::string pattern = testing::TempDir() + "tls-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    const auto made = make_development_certificate("localhost", base::SystemClock().now());
    EXPECT_TRUE(made);
    std::ofstream(certificate()) << made->certificate;
    std::ofstream(key()) << made->key;
  }
  ~TlsTest() override { std::filesystem::remove_all(folder_); }

  std::string certificate() const { return folder_ + "/certificate.pem"; }
  std::string key() const { return folder_ + "/key.pem"; }

  std::string folder_;
};

TEST_F(TlsTest, SendsBodiesInAnyPieces) {
  std::shared_ptr<const SharedBody> body;
  ServerOptions options;
  options.tls = TlsFiles{certificate(), key()};
  start(std::move(options), [&](const Request& request) {
    Response response;
    if (request.target == "/shared") response.shared_body = body;
    if (request.target == "/own") response.body = body->text();
    return response;
  });
  ClientOptions client;
  client.reach = Reach::any_address;
  client.ca_file = certificate();
  for (const size_t piece_bytes : {1, 300, 8'000, 16'384, 16'385, 200'000}) {
    auto made = std::make_shared<SharedBody>();
    for (int i = 0; i < 100; ++i) made->add(std::string(piece_bytes, static_cast<char>('a' + i % 26)));
    body = std::move(made);
    for (const char* target : {"/shared", "/own"}) {
      ClientRequest request;
      request.url = "https://localhost:" + std::to_string(port()) + target;
      const auto response = send(request, client);
      ASSERT_TRUE(response) << response.error().message << response.error().cause;
      EXPECT_TRUE(response->body == body->text()) << target << " of " << piece_bytes;
    }
  }
}

}  // namespace
}  // namespace vedette::http::test
