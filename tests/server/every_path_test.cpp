// Every path of the served openapi.json, over a socket: what comes without a token, with one that has no permission,
// and with a body that is too large.
#include <gmock/gmock.h>

#include <set>

#include "../http/raw_client.h"
#include "running_server.h"

namespace {

using vedette::http::test::RawClient;

struct Path {
  std::string method, target;
  bool for_applications = false;
  bool for_everybody = false;
};

// With "k" for whatever is in braces.
std::string filled(std::string path) {
  for (size_t open = path.find('{'); open != std::string::npos; open = path.find('{'))
    path.replace(open, path.find('}', open) - open + 1, "k");
  return path;
}

class EveryPath : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    serve({"Vedette.Ingest"});
    const Answer answer = client().send("GET", "/" + std::string(GetParam()) + "/openapi.json", "", {});
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(vedette::json::find_string(answer.json, "openapi"), "3.1.0");
    for (const auto& path : vedette::json::find(answer.json, "paths")->get_object())
      for (const auto& method : path.value().get_object()) add(std::string(path.key()), method.key(), method.value());
    EXPECT_GT(paths.size(), 250u);
  }

  void add(const std::string& path, std::string_view method, const vedette::json::Value& operation) {
    Path one{std::string(method), "/" + std::string(GetParam()) + filled(path), false, false};
    for (char& c : one.method) c = static_cast<char>(c - ('a' - 'A'));
    for (const auto& alternative : vedette::json::find(operation, "security")->get_array()) {
      const auto* scopes = vedette::json::find(alternative, "application");
      if (!scopes) continue;
      one.for_applications = true;
      if (scopes->get_array().empty())
        one.for_everybody = true;  // what is in a batch has its own
      else
        roles.insert(std::string(scopes->get_array()[0].get_string()));
    }
    paths.push_back(std::move(one));
  }

  void serve(const std::set<std::string>& with_roles) {
    server.reset();
    std::vector<std::string> arguments{"app", "create", "--name", "a", "--data", folder / "server/data"};
    for (const std::string& role : with_roles) arguments.insert(arguments.end(), {"--role", role});
    const auto made = run_program(arguments, folder / ".");
    ASSERT_EQ(made.status, 0) << made.err;
    credentials = Credentials::from(made.out);
    server.emplace(folder / "server");
  }
  ApiClient client() { return ApiClient(*server, credentials); }

  TemporaryFolder folder;
  Credentials credentials;
  std::optional<RunningServer> server;
  std::vector<Path> paths;
  std::set<std::string> roles;  // that applications can have
};

TEST_P(EveryPath, NeedsATokenWithThePermission) {
  auto api = client();
  for (const Path& path : paths) {
    const Answer nobody = api.send(path.method, path.target, "", {});
    EXPECT_EQ(nobody.status, 401) << path.method << " " << path.target;
    EXPECT_EQ(nobody.error_code(), "InvalidAuthenticationToken") << path.target;
    EXPECT_THAT(nobody.headers.get("WWW-Authenticate"), testing::StartsWith("Bearer")) << path.target;
    EXPECT_EQ(api.send(path.method, path.target, "", {{"Authorization", "Bearer x.y.z"}}).status, 401) << path.target;
    if (path.for_everybody) continue;
    const Answer stranger = api.call(path.method, path.target, "");
    EXPECT_EQ(stranger.status, 403) << path.method << " " << path.target << stranger.text;
    EXPECT_EQ(stranger.error_code(), "Forbidden") << path.target;
  }
}

TEST_P(EveryPath, RefusesBodiesThatAreTooLarge) {
  serve(roles);
  const std::string token = client().token();
  const auto port = static_cast<uint16_t>(std::stoi(server->base_url().substr(server->base_url().rfind(':') + 1)));
  for (const Path& path : paths) {
    if ((path.method != "POST" && path.method != "PATCH") || !path.for_applications) continue;
    RawClient raw(port);
    const auto answer =
        raw.exchange(path.method + " " + path.target + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token +
                     "\r\nContent-Type: application/json\r\nContent-Length: 8000000\r\n\r\n");
    ASSERT_TRUE(answer) << path.target;
    EXPECT_EQ(answer->status, 413) << path.method << " " << path.target << answer->body;
  }
}

std::string root_name(const testing::TestParamInfo<const char*>& root) {
  return std::string(root.param) == "beta" ? "beta" : "v1";
}

INSTANTIATE_TEST_SUITE_P(Roots, EveryPath, testing::Values("v1.0", "beta"), root_name);

}  // namespace
