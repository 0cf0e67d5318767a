#include "vedette/federation/authentication.h"

#include "authentication_section.h"

namespace vedette::federation {

using base::Result;

namespace {

constexpr int64_t valid_s_max = 86'400;

void require(TomlSection& section, std::initializer_list<const char*> keys) {
  for (const char* key : keys) section.require(key);
}

void read_oauth2(TomlSection& section, Authentication& out) {
  out.kind = Authentication::Kind::oauth2;
  require(section, {"token_url", "client_id", "client_secret"});
  section.read("token_url", out.token_url);
  section.read("client_id", out.client_id);
  section.read("client_secret", out.client_secret);
  section.read("scope", out.scope);
}

void read_header(TomlSection& section, Authentication& out) {
  out.kind = Authentication::Kind::header;
  require(section, {"header", "value"});
  section.read("header", out.header);
  section.read("value", out.value);
}

void read_basic(TomlSection& section, Authentication& out) {
  out.kind = Authentication::Kind::basic;
  require(section, {"user", "password"});
  section.read("user", out.user);
  section.read("password", out.password);
  section.read("bearer", out.bearer);
}

void read_token(TomlSection& section, Authentication& out) {
  out.kind = Authentication::Kind::token;
  require(section, {"token_url", "token"});
  section.read("token_url", out.token_url);
  section.read("token", out.token);
  section.read("user", out.user);
  section.read("password", out.password);
  int64_t valid = out.valid.count();
  section.read("valid_seconds", valid, 1, valid_s_max);
  out.valid = std::chrono::seconds(valid);
  if (const auto* node = section.take("body")) {
    auto body = BodyTemplate::make(json_of(*node));
    if (body)
      out.body = std::move(*body);
    else
      section.fail(*node, "'body': " + body.error().message);
  }
}

void read_aws(TomlSection& section, Authentication& out) {
  out.kind = Authentication::Kind::aws;
  require(section, {"access_key_id", "secret_access_key", "region", "service"});
  section.read("access_key_id", out.access_key_id);
  section.read("secret_access_key", out.secret_access_key);
  section.read("session_token", out.session_token);
  section.read("region", out.region);
  section.read("service", out.service);
}

struct AuthenticationKind {
  std::string_view type;
  void (*read)(TomlSection&, Authentication&);
};
constexpr AuthenticationKind kinds[] = {{"oauth2_client_credentials", read_oauth2},
                                        {"header", read_header},
                                        {"basic", read_basic},
                                        {"token", read_token},
                                        {"aws_sigv4", read_aws}};

Result<Authentication> read_one(const toml::node& node) {
  Authentication out;
  TomlSection section(node, "authentication");
  std::string type;
  section.require("type");
  section.read("type", type);
  section.read("for", out.base);
  bool known = type.empty();
  for (const AuthenticationKind& kind : kinds) {
    if (kind.type != type) continue;
    kind.read(section, out);
    known = true;
  }
  if (!known) section.fail("'type' is oauth2_client_credentials, header, basic, token or aws_sigv4.");
  TRY(section.finish());
  return out;
}

}  // namespace

std::vector<std::string> Authentication::places() const {
  std::vector<std::string> all = body.places();
  for (const TextTemplate* text : {&base, &token_url, &client_id, &client_secret, &scope, &value, &bearer, &user,
                                   &password, &access_key_id, &secret_access_key, &session_token, &region, &service})
    for (std::string& place : text->places()) all.push_back(std::move(place));
  return all;
}

Result<std::vector<Authentication>> read_authentications(const toml::node& node) {
  std::vector<Authentication> all;
  if (const auto* list = node.as_array())
    for (const auto& item : *list) all.push_back(TRY(read_one(item)));
  else
    all.push_back(TRY(read_one(node)));
  return all;
}

}  // namespace vedette::federation
