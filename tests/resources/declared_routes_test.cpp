// What has to be refused, at every place that the models declare: nothing here names a resource.
#include "declared_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <iostream>

#include "operations.h"

namespace vedette::resources {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

constexpr const char* methods[] = {"GET", "POST", "PATCH", "DELETE", "PUT"};

class EveryRoute : public testing::TestWithParam<std::string> {
 protected:
  // A caller who has what the method asks.
  static odata::Caller caller(const edm::Permissions& permissions, const std::string& tenant = "t") {
    odata::Caller caller;
    caller.tenant_id = tenant;
    caller.app_id = "app";
    caller.roles = permissions.application;
    if (!permissions.application.empty()) return caller;
    caller.user_id = caller.user_name = "ana@example.org";
    caller.scopes = permissions.delegated;
    caller.directory_roles = {"Security Administrator"};
    return caller;
  }
  std::string target(const std::string& path) const { return "/" + root() + path; }
  const std::string& root() const { return GetParam(); }
  static std::string masked(const std::string& body) { return body.substr(0, body.find("\"innerError\"")); }
  static std::string target_of_error(const http::Response& response) {
    const auto body = json::parse(response.body);
    const json::Value* error = body ? json::find(*body, "error") : nullptr;
    return error ? std::string(json::find_string(*error, "target")) : "";
  }

  http::Response send(const std::string& method, const std::string& path, const odata::Caller& caller,
                      const std::string& body = "", http::Headers headers = {}) {
    ++requests_;
    return server_.send(method, target(path), caller, body, std::move(headers));
  }
  void seed_everything(const std::string& tenant) {
    for (const DeclaredRoute& route : routes_)
      if (route.place == Place::entity || route.place == Place::single) server_.seed(root(), tenant, route.path);
  }
  // Each route with a method, and the method.
  void for_each_method(const std::function<void(const DeclaredRoute&, const DeclaredMethod&)>& check) {
    for (const DeclaredRoute& route : routes_)
      for (const DeclaredMethod& method : route.methods) check(route, method);
  }
  void TearDown() override {
    std::cout << root() << ": " << routes_.size() << " routes, " << requests_ << " requests\n";
  }

  OperationService server_;
  const std::vector<DeclaredRoute> routes_ = declared_routes(graph_model(GetParam()), server_.behaviours());
  int requests_ = 0;
};

TEST_P(EveryRoute, NeedsAToken) {
  for_each_method([&](const DeclaredRoute& route, const DeclaredMethod& method) {
    http::Request request;
    request.method = method.name;
    request.target = target(route.path);
    EXPECT_TRUE(server_.service().serves(request)) << request.target;
    EXPECT_FALSE(server_.service().is_public(request)) << method.name << " " << request.target;
  });
}

TEST_P(EveryRoute, NeedsItsPermission) {
  odata::Caller app, user;
  app.tenant_id = user.tenant_id = "t";
  app.app_id = user.app_id = "app";
  app.roles = user.scopes = {"Nothing.Read.All"};
  user.user_id = "u";
  user.directory_roles = {"Security Administrator"};
  for_each_method([&](const DeclaredRoute& route, const DeclaredMethod& method) {
    const std::string what = method.name + " " + target(route.path);
    const auto expect_named = [&](const odata::Caller& caller, const std::vector<std::string>& names) {
      const http::Response response = send(method.name, route.path, caller, "{}");
      EXPECT_EQ(response.status, 403) << what;
      EXPECT_THAT(response.body, HasSubstr(names.empty() ? "is not open to" : "'" + names.front() + "'")) << what;
    };
    expect_named(app, method.permissions->application);
    expect_named(user, method.permissions->delegated);
    if (method.permissions->delegated.empty()) return;
    odata::Caller without_role = user;
    without_role.scopes = method.permissions->delegated;
    without_role.directory_roles.clear();
    const http::Response response = send(method.name, route.path, without_role, "{}");
    EXPECT_EQ(response.status, 403) << what;
    EXPECT_THAT(response.body, HasSubstr("lacks the role 'Security ")) << what;
  });
}

TEST_P(EveryRoute, RefusesOtherMethods) {
  for (const DeclaredRoute& route : routes_) {
    odata::Caller anybody;
    anybody.tenant_id = "t";
    for (const char* method : methods) {
      if (route.find(method)) continue;
      const http::Response response = send(method, route.path, anybody);
      EXPECT_EQ(response.status, route.methods.empty() ? 404 : 405) << method << " " << target(route.path);
      EXPECT_EQ(response.headers.get("Allow"), route.methods.empty() ? "" : route.allow()) << target(route.path);
    }
    if (route.methods.empty()) continue;
    const http::Response options = send("OPTIONS", route.path, anybody);
    EXPECT_EQ(options.status, 204) << target(route.path);
    EXPECT_EQ(options.headers.get("Allow"), route.allow()) << target(route.path);
  }
}

// What another tenant has answers as what nobody has.
TEST_P(EveryRoute, DoesNotTellOfOtherTenants) {
  OperationService empty;
  seed_everything("other");
  for_each_method([&](const DeclaredRoute& route, const DeclaredMethod& method) {
    if (!route.has_key() && method.name != "GET") return;
    const std::string what = method.name + " " + target(route.path);
    const bool with_body = method.name == "POST" || method.name == "PATCH";
    const std::string body = with_body ? json::to_text(sample_body(route, method.name)) : "";
    const odata::Caller own = caller(*method.permissions);
    const http::Response there = send(method.name, route.path, own, body);
    const http::Response nowhere = empty.send(method.name, target(route.path), own, body);
    EXPECT_EQ(there.status, nowhere.status) << what;
    const bool own_state =
        route.place == Place::operation && !route.has_key();  // a key that is made when it is asked for
    if (!own_state) {
      EXPECT_EQ(masked(there.body), masked(nowhere.body)) << what;
    }
    EXPECT_EQ(there.status == 501, !method.done) << what << there.body;
    if (route.has_key() && method.done) {
      EXPECT_EQ(there.status, 404) << what << there.body;
    }
  });
}

TEST_P(EveryRoute, RefusesBadKeys) {
  const std::string long_key(5000, 'k');
  for (const DeclaredRoute& route : routes_) {
    const DeclaredMethod* read = route.find("GET");
    if (route.place != Place::entity || !read) continue;
    const std::string set = route.path.substr(0, route.path.size() - std::string(known_key).size() - 1);
    for (const char* key : {"('unclosed", "('')", "()", "/%00", "/%2F", "/%27", "/unknown", "/a%20b"})
      EXPECT_THAT(send("GET", set + key, caller(*read->permissions)).status, AnyOf(400, 404, read->done ? 404 : 501))
          << target(set) << key;
    EXPECT_THAT(send("GET", set + "/" + long_key, caller(*read->permissions)).status, AnyOf(400, 404, 501)) << set;
  }
}

// Of each type a value that is none.
json::Value wrong_value(const edm::TypeRef& type) {
  if (type.collection) return json::Value("no array");
  if (type.enumeration) return json::Value("noSuchMember");
  if (type.structured) return json::Value(5);
  return json::Object{};
}

TEST_P(EveryRoute, RefusesBadBodies) {
  seed_everything("t");
  for_each_method([&](const DeclaredRoute& route, const DeclaredMethod& method) {
    if ((method.name != "POST" && method.name != "PATCH") || !method.done) return;
    const std::string what = method.name + " " + target(route.path);
    const odata::Caller own = caller(*method.permissions);
    const auto status = [&](const std::string& body, const char* header = "Content-Type",
                            const char* value = "application/json") {
      http::Headers headers;
      headers.set(header, value);
      return send(method.name, route.path, own, body, headers).status;
    };
    for (const char* body : {"{\"a\":", "[]", "\"x\"", "{} {}", "nothing", "{\"\\ud800\":1}"})
      EXPECT_EQ(status(body), 400) << what << body;
    EXPECT_EQ(status("{\"x\":" + std::string(200, '[') + std::string(200, ']') + "}"), 400) << what;
    json::Object unknown = sample_body(route, method.name);
    unknown["noSuchProperty"] = 1;
    EXPECT_EQ(status(json::to_text(unknown)), 400) << what;
    EXPECT_EQ(status("<x/>", "Content-Type", "text/xml"), 415) << what;
    EXPECT_EQ(status("{}", "Content-Type", "application/json;charset=utf-16"), 415) << what;
    EXPECT_EQ(status("{}", "Content-Encoding", "gzip"), 415) << what;
  });
}

TEST_P(EveryRoute, RefusesWrongValues) {
  seed_everything("t");
  for_each_method([&](const DeclaredRoute& route, const DeclaredMethod& method) {
    if ((method.name != "POST" && method.name != "PATCH") || !method.done) return;
    const auto expect_refused = [&](const std::string& name, const json::Value& value) {
      json::Object body = sample_body(route, method.name);
      body[name] = value;
      const http::Response response = send(method.name, route.path, caller(*method.permissions), json::to_text(body));
      EXPECT_EQ(response.status, 400) << method.name << " " << target(route.path) << " " << name << response.body;
      EXPECT_THAT(target_of_error(response), testing::StartsWith(name)) << target(route.path) << response.body;
    };
    if (route.operation) {
      for (const edm::Parameter& parameter : route.operation->parameters)
        if (!parameter.type.is(edm::Primitive::untyped)) expect_refused(parameter.name, wrong_value(parameter.type));
      return;
    }
    if (route.place == Place::property) return;
    for (const edm::Property& property : route.type->properties) {
      const bool fixed = property.computed || property.name == route.type->key;
      if (method.name == "POST" && fixed) continue;  // what clients say of it is ignored
      if (method.name == "PATCH" && (fixed || !edm::is_updatable(property, *route.capabilities))) {
        if (property.name != route.type->key) expect_refused(property.name, sample_value(property.type));
      } else if (!property.type.is(edm::Primitive::untyped)) {
        expect_refused(property.name, wrong_value(property.type));
      }
    }
  });
}

TEST_P(EveryRoute, RefusesBadOptions) {
  const std::string long_filter = "$filter=id%20eq%20'" + std::string(20'000, 'x') + "'";
  std::string deep_filter = "$filter=" + std::string(200, '(') + "id%20eq%20'x'" + std::string(200, ')');
  for (const DeclaredRoute& route : routes_) {
    const DeclaredMethod* read = route.find("GET");
    if (route.place != Place::collection || !read || !read->done) continue;
    for (const std::string& option :
         {std::string("$filter=nothing%20eq%201"), std::string("$filter=id%20eq"), std::string("$filter=("),
          std::string("$filter=id%20eq%20'x"), std::string("$filter=nothing(id)"), std::string("$orderby=nothing"),
          std::string("$orderby=id%20up"), std::string("$select=nothing"), std::string("$expand=nothing"),
          std::string("$top=-1"), std::string("$top=x"), std::string("$skip=-1"), std::string("$count=maybe"),
          std::string("$skiptoken=x"), std::string("$nothing=1"), long_filter, deep_filter}) {
      const http::Response response = send("GET", route.path + "?" + option, caller(*read->permissions));
      EXPECT_EQ(response.status, 400) << target(route.path) << "?" << option.substr(0, 60);
    }
  }
}

std::string root_name(const testing::TestParamInfo<std::string>& root) { return root.param == "beta" ? "beta" : "v1"; }

INSTANTIATE_TEST_SUITE_P(Roots, EveryRoute, testing::Values("v1.0", "beta"), root_name);

}  // namespace
}  // namespace vedette::resources
