// A user, applications, and a browser that goes through the pages.
#pragma once

#include <openssl/evp.h>

#include <algorithm>

#include "auth_fixture.h"
#include "vedette/base/base64.h"

namespace vedette::auth {

using FormFields = std::vector<std::pair<std::string, std::string>>;

inline std::string encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

inline std::string form_text(const FormFields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += (text.empty() ? "" : "&") + name + "=" + encode(value);
  return text;
}

inline std::string sha256_base64url(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
  return base::encode_base64url({reinterpret_cast<const char*>(digest), size});
}

class SignedIn : public AuthTest {
 protected:
  static constexpr const char* password = "correct horse";
  static constexpr const char* redirect_uri = "http://localhost:3000/callback";
  static inline const std::string verifier = std::string(43, 'v');

  http::Response send(http::Request asked) {
    asked.peer_address = peer;
    for (const auto& [name, value] : cookies) asked.headers.add("Cookie", name + "=" + value);
    auto answered = endpoint.answer(asked);
    EXPECT_TRUE(answered) << asked.target;
    for (const std::string_view cookie : answered->headers.all("Set-Cookie")) {
      const size_t equals = cookie.find('=');
      cookies[std::string(cookie.substr(0, equals))] = cookie.substr(equals + 1, cookie.find(';') - equals - 1);
    }
    return std::move(*answered);
  }
  http::Response get(const std::string& target) { return send(request("GET", target)); }
  http::Response post(const std::string& target, const FormFields& fields) {
    return send(request("POST", target, form_text(fields)));
  }
  http::Response ask_token(FormFields fields, std::string_view version = "/v2.0") {
    return post("/" + tenant.id + "/oauth2" + std::string(version) + "/token", fields);
  }
  static json::Value json_of(const http::Response& response) {
    return json::parse(response.body).value_or(json::Value());
  }
  static std::string member(const http::Response& response, std::string_view name) {
    return std::string(json::find_string(json_of(response), name));
  }
  // "400 invalid_grant 70000"
  static std::string error_of(const http::Response& response) {
    const auto body = json_of(response);
    const auto* codes = json::find(body, "error_codes");
    return std::to_string(response.status) + " " + std::string(json::find_string(body, "error")) +
           (codes ? " " + std::to_string(codes->at(0).as_int64()) : "");
  }

  FormFields authorization(std::string_view scope = "openid offline_access SecurityAlert.Read.All") const {
    return {{"client_id", tool.client_id},
            {"response_type", "code"},
            {"redirect_uri", redirect_uri},
            {"scope", std::string(scope)},
            {"state", "s & t"},
            {"nonce", "n-1"},
            {"code_challenge", sha256_base64url(verifier)},
            {"code_challenge_method", "S256"}};
  }
  static FormFields with(FormFields fields, const std::string& name, const std::string& value) {
    std::erase_if(fields, [&](const auto& field) { return field.first == name; });
    if (!value.empty()) fields.emplace_back(name, value);
    return fields;
  }
  std::string authorize_path(std::string_view version = "/v2.0") const {
    return "/" + tenant.id + "/oauth2" + std::string(version) + "/authorize";
  }
  // What a hidden field of a page holds, as the browser reads it.
  static std::string hidden(const http::Response& page, const std::string& name) {
    const std::string before = "name=\"" + name + "\" value=\"";
    size_t at = page.body.find(before);
    if (at == std::string::npos) return {};
    at += before.size();
    std::string value = page.body.substr(at, page.body.find('"', at) - at);
    for (size_t amp = 0; (amp = value.find("&amp;", amp)) != std::string::npos; ++amp) value.erase(amp + 1, 4);
    return value;
  }
  FormFields filled(const http::Response& page, const std::string& name, const std::string& with_password) const {
    return {{"request", hidden(page, "request")},
            {"guard", hidden(page, "guard")},
            {"username", name},
            {"password", with_password},
            {"action", "sign_in"}};
  }
  // Through the page, to the answer of its form.
  http::Response sign_in(const FormFields& fields, const std::string& name = "ana@contoso.test",
                         const std::string& with_password = password, std::string_view version = "/v2.0") {
    const auto page = get(authorize_path(version) + "?" + form_text(fields));
    EXPECT_EQ(page.status, 200) << page.body;
    return post(authorize_path(version), filled(page, name, with_password));
  }
  // A parameter of the address that an answer leads to.
  static std::string parameter(const http::Response& response, const std::string& name) {
    const std::string location(response.headers.get("Location"));
    for (const char separator : {'?', '&', '#'}) {
      const size_t at = location.find(separator + name + "=");
      if (at == std::string::npos) continue;
      const size_t begin = at + name.size() + 2;
      return location.substr(begin, location.find('&', begin) - begin);
    }
    return {};
  }
  std::string code() { return parameter(sign_in(authorization()), "code"); }
  FormFields redemption(const std::string& with_code) const {
    return {{"grant_type", "authorization_code"},
            {"client_id", tool.client_id},
            {"code", with_code},
            {"redirect_uri", redirect_uri},
            {"code_verifier", verifier}};
  }
  FormFields refreshing(const std::string& token) const {
    return {{"grant_type", "refresh_token"}, {"client_id", tool.client_id}, {"refresh_token", token}};
  }

  std::string peer = "192.0.2.1";
  std::map<std::string, std::string> cookies;
  User ana = users.create(tenant.id, {"ana@contoso.test", "Ana", password, {"Security Operator"}}).value();
  Application tool = directory
                         .create_application(tenant.id, {"tool",
                                                         {},
                                                         {"SecurityAlert.Read.All", "SecurityIncident.Read.All"},
                                                         {redirect_uri, "http://localhost"},
                                                         true})
                         .value()
                         .application;
};

}  // namespace vedette::auth
