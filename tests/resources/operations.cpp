#include "operations.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "vedette/resources/behaviours.h"

namespace vedette::resources {
namespace {

namespace fs = std::filesystem;

fs::path reference_file() {
  const char* shared = std::getenv("VEDETTE_SHARED");
  const fs::path source(VEDETTE_SOURCE_DIR);
  return (shared ? fs::path(shared) : source.parent_path() / "shared") / "reference" / "graph" / "operations.json";
}

std::vector<std::string> texts(const json::Value* array) {
  std::vector<std::string> out;
  if (array && array->is_array())
    for (const json::Value& item : array->get_array()) out.emplace_back(std::string_view(item.get_string()));
  return out;
}

std::string first_body(const json::Value& operation) {
  const json::Value* examples = json::find(operation, "examples");
  for (const json::Value& example : examples->get_array()) {
    const json::Value* request = json::find(example, "request");
    const json::Value* body = request && request->is_object() ? json::find(*request, "body") : nullptr;
    if (body && body->is_object()) return json::to_text(*body);
  }
  return {};
}

GraphOperation read_operation(const json::Value& value) {
  GraphOperation operation;
  operation.area = json::find_string(value, "area");
  operation.method = json::find_string(value, "method");
  operation.path = json::find_string(value, "path");
  operation.roots = texts(json::find(value, "versions"));
  const json::Value& permissions = *json::find(value, "permissions");
  operation.application = texts(json::find(permissions, "application"));
  operation.delegated = texts(json::find(permissions, "delegated"));
  operation.status = static_cast<int>(json::find(*json::find(value, "success"), "status")->to_number<int>());
  operation.body = first_body(value);
  return operation;
}

// "/a/{b}/c(d={e})" cut at slashes.
std::vector<std::string> segments_of(const std::string& path) {
  std::vector<std::string> segments;
  std::istringstream in(path.substr(1));
  for (std::string segment; std::getline(in, segment, '/');) segments.push_back(segment);
  return segments;
}

// v1.0 and beta, loaded once.
const std::vector<const edm::Model*>& models() {
  static const auto v1 = edm::Model::load(edm::embedded_model(), "v1.0").value();
  static const auto beta = edm::Model::load(edm::embedded_model(), "beta").value();
  static const std::vector<const edm::Model*> both{v1.get(), beta.get()};
  return both;
}

void collect(const std::optional<edm::Permissions>& permissions, std::set<std::string>& into) {
  if (!permissions) return;
  into.insert(permissions->application.begin(), permissions->application.end());
  into.insert(permissions->delegated.begin(), permissions->delegated.end());
}

std::vector<std::string> all_permissions() {
  const edm::Model* model = models()[1];
  std::set<std::string> all;
  for (const auto& operation : model->operations()) collect(operation->permissions, all);
  for (const auto& resource : model->resources()) {
    collect(resource.capabilities.read, all);
    for (const auto& navigation : resource.type->navigation) collect(navigation.capabilities.read, all);
  }
  for (const char* name : {"SecurityIncident.Read.All", "InformationProtectionPolicy.Read.All",
                           "SecurityIdentitiesSensors.ReadWrite.All", "PartnerSecurity.Read.All"})
    all.insert(name);
  return {all.begin(), all.end()};
}

}  // namespace

std::optional<std::vector<GraphOperation>> documented_operations() {
  std::ifstream in(reference_file());
  if (!in) return std::nullopt;
  std::stringstream text;
  text << in.rdbuf();
  const auto all = json::parse(text.str());
  if (!all || !all->is_array()) return std::nullopt;
  std::vector<GraphOperation> operations;
  for (const json::Value& value : all->get_array()) operations.push_back(read_operation(value));
  return operations;
}

OperationService::OperationService() : clock_(*base::parse_iso_date_time("2024-05-01T12:00:00Z")) {
  store_ = store::make_memory_store(odata::Service::collections(models()), clock_);
  Dependencies dependencies;
  dependencies.hunting.event_tables = [](std::string_view) -> base::Result<std::shared_ptr<const kql::Catalog>> {
    return base::fail(base::ErrorCode::not_implemented, "There are no tables here.");
  };
  dependencies.subscriptions.handshake = [this](const http::ClientRequest& request) { return receive(request); };
  service_ = std::make_unique<odata::Service>(models(), *store_, clock_, behaviours(std::move(dependencies)));
}

// What each receiver does is in its host's name.
base::Result<http::ClientResponse> OperationService::receive(const http::ClientRequest& request) {
  const auto is_at = [&](const char* host) { return request.url.find(host) != std::string::npos; };
  if (is_at("silent.")) return base::fail(base::ErrorCode::unavailable, "No answer from 'https://silent.example'.");
  http::ClientResponse response;
  response.status = is_at("moved.") ? 302 : 200;
  response.headers.set("Content-Type", is_at("json.") ? "application/json" : "text/plain; charset=utf-8");
  const std::string token = request.url.substr(request.url.find("validationToken=") + 16);
  for (size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '%' && !is_at("raw.");
    response.body += escape ? static_cast<char>(std::stoi(token.substr(i + 1, 2), nullptr, 16)) : token[i];
    if (escape) i += 2;
  }
  return response;
}

bool OperationService::put(const std::string& tenant, const std::string& collection, const json::Object& document) {
  const std::string id(json::find_string(json::Value(document), "id"));
  return store_->commit(tenant, {{}, {{collection, id, json::to_text(document), store::any_version}}, {}}).has_value();
}

void OperationService::seed(const GraphOperation& operation, const std::string& root, const std::string& tenant) {
  const edm::Model& model = *models()[root == "v1.0" ? 0 : 1];
  const edm::StructuredType* type = nullptr;
  const edm::Capabilities* capabilities = nullptr;
  bool below = false;
  for (const std::string& segment : segments_of(operation.path)) {
    if (segment.starts_with('{')) {
      json::Object document{{type ? type->key : "id", known_id}};
      if (below) document["@parent"] = known_id;
      if (operation.path.ends_with("/reopen")) document["status"] = "closed";
      if (operation.area == "subscriptions") {
        document["resource"] = "security/alerts";
        document["expirationDateTime"] = "2024-05-02T00:00:00Z";
      }
      if (capabilities && capabilities->owned) document["@owner"] = "app";
      for (const char* host : {"host", "parentHost", "childHost", "artifact"})
        document[host] = json::Object{{"id", known_id}};
      if (capabilities && !capabilities->collection.empty())
        (void)store_->commit(
            tenant, {{}, {{capabilities->collection, known_id, json::to_text(document), store::any_version}}, {}});
      below = true;
    } else if (!type) {
      const edm::Resource* resource = model.find_resource(segment);
      if (!resource) return;
      type = resource->type;
      capabilities = &resource->capabilities;
    } else if (const edm::NavigationProperty* navigation = type->find_navigation(segment)) {
      type = navigation->target;
      capabilities = &navigation->capabilities;
      if (!navigation->collection && !capabilities->collection.empty())
        (void)store_->commit(
            tenant,
            {{},
             {{capabilities->collection, known_id, R"({"id":"known","host":{"id":"known"}})", store::any_version}},
             {}});
    }
  }
}

http::Response OperationService::send(const std::string& method, const std::string& target, const odata::Caller& caller,
                                      const std::string& body, const std::string& content_type) const {
  http::Request request;
  request.method = method;
  request.target = target;
  request.body = body;
  request.headers = {{"Host", "graph.test"}};
  if (!body.empty()) request.headers.set("Content-Type", content_type);
  return service_->handle(request, caller);
}

std::string target_of(const GraphOperation& operation, const std::string& root, const std::string& id) {
  std::string target = "/" + root;
  for (size_t i = 0; i < operation.path.size(); ++i) {
    if (operation.path[i] != '{') {
      target += operation.path[i];
      continue;
    }
    target += id;
    i = operation.path.find('}', i);
  }
  return target;
}

odata::Caller caller_for(const GraphOperation& operation, const std::string& tenant) {
  static const std::vector<std::string> everything = all_permissions();
  odata::Caller caller;
  caller.tenant_id = tenant;
  caller.app_id = "app";
  caller.roles = operation.application;
  if (operation.application.empty() && !operation.delegated.empty()) {
    caller.user_id = caller.user_name = "ana@example.org";
    caller.scopes = operation.delegated;
    caller.directory_roles = {"Security Administrator"};
  }
  if (operation.application.empty() && operation.delegated.empty()) caller.roles = everything;
  return caller;
}

}  // namespace vedette::resources
