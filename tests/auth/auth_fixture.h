// An installation with one tenant and one application, at a fixed time.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vedette/auth/authenticate.h"
#include "vedette/auth/jwt.h"
#include "vedette/auth/token.h"
#include "vedette/auth/token_endpoint.h"
#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::auth {

class AuthTest : public ::testing::Test {
 protected:
  static constexpr int64_t now_seconds = 1'750'000'000;

  static std::string tenant_issuer(std::string_view tenant) {
    return "http://127.0.0.1:8080/" + std::string(tenant) + "/v2.0";
  }

  // The claims of a good token, as Graph has them.
  json::Object claims() const {
    return {{"aud", std::string(graph_url)},
            {"iss", tenant_issuer(tenant.id)},
            {"iat", now_seconds},
            {"nbf", now_seconds},
            {"exp", now_seconds + 3600},
            {"appid", made.application.client_id},
            {"oid", made.application.object_id},
            {"tid", tenant.id},
            {"roles", json::Array{"SecurityAlert.Read.All"}}};
  }
  json::Object claims_with(std::string_view name, json::Value value) const {
    json::Object changed = claims();
    changed[boost::json::string_view(name.data(), name.size())] = std::move(value);
    return changed;
  }
  std::string sign(const json::Object& object) const {
    return sign_jwt(**keys->newest(), json::to_text(object)).value();
  }
  // The reason of the refusal; "" when the token is accepted.
  std::string refusal(std::string_view token) {
    const auto caller = authenticator.verify(token);
    if (caller) return "";
    EXPECT_EQ(caller.error().code, base::ErrorCode::unauthenticated);
    return caller.error().message;
  }

  http::Request request(std::string method, std::string target, std::string body = "") const {
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers = {{"Host", "127.0.0.1:8080"}};
    if (!body.empty()) request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.body = std::move(body);
    return request;
  }
  std::string token_body(std::string_view secret) const {
    return "grant_type=client_credentials&client_id=" + made.application.client_id +
           "&client_secret=" + std::string(secret) + "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default";
  }

  base::FixedClock clock{base::from_unix_seconds(now_seconds)};
  std::unique_ptr<store::EntityStore> entities = store::make_memory_store(directory_collections(), clock);
  Directory directory{*entities, clock};
  std::unique_ptr<SigningKeys> keys = SigningKeys::open(*entities, clock).value();
  ServerAddress address{"", "http://127.0.0.1:8080"};
  Tenant tenant = directory.create_tenant("Contoso").value();
  NewApplication made =
      directory.create_application(tenant.id, "hunter", {"ThreatHunting.Read.All", "SecurityAlert.Read.All"}).value();
  Users users{*entities, clock};
  Identity identity() { return identity_at(address); }
  Identity identity_at(ServerAddress at) { return {std::move(at), *entities, directory, users, *keys, clock}; }
  Authenticator authenticator{identity()};
  TokenEndpoint endpoint{identity()};
};

}  // namespace vedette::auth
