// Users who sign in through the pages of a running server, what their roles let them do, and what the audit log keeps.
#include <gmock/gmock.h>

#include <fstream>

#include "running_server.h"

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using vedette::json::find_string;

constexpr const char* callback = "http://localhost/callback";
// The challenge is the SHA-256 of the verifier (RFC 7636, appendix B).
constexpr const char* verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr const char* challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

class Identity : public testing::Test {
 protected:
  Outcome run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--data", folder / "server/data"});
    return run_program(arguments, folder / ".");
  }
  void SetUp() override {
    const auto app = run({"app", "create", "--name", "auditor", "--role", "ThreatHunting.Read.All", "--role",
                          "SecurityIncident.ReadWrite.All"});
    ASSERT_EQ(app.status, 0) << app.err;
    credentials = Credentials::from(app.out);
    const auto tool = run({"app", "create", "--name", "tool", "--public", "--redirect-uri", callback, "--scope",
                           "SecurityIncident.ReadWrite.All", "--scope", "SecurityAlert.Read.All"});
    ASSERT_EQ(tool.status, 0) << tool.err;
    EXPECT_THAT(tool.out, Not(HasSubstr("clientSecret")));
    client_id = Credentials::from(tool.out).client_id;
    for (const auto& [name, role] : {std::pair{"reader", "Security Reader"}, {"operator", "Security Operator"}}) {
      std::ofstream(folder / "password") << "battery staple\n";
      const auto made = run({"user", "create", "--name", std::string(name) + "@contoso.test", "--role", role,
                             "--password-file", folder / "password"});
      ASSERT_EQ(made.status, 0) << made.err;
      EXPECT_THAT(made.out, Not(HasSubstr("battery")));
    }
    server.emplace(folder / "server");
  }
  ApiClient client() { return ApiClient(*server, credentials); }

  static std::string hidden(const std::string& page, const std::string& name) {
    const std::string before = "name=\"" + name + "\" value=\"";
    const size_t at = page.find(before) + before.size();
    std::string value = page.substr(at, page.find('"', at) - at);
    for (size_t amp = 0; (amp = value.find("&amp;", amp)) != std::string::npos; ++amp) value.erase(amp + 1, 4);
    return value;
  }
  static std::string encode(const std::string& text) {
    std::string out;
    char escape[4];
    for (const unsigned char c : text) out += (std::snprintf(escape, sizeof escape, "%%%02X", c), escape);
    return out;
  }
  Answer form(const std::string& path, const std::string& body, const std::string& cookie = "") {
    vedette::http::Headers headers{{"Content-Type", "application/x-www-form-urlencoded"}};
    if (!cookie.empty()) headers.add("Cookie", cookie);
    return client().send("POST", "/" + credentials.tenant_id + "/oauth2/v2.0/" + path, body, headers);
  }
  // The page's form, sent; the answer leads back to the tool.
  Answer sign_in(const std::string& user, const std::string& password) {
    const auto page = client().send(
        "GET",
        "/" + credentials.tenant_id + "/oauth2/v2.0/authorize?client_id=" + client_id +
            "&response_type=code&redirect_uri=" + encode(callback) +
            "&scope=offline_access%20https%3A%2F%2Fgraph.microsoft.com%2F.default&state=x&code_challenge=" + challenge +
            "&code_challenge_method=S256",
        "", {});
    EXPECT_EQ(page.status, 200) << page.text;
    std::string cookie(page.headers.get("Set-Cookie"));
    cookie.resize(cookie.find(';'));
    return form("authorize",
                "request=" + encode(hidden(page.text, "request")) + "&guard=" + encode(hidden(page.text, "guard")) +
                    "&username=" + encode(user) + "&password=" + encode(password) + "&action=sign_in",
                cookie);
  }
  Answer tokens(const std::string& user) {
    const auto answer = sign_in(user, "battery staple");
    EXPECT_EQ(answer.status, 303) << answer.text;
    const std::string location(answer.headers.get("Location"));
    const size_t at = location.find("code=") + 5;
    return form("token", "grant_type=authorization_code&client_id=" + client_id + "&redirect_uri=" + encode(callback) +
                             "&code=" + location.substr(at, location.find('&', at) - at) +
                             "&code_verifier=" + verifier);
  }
  Answer as_user(const Answer& with, const std::string& method, const std::string& path, const std::string& body = "") {
    vedette::http::Headers headers{{"Authorization", "Bearer " + std::string(find_string(with.json, "access_token"))}};
    if (!body.empty()) headers.add("Content-Type", "application/json");
    return client().send(method, path, body, headers);
  }

  TemporaryFolder folder;
  Credentials credentials;
  std::string client_id;
  std::optional<RunningServer> server;
};

TEST_F(Identity, UsersDoWhatScopeAndRoleAllow) {
  const auto reader = tokens("reader@contoso.test"), operating = tokens("operator@contoso.test");
  EXPECT_EQ(as_user(reader, "GET", "/v1.0/security/incidents").status, 200);
  const std::string incident = "/v1.0/security/incidents/1", body = R"({"status":"active"})";
  const auto refused = as_user(reader, "PATCH", incident, body);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.message(), "The user lacks the role 'Security Operator', or one of: 'Security Administrator'.");
  EXPECT_EQ(as_user(operating, "PATCH", incident, body).status, 404) << "allowed, and not there";
  const auto hunt = as_user(operating, "POST", "/v1.0/security/runHuntingQuery", R"({"Query":"print 1"})");
  EXPECT_EQ(hunt.status, 403);
  EXPECT_THAT(hunt.message(), HasSubstr("lacks the permission 'ThreatHunting.Read.All' (delegated)"));

  EXPECT_EQ(run({"user", "disable", "--name", "reader@contoso.test"}).status, 0);
  EXPECT_EQ(as_user(reader, "GET", "/v1.0/security/incidents").status, 401);
  EXPECT_EQ(sign_in("reader@contoso.test", "battery staple").status, 403);
  EXPECT_EQ(run({"user", "enable", "--name", "reader@contoso.test"}).status, 0);
  EXPECT_EQ(sign_in("reader@contoso.test", "battery staple").status, 303);
}

TEST_F(Identity, TokensOutliveTheServer) {
  const auto first = tokens("operator@contoso.test");
  const std::string refresh = "grant_type=refresh_token&client_id=" + client_id +
                              "&refresh_token=" + std::string(find_string(first.json, "refresh_token"));
  server->stop(SIGKILL);
  server->start();
  EXPECT_EQ(form("token", refresh).status, 200);
  const auto late = form("token", refresh);
  EXPECT_EQ(late.status, 200);
  EXPECT_EQ(find_string(late.json, "refresh_token"), "") << "it was replaced, also by another process";
}

TEST_F(Identity, RefusedSignInsAreAuditedInABoundedNumber) {
  server.reset();
  server.emplace(folder / "server", std::vector<std::string>{"--now", "2099-01-01T00:00:00Z"});
  for (int i = 0; i < 23; ++i)
    EXPECT_EQ(form("token", "grant_type=refresh_token&client_id=" + client_id + "&refresh_token=none").status, 400);
  const auto answer =
      client().hunt("GraphApiAuditEvents | where RequestUri has 'error_code' | summarize Rows = tostring(count())");
  ASSERT_EQ(answer.status, 200) << answer.text;
  EXPECT_EQ(find_string(vedette::json::find(answer.json, "results")->at(0), "Rows"), "20");
  EXPECT_THAT(server->log(), Not(HasSubstr("audit_sign_ins_dropped")));
  server->stop(SIGTERM);
  EXPECT_THAT(server->log(), AllOf(HasSubstr("\"audit_sign_ins_dropped\""), HasSubstr("\"count\":3")));
}

TEST_F(Identity, WritesAndSignInsAreHunted) {
  auto api = client();
  EXPECT_EQ(sign_in("operator@contoso.test", "not it").status, 403);
  const auto user = tokens("operator@contoso.test");
  as_user(user, "PATCH", "/v1.0/security/incidents/17?$select=id", R"({"status":"active"})");
  as_user(user, "GET", "/v1.0/security/incidents");
  form("token", "grant_type=client_credentials&client_id=" + credentials.client_id +
                    "&client_secret=guess&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default");
  const auto batch = api.post("/v1.0/$batch", R"({"requests":[
    {"id":"1","method":"PATCH","url":"/security/incidents/18","headers":{"Content-Type":"application/json"},"body":{"status":"active"}},
    {"id":"2","method":"GET","url":"/security/incidents"}]})");
  EXPECT_EQ(batch.status, 200);
  server->stop(SIGKILL);  // what was answered is kept
  server->start();
  auto again = client();
  const auto answer = again.hunt(
      "GraphApiAuditEvents | project RequestMethod, Path = tostring(parse_url(RequestUri).Path), ResponseStatusCode, "
      "EntityType, TargetWorkload, Code = tostring(parse_url(RequestUri)['Query Parameters'].error_code), "
      "AccountObjectId, OperationId, RequestId, Scopes, Timestamp | order by Timestamp asc");
  ASSERT_EQ(answer.status, 200) << answer.text;
  const auto& rows = vedette::json::find(answer.json, "results")->get_array();
  std::vector<std::string> seen;
  for (const auto& row : rows)
    seen.push_back(std::string(find_string(row, "TargetWorkload")) + " " + std::string(find_string(row, "EntityType")) +
                   " " + std::string(find_string(row, "ResponseStatusCode")) + " " +
                   std::string(find_string(row, "Code")));
  EXPECT_THAT(seen,
              testing::ElementsAre("SignIn user 403 50126", "SignIn user 200 ", "SignIn user 200 ", "Api user 400 ",
                                   "SignIn app 401 7000215", "SignIn app 200 ", "Api app 404 ", "SignIn app 200 "));
  const auto& patch = rows.at(3);
  EXPECT_EQ(find_string(patch, "RequestMethod"), "PATCH");
  EXPECT_EQ(find_string(patch, "Path"), "/v1.0/security/incidents/17");
  EXPECT_EQ(find_string(patch, "Scopes"), "SecurityAlert.Read.All SecurityIncident.ReadWrite.All");
  EXPECT_EQ(find_string(patch, "AccountObjectId"), find_string(rows.at(0), "AccountObjectId"));
  EXPECT_EQ(find_string(rows.at(6), "OperationId"), batch.headers.get("request-id"));
  EXPECT_NE(find_string(rows.at(6), "RequestId"), batch.headers.get("request-id"));
  const auto whole = again.hunt("GraphApiAuditEvents").text + server->log();
  for (const std::string& secret :
       {std::string("battery"), std::string("not it"), credentials.client_secret, std::string("guess"),
        std::string("$select"), std::string(find_string(user.json, "refresh_token")).substr(60)})
    EXPECT_THAT(whole, Not(HasSubstr(secret)));
}

TEST(Configuration, HasABoundedNumberOfIdentityProviders) {
  const TemporaryFolder folder;
  const auto print = [&](int providers) {
    std::ofstream file(folder / "providers.toml");
    for (int i = 0; i < providers; ++i)
      file << "[[identity_provider]]\nissuer = \"https://" << i
           << ".example\"\naudience = [\"vedette\"]\ntenant = \"default\"\n";
    file.close();
    return run_program({"serve", "--config", folder / "providers.toml", "--print-config"}, folder / ".");
  };
  EXPECT_EQ(print(20).status, 0);
  const auto refused = print(21);
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.err, HasSubstr("there are more than 20 identity providers"));
}

}  // namespace
