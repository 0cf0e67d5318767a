// The token endpoint and discovery as client libraries see them.
#include <openssl/evp.h>

#include <atomic>
#include <thread>

#include "../../src/auth/signed_claims.h"
#include "auth_fixture.h"
#include "vedette/auth/application_secrets.h"

namespace vedette::auth {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Endpoint : public AuthTest {
 protected:
  http::Response post(std::string body, std::string tenant_name = "") {
    if (tenant_name.empty()) tenant_name = tenant.id;
    return send(request("POST", "/" + tenant_name + "/oauth2/v2.0/token", std::move(body)));
  }
  http::Response send(const http::Request& asked) {
    auto answered = endpoint.answer(asked);
    EXPECT_TRUE(answered) << asked.target;
    EXPECT_EQ(answered->headers.get("Cache-Control"), "no-store");
    EXPECT_EQ(answered->headers.get("Pragma"), "no-cache");
    return std::move(*answered);
  }
  static std::string error_of(const http::Response& response) {
    const auto document = json::parse(response.body).value();
    EXPECT_FALSE(json::find_string(document, "error_description").empty());
    EXPECT_FALSE(json::find_string(document, "correlation_id").empty());
    EXPECT_EQ(json::find_string(document, "timestamp"), "2025-06-15 15:06:40Z");
    return std::to_string(response.status) + " " + std::string(json::find_string(document, "error"));
  }
};

TEST_F(Endpoint, IssuesATokenThatAuthenticates) {
  for (const char* name : {"", "contoso"}) {
    const auto response = post(token_body(made.client_secret), name);
    ASSERT_EQ(response.status, 200) << response.body;
    const auto document = json::parse(response.body).value();
    EXPECT_EQ(json::find_string(document, "token_type"), "Bearer");
    EXPECT_EQ(document.at("expires_in").to_number<int64_t>(), 3600);
    const auto caller = authenticator.verify(json::find_string(document, "access_token"));
    ASSERT_TRUE(caller) << caller.error().message;
    EXPECT_EQ(caller->tenant_id, tenant.id);
  }
}

TEST_F(Endpoint, TakesCredentialsAsHttpBasic) {
  auto asked = request("POST", "/" + tenant.id + "/oauth2/v2.0/token",
                       "grant_type=client_credentials&scope=00000003-0000-0000-c000-000000000000/.default");
  std::string pair = made.application.client_id + ":" + made.client_secret, encoded(4 * (pair.size() + 2) / 3 + 1, 0);
  encoded.resize(static_cast<size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                                     reinterpret_cast<const unsigned char*>(pair.data()),
                                                     static_cast<int>(pair.size()))));
  asked.headers.add("Authorization", "Basic " + encoded);
  EXPECT_EQ(send(asked).status, 200);
  asked.body += "&client_secret=x";
  EXPECT_EQ(error_of(send(asked)), "400 invalid_request");
  asked.headers.set("Authorization", "Basic YQ==");
  EXPECT_EQ(error_of(send(asked)), "400 invalid_request");
}

TEST_F(Endpoint, ServesTheOlderFormAndFormsInGetRequests) {
  const std::string body = "grant_type=client_credentials&client_id=" + made.application.client_id +
                           "&client_secret=" + made.client_secret + "&resource=https://graph.microsoft.com/";
  const auto response = send(request("GET", "/" + tenant.id + "/oauth2/token", body));
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(response.body, AllOf(HasSubstr(R"("expires_in":"3600")"), HasSubstr(R"("expires_on":"1750003600")")));
}

TEST_F(Endpoint, RefusesUnknownClientsAndWrongSecretsAlike) {
  const Tenant other = directory.create_tenant("Fabrikam").value();
  const std::string wrong = token_body("not-the-secret");
  std::string unknown = token_body(made.client_secret);
  unknown.replace(unknown.find(made.application.client_id), 36, "11111111-2222-3333-4444-555555555555");
  const auto description = [](const http::Response& response) {
    const auto document = json::parse(response.body).value();
    return std::string(json::find_string(document, "error_description")).substr(0, 60);
  };
  const auto first = post(wrong);
  EXPECT_EQ(error_of(first), "401 invalid_client");
  EXPECT_TRUE(first.headers.find("WWW-Authenticate"));
  EXPECT_THAT(first.body, Not(HasSubstr("not-the-secret")));
  for (const auto& [body, name] : {std::pair{unknown, tenant.id}, {token_body(made.client_secret), other.id}}) {
    const auto response = post(body, name);
    EXPECT_EQ(error_of(response), "401 invalid_client");
    EXPECT_EQ(description(response), description(first));
    EXPECT_THAT(response.body, Not(HasSubstr(made.client_secret)));
  }
}

TEST_F(Endpoint, RefusesByNameWhatIsNotARequestForAToken) {
  const std::string good = token_body(made.client_secret);
  const auto changed = [&good](std::string_view from, std::string_view to) {
    std::string body = good;
    return body.replace(body.find(from), from.size(), to);
  };
  EXPECT_EQ(error_of(post(good, "nobody")), "400 invalid_request");
  EXPECT_THAT(post(good, "nobody").body, HasSubstr("AADSTS90002"));
  EXPECT_EQ(error_of(post(changed("client_credentials", "password"))), "400 unsupported_grant_type");
  EXPECT_EQ(error_of(post(changed("grant_type", "grant"))), "400 invalid_request");
  EXPECT_EQ(error_of(post(changed("graph.microsoft.com", "vault.azure.net"))), "400 invalid_scope");
  EXPECT_EQ(error_of(post(changed("%2F.default", "%2FUser.Read"))), "400 invalid_scope");
  EXPECT_EQ(error_of(post(changed("scope=", "nothing="))), "400 invalid_request");
  EXPECT_EQ(error_of(post(good + "&scope=x")), "400 invalid_request");
  EXPECT_EQ(error_of(post(good + "&x=%zz")), "400 invalid_request");
  EXPECT_EQ(error_of(post(good + "&x=%ff")), "400 invalid_request");
  EXPECT_EQ(error_of(post(good + "&client_assertion=x")), "401 invalid_client");
  EXPECT_EQ(error_of(post(changed("client_secret", "secret"))), "401 invalid_client");
  EXPECT_THAT(post(good + "&x=" + std::string(token_request_bytes_max, 'x')).body, HasSubstr("65536 bytes"));
  std::string many = good;
  for (int i = 0; i < 64; ++i) many += "&p" + std::to_string(i) + "=";
  EXPECT_THAT(post(many).body, HasSubstr("64 parameters"));
  auto json_request = request("POST", "/" + tenant.id + "/oauth2/v2.0/token", good);
  json_request.headers.set("Content-Type", "application/json");
  EXPECT_EQ(error_of(send(json_request)), "400 invalid_request");
  EXPECT_EQ(error_of(send(request("PUT", "/" + tenant.id + "/oauth2/v2.0/token", good))), "405 invalid_request");
}

TEST_F(Endpoint, EchoesTheCorrelationId) {
  auto asked = request("POST", "/nobody/oauth2/v2.0/token", "a=b");
  asked.headers.add("client-request-id", "0F8FAD5B-D9CB-469F-A165-70867728950E");
  EXPECT_THAT(send(asked).body, HasSubstr(R"("correlation_id":"0f8fad5b-d9cb-469f-a165-70867728950e")"));
}

TEST_F(Endpoint, DescribesItself) {
  auto asked = request("GET", "/" + tenant.id + "/v2.0/.well-known/openid-configuration");
  asked.headers.set("Host", "localhost:8080");
  const auto document = json::parse(send(asked).body).value();
  EXPECT_EQ(json::find_string(document, "issuer"), tenant_issuer(tenant.id));
  EXPECT_EQ(json::find_string(document, "token_endpoint"), "http://localhost:8080/" + tenant.id + "/oauth2/v2.0/token");
  EXPECT_EQ(send(request("GET", "/" + tenant.id + "/discovery/v2.0/keys")).body, keys->jwks().value());
  EXPECT_EQ(error_of(send(request("GET", "/nobody/discovery/v2.0/keys"))), "400 invalid_request");
  EXPECT_THAT(send(request("GET", "/common/discovery/instance?api-version=1.1")).body,
              HasSubstr(R"("aliases":["127.0.0.1:8080"])"));
  EXPECT_FALSE(endpoint.answer(request("GET", "/v1.0/security/incidents")));
  EXPECT_FALSE(endpoint.answer(request("GET", "//oauth2/v2.0/token")));
}

TEST_F(Endpoint, AcceptsTheServerItselfAsAResource) {
  auto asked = request("POST", "/" + tenant.id + "/oauth2/v2.0/token", token_body(made.client_secret));
  asked.body = "scope=http://localhost:8080/.default&" + asked.body.substr(0, asked.body.find("&scope"));
  EXPECT_EQ(error_of(send(asked)), "400 invalid_scope");
  asked.headers.set("Host", "localhost:8080");
  EXPECT_EQ(send(asked).status, 200);
}

TEST_F(Endpoint, FindsTenantsByAnyNameAndBelievesNoHost) {
  const Tenant spaced = directory.create_tenant("Tailwind & Co").value();
  const auto made_there = directory.create_application(spaced.id, "x", {"SecurityAlert.Read.All"}).value();
  auto asked = request("POST", "/Tailwind%20%26%20co/oauth2/v2.0/token",
                       "grant_type=client_credentials&scope=https%3A%2F%2Fevil.example%2F.default&client_id=" +
                           made_there.application.client_id + "&client_secret=" + made_there.client_secret);
  asked.headers.set("Host", "evil.example");
  const auto answer = send(asked);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto token = json::parse(answer.body).value();
  const auto claims = read_claims(parse_signed(json::find_string(token, "access_token")).value().claims).value();
  EXPECT_EQ(claims.issuer, tenant_issuer(spaced.id));
  EXPECT_EQ(claims.audience, "http://127.0.0.1:8080");
  auto described = request("GET", "/" + spaced.id + "/.well-known/openid-configuration");
  described.headers.set("Host", "evil.example");
  EXPECT_EQ(json::find_string(json::parse(send(described).body).value(), "issuer"), tenant_issuer(spaced.id));
}

TEST_F(Endpoint, PutsThePublicUrlBeforeEveryOtherName) {
  const ServerAddress published{"https://vedette.example", "http://10.0.0.1:8080"};
  TokenEndpoint front(identity_at(published));
  const auto document =
      json::parse(front.answer(request("GET", "/contoso/v2.0/.well-known/openid-configuration"))->body);
  EXPECT_EQ(json::find_string(*document, "issuer"), "https://vedette.example/" + tenant.id + "/v2.0");
  EXPECT_EQ(json::find_string(*document, "jwks_uri"), "https://vedette.example/" + tenant.id + "/discovery/v2.0/keys");
  const auto token = issue_token({tenant.id, made.application, published.root(), {}}, published, *keys, clock);
  EXPECT_THAT(refusal(token.value()), HasSubstr("another issuer"));
  EXPECT_TRUE(Authenticator(identity_at(published)).verify(token.value()));
}

TEST_F(AuthTest, KeepsSecretsOutOfEntities) {
  store::Query query;
  query.collection = "applications";
  const auto page = entities->query(tenant.id, query).value();
  ASSERT_EQ(page.entities.size(), 1u);
  EXPECT_THAT(page.entities[0].json,
              AllOf(HasSubstr("hunter"), Not(HasSubstr(made.client_secret)), Not(HasSubstr("argon2"))));
  const auto secrets = ApplicationSecrets(*entities, clock).list(tenant.id, made.application.client_id).value();
  ASSERT_EQ(secrets.size(), 1u);
  EXPECT_THAT(secrets[0].hash, HasSubstr("$argon2id$v=19$m=19456"));
}

TEST_F(AuthTest, HoldsTenantsAndApplicationsApart) {
  const Tenant other = directory.create_tenant("Fabrikam").value();
  EXPECT_FALSE(*directory.find_application(other.id, made.application.client_id));
  EXPECT_EQ(directory.create_tenant("CONTOSO").error().code, base::ErrorCode::conflict);
  for (const char* reserved : {"common", "Organizations", "consumers", "0f8fad5b-d9cb-469f-a165-70867728950e"})
    EXPECT_EQ(directory.create_tenant(reserved).error().code, base::ErrorCode::bad_request) << reserved;
  EXPECT_TRUE(directory.applications(other.id)->empty());
  ASSERT_EQ(directory.applications(tenant.id)->size(), 1u);
  EXPECT_EQ(directory.applications(tenant.id)->at(0).roles, made.application.roles);
  EXPECT_EQ(directory.create_tenant("").error().code, base::ErrorCode::bad_request);
  EXPECT_EQ(directory.create_application(tenant.id, "x", {""}).error().code, base::ErrorCode::bad_request);
  EXPECT_EQ(directory.create_application(tenant.id, "x", {"a b"}).error().code, base::ErrorCode::bad_request);
  EXPECT_EQ(directory.create_application("nobody", "x", {}).error().code, base::ErrorCode::not_found);
  EXPECT_EQ(directory.resolve_tenant("contoso")->id, tenant.id);
  EXPECT_EQ(directory.resolve_tenant("").error().code, base::ErrorCode::bad_request);
}

// A sign-in that waits for what it tells the audit log keeps its place.
TEST_F(Endpoint, BoundsSignInsUnderWay) {
  TokenEndpoint narrow(identity(), {}, 1);
  const auto ask = [&] {
    return *narrow.answer(request("POST", "/" + tenant.id + "/oauth2/v2.0/token", token_body(made.client_secret)));
  };
  std::vector<http::Response> meanwhile;
  narrow.set_on_sign_in([&](const SignIn&) { meanwhile.push_back(ask()); });
  EXPECT_EQ(ask().status, 200);
  ASSERT_EQ(meanwhile.size(), 1u);
  EXPECT_EQ(error_of(meanwhile[0]), "429 temporarily_unavailable");
  EXPECT_THAT(meanwhile[0].body, HasSubstr("1 sign-ins are under way, the most at once"));
  EXPECT_EQ(meanwhile[0].headers.get("Retry-After"), "1");
  EXPECT_EQ(narrow.answer(request("GET", "/" + tenant.id + "/discovery/v2.0/keys"))->status, 200);
}

TEST(Tenants, BeginWithOneNamedDefault) {
  const base::SystemClock clock;
  const auto entities = store::make_memory_store(directory_collections(), clock);
  Directory directory(*entities, clock);
  const auto made = directory.resolve_tenant("");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->name, "default");
  EXPECT_EQ(directory.resolve_tenant("")->id, made->id);
  EXPECT_EQ(directory.tenants()->size(), 1u);
}

TEST(SecretChecker, BoundsWaitingCallers) {
  SecretChecker checker({.running_max = 1, .waiting_max = 1, .remembered_max = 1});
  std::atomic<int> refused = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&] {
      const auto answer = checker.check("guess", "");
      if (!answer && answer.error().code == base::ErrorCode::too_many_requests) ++refused;
    });
  for (auto& caller : callers) caller.join();
  EXPECT_GT(refused, 0);
  const std::string hash = hash_client_secret("right").value();
  EXPECT_TRUE(checker.check("right", hash).value());
  EXPECT_TRUE(checker.check("right", hash).value());
  EXPECT_FALSE(checker.check("wrong", hash).value());
  EXPECT_FALSE(checker.check(std::string(513, 'x'), hash).value());
}

}  // namespace
}  // namespace vedette::auth
