#include "operations.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "../odata/whole_document.h"
#include "vedette/resources/behaviours.h"
#include "vedette/tables/event_store.h"

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

int status_in(const json::Value& value) {
  const json::Value* status = json::find(value, "status");
  return status && status->is_number() ? status->to_number<int>() : 0;
}

// Nothing when the documentation shows only an answer.
std::optional<DocumentedExample> read_example(const json::Value& value) {
  const json::Value* request = json::find(value, "request");
  const json::Value* response = json::find(value, "response");
  if (!request || !request->is_object()) return std::nullopt;
  DocumentedExample example;
  example.method = json::find_string(*request, "method");
  example.url = json::find_string(*request, "url");
  if (const json::Value* body = json::find(*request, "body"); body && body->is_object())
    example.body = json::to_text(*body);
  if (const json::Value* prefer = json::find(*json::find(*request, "headers"), "Prefer"))
    example.headers.set("Prefer", std::string(std::string_view(prefer->get_string())));
  if (!response || !response->is_object()) return example;
  example.status = status_in(*response);
  if (const json::Value* headers = json::find(*response, "headers"); headers && headers->is_object())
    for (const auto& header : headers->get_object())
      example.location |= edm::equal_names(std::string_view(header.key()), "Location");
  return example;
}

DocumentedOperation read_operation(const json::Value& value) {
  DocumentedOperation operation;
  operation.area = json::find_string(value, "area");
  operation.method = json::find_string(value, "method");
  operation.path = json::find_string(value, "path");
  operation.roots = texts(json::find(value, "versions"));
  const json::Value& permissions = *json::find(value, "permissions");
  operation.application = texts(json::find(permissions, "application"));
  operation.delegated = texts(json::find(permissions, "delegated"));
  operation.status = status_in(*json::find(value, "success"));
  for (const json::Value& example : json::find(value, "examples")->get_array())
    if (auto read = read_example(example)) operation.examples.push_back(std::move(*read));
  return operation;
}

void collect(const std::optional<edm::Permissions>& permissions, std::set<std::string>& into) {
  if (!permissions) return;
  into.insert(permissions->application.begin(), permissions->application.end());
  into.insert(permissions->delegated.begin(), permissions->delegated.end());
}

void collect(const edm::Capabilities& capabilities, std::set<std::string>& into) {
  for (const auto* permissions : {&capabilities.read, &capabilities.insert, &capabilities.update, &capabilities.remove})
    collect(*permissions, into);
}

void collect(const edm::StructuredType& type, std::set<const edm::StructuredType*>& seen, std::set<std::string>& into) {
  if (!seen.insert(&type).second) return;
  for (const edm::StructuredType* t = &type; t; t = t->base)
    for (const edm::NavigationProperty& navigation : t->navigation) {
      collect(navigation.capabilities, into);
      collect(*navigation.target, seen, into);
    }
}

}  // namespace

const std::vector<const edm::Model*>& graph_models() {
  static const auto v1 = edm::Model::load(edm::embedded_model(), "v1.0").value();
  static const auto beta = edm::Model::load(edm::embedded_model(), "beta").value();
  static const std::vector<const edm::Model*> both{v1.get(), beta.get()};
  return both;
}

const edm::Model& graph_model(std::string_view root) { return *graph_models()[root == "v1.0" ? 0 : 1]; }

std::vector<std::string> all_permissions() {
  std::set<std::string> all;
  for (const edm::Model* model : graph_models()) {
    std::set<const edm::StructuredType*> seen;
    for (const auto& operation : model->operations()) collect(operation->permissions, all);
    for (const edm::Resource& resource : model->resources()) {
      collect(resource.capabilities, all);
      collect(*resource.type, seen, all);
    }
  }
  return {all.begin(), all.end()};
}

std::optional<std::vector<DocumentedOperation>> documented_operations() {
  std::ifstream in(reference_file());
  if (!in) return std::nullopt;
  std::stringstream text;
  text << in.rdbuf();
  const auto all = json::parse(text.str());
  if (!all || !all->is_array()) return std::nullopt;
  std::vector<DocumentedOperation> operations;
  for (const json::Value& value : all->get_array()) operations.push_back(read_operation(value));
  return operations;
}

OperationService::OperationService() : clock_(*base::parse_iso_date_time("2024-05-01T12:00:00Z")) {
  store_ = store::make_memory_store(odata::Service::collections(graph_models()), clock_);
  Dependencies dependencies;
  dependencies.hunting.event_tables = [](std::string_view) -> base::Result<std::shared_ptr<const kql::Catalog>> {
    return std::shared_ptr<const kql::Catalog>(tables::empty_snapshot());
  };
  dependencies.subscriptions.handshake = [this](const http::ClientRequest& request) { return receive(request); };
  behaviours_ = resources::behaviours(dependencies);
  service_ = std::make_unique<odata::CheckedService>(graph_models(), *store_, clock_, behaviours_);
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
  const std::string text = json::to_text(odata::whole_document(graph_models(), collection, document));
  return store_->commit(tenant, {{}, {{collection, id, text, store::any_version}}, {}}).has_value();
}

void OperationService::seed(const std::string& root, const std::string& tenant, const std::string& path,
                            const json::Object& members) {
  Seeder(graph_model(root), behaviours_, *store_, tenant).seed(path, members);
}

http::Response OperationService::send(const std::string& method, const std::string& target, const odata::Caller& caller,
                                      const std::string& body, http::Headers headers) const {
  http::Request request;
  request.method = method;
  request.target = target;
  request.body = body;
  request.headers = std::move(headers);
  request.headers.set("Host", "graph.test");
  if (!body.empty() && !request.headers.find("Content-Type")) request.headers.set("Content-Type", "application/json");
  return service_->handle(request, caller);
}

odata::Caller caller_for(const DocumentedOperation& operation, const std::string& tenant) {
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
