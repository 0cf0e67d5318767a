// The served openapi.json is OpenAPI 3.1 in form (spec.openapis.org/oas/v3.1.0): what generators of clients stumble
// over.
#include <gmock/gmock.h>

#include <set>

#include "operations.h"

namespace vedette::resources {
namespace {

using Names = std::set<std::string>;

// "{alert-id}" of "/security/alerts_v2/{alert-id}".
Names names_in(std::string_view path) {
  Names names;
  for (size_t open = path.find('{'); open != path.npos; open = path.find('{', open + 1))
    names.emplace(path.substr(open + 1, path.find('}', open) - open - 1));
  return names;
}

std::string without_names(std::string_view path) {
  std::string out;
  bool inside = false;
  for (const char c : path) {
    inside = c == '{' || (inside && c != '}');
    if (!inside || c == '{') out += c;
  }
  return out;
}

class OpenApi : public testing::TestWithParam<const char*> {
 protected:
  OpenApi() {
    static const OperationService server;
    const auto response = server.send("GET", std::string("/") + GetParam() + "/openapi.json", {}, "");
    EXPECT_EQ(response.status, 200);
    document = json::parse(response.body).value();
  }

  static const json::Object& object(const json::Value& value, std::string_view name) {
    static const json::Object none;
    const json::Value* found = json::find(value, name);
    EXPECT_TRUE(found && found->is_object()) << name;
    return found && found->is_object() ? found->get_object() : none;
  }
  const json::Object& components(std::string_view kind) const { return object(document.at("components"), kind); }

  // What a reference leads to; any other value itself.
  const json::Value& followed(const json::Value& value) const {
    const std::string_view text = json::find_string(value, "$ref");
    if (text.empty()) return value;
    constexpr std::string_view start = "#/components/";
    const size_t slash = text.find('/', start.size());
    EXPECT_TRUE(text.starts_with(start) && slash != text.npos) << text;
    const json::Object& kind = components(text.substr(start.size(), slash - start.size()));
    const json::Value* found = kind.if_contains(text.substr(slash + 1));
    EXPECT_TRUE(found) << text;
    return found ? *found : value;
  }

  void check_schema(const json::Value& schema) const {
    static const Names types{"null", "boolean", "object", "array", "number", "string", "integer"};
    ASSERT_TRUE(schema.is_object());
    if (schema.get_object().contains("$ref")) return (void)followed(schema);
    if (const json::Value* type = json::find(schema, "type")) {
      const json::Array all = type->is_array() ? type->get_array() : json::Array{*type};
      for (const json::Value& one : all) EXPECT_TRUE(types.contains(std::string(one.get_string()))) << one.get_string();
    }
    if (json::find_string(schema, "type") == "array") {
      EXPECT_TRUE(json::find(schema, "items"));
    }
    if (const json::Value* items = json::find(schema, "items")) check_schema(*items);
    for (const char* list : {"allOf", "anyOf"})
      if (const json::Value* parts = json::find(schema, list)) {
        EXPECT_FALSE(parts->get_array().empty());
        for (const json::Value& part : parts->get_array()) check_schema(part);
      }
    const json::Value* properties = json::find(schema, "properties");
    if (properties)
      for (const auto& property : properties->get_object()) check_schema(property.value());
    if (const json::Value* required = json::find(schema, "required")) {
      for (const json::Value& name : required->get_array())
        EXPECT_TRUE(properties && json::find(*properties, std::string_view(name.get_string())));
    }
    if (const json::Value* members = json::find(schema, "enum")) {
      Names names;
      for (const json::Value& member : members->get_array()) names.emplace(std::string_view(member.get_string()));
      EXPECT_EQ(names.size(), members->get_array().size());
    }
  }

  void check_content(const json::Value& holder) const {
    const json::Value* content = json::find(holder, "content");
    if (!content) return;
    for (const auto& media : content->get_object()) {
      EXPECT_NE(media.key().find('/'), media.key().npos) << media.key();
      check_schema(media.value().at("schema"));
    }
  }

  void check_parameters(const std::string& path, const json::Value& operation) const {
    std::set<std::pair<std::string, std::string>> seen;
    Names in_path;
    if (const json::Value* parameters = json::find(operation, "parameters"))
      for (const json::Value& given : parameters->get_array()) {
        const json::Value& parameter = followed(given);
        const std::string name(json::find_string(parameter, "name")), in(json::find_string(parameter, "in"));
        EXPECT_TRUE(!name.empty() && (in == "path" || in == "query" || in == "header")) << path << " " << name;
        EXPECT_TRUE(seen.emplace(name, in).second) << path << " has " << name << " twice";
        check_schema(parameter.at("schema"));
        if (in != "path") continue;
        in_path.insert(name);
        EXPECT_TRUE(parameter.at("required").as_bool()) << path;
      }
    EXPECT_EQ(in_path, names_in(path)) << path;
  }

  void check_security(const std::string& path, const json::Value& operation) const {
    const json::Object& schemes = components("securitySchemes");
    ASSERT_FALSE(operation.at("security").as_array().empty()) << path;
    for (const json::Value& alternative : operation.at("security").as_array())
      for (const auto& used : alternative.as_object()) {
        const json::Value* scheme = schemes.if_contains(used.key());
        ASSERT_TRUE(scheme) << path << " " << used.key();
        for (const auto& flow : object(*scheme, "flows"))
          for (const json::Value& scope : used.value().as_array())
            EXPECT_TRUE(object(flow.value(), "scopes").contains(scope.as_string())) << path << " " << scope.as_string();
      }
  }

  void check_responses(const std::string& path, const json::Value& operation) const {
    const json::Object& responses = object(operation, "responses");
    ASSERT_FALSE(responses.empty()) << path;
    for (const auto& given : responses) {
      EXPECT_THAT(std::string(given.key()), testing::MatchesRegex("[1-5][0-9][0-9]|default")) << path;
      const json::Value& response = followed(given.value());
      EXPECT_TRUE(json::find(response, "description")) << path;
      check_content(response);
    }
  }

  json::Value document;
};

TEST_P(OpenApi, SaysWhatItIs) {
  EXPECT_EQ(json::find_string(document, "openapi"), "3.1.0");
  for (const char* name : {"title", "version"}) EXPECT_NE(json::find_string(document.at("info"), name), "") << name;
  for (const json::Value& server : document.at("servers").as_array()) EXPECT_NE(json::find_string(server, "url"), "");
}

TEST_P(OpenApi, HasOperationsThatAreWhole) {
  static const Names methods{"get", "post", "patch", "delete"};
  Names ids, templates;
  for (const auto& item : object(document, "paths")) {
    const std::string path(item.key());
    EXPECT_TRUE(path.starts_with('/')) << path;
    EXPECT_TRUE(templates.insert(without_names(path)).second) << path << " stands under two names";
    for (const auto& method : item.value().as_object()) {
      const json::Value& operation = method.value();
      ASSERT_TRUE(methods.contains(std::string(method.key()))) << path;
      EXPECT_TRUE(ids.emplace(json::find_string(operation, "operationId")).second) << path;
      check_parameters(path, operation);
      check_security(path, operation);
      check_responses(path, operation);
      const json::Value* body = json::find(operation, "requestBody");
      if (!body) continue;
      EXPECT_TRUE(method.key() == "post" || method.key() == "patch") << path;
      EXPECT_TRUE(json::find(*body, "content")) << path;
      check_content(*body);
    }
  }
  EXPECT_FALSE(ids.contains(""));
  EXPECT_TRUE(ids.contains("POST /$batch"));
}

TEST_P(OpenApi, HasComponentsThatAreWhole) {
  for (const auto& kind : document.at("components").as_object())
    for (const auto& component : kind.value().as_object())
      EXPECT_THAT(std::string(component.key()), testing::MatchesRegex("[a-zA-Z0-9._-]+"));
  for (const auto& schema : components("schemas")) check_schema(schema.value());
  for (const auto& scheme : components("securitySchemes"))
    for (const auto& flow : object(scheme.value(), "flows")) {
      EXPECT_NE(json::find_string(flow.value(), "tokenUrl"), "");
      EXPECT_EQ(json::find(flow.value(), "authorizationUrl") != nullptr, flow.key() == "authorizationCode");
    }
}

std::string root_name(const testing::TestParamInfo<const char*>& root) {
  return std::string(root.param) == "beta" ? "beta" : "v1";
}
INSTANTIATE_TEST_SUITE_P(Roots, OpenApi, testing::Values("v1.0", "beta"), root_name);

}  // namespace
}  // namespace vedette::resources
