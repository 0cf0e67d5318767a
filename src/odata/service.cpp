#include "vedette/odata/service.h"

#include <algorithm>
#include <map>

#include "call.h"
#include "operate.h"
#include "query.h"
#include "read.h"
#include "value_kinds.h"
#include "vedette/odata/errors.h"
#include "write.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

http::Response service_document(const Call& call) {
  std::string body = "{";
  if (call.preferences.annotations) {
    body += "\"@odata.context\":";
    json::append_string(body, call.root_url + "/$metadata");
    body += ',';
  }
  body += "\"value\":[";
  for (const edm::Resource& resource : call.route.model->resources()) {
    if (!body.ends_with('[')) body += ',';
    body += "{\"name\":";
    json::append_string(body, resource.name);
    body += resource.kind == edm::ResourceKind::singleton ? ",\"kind\":\"Singleton\"" : ",\"kind\":\"EntitySet\"";
    body += ",\"url\":";
    json::append_string(body, resource.name);
    body += '}';
  }
  return json_response(call, body + "]}");
}

http::Response metadata_document(const Call& call) {
  http::Response response;
  response.headers.set("Content-Type", "application/xml");
  response.body = call.route.model->metadata();
  return response;
}

base::Status check_format(const QueryOptions& options) {
  const std::string* format = options.find("format");
  if (!format || edm::equal_names(format->substr(0, 4), "json") || format->starts_with("application/json")) return {};
  return fail(ErrorCode::bad_request, "The $format '" + *format + "' is not supported.").with_target("$format");
}

Result<http::Response> read(const Call& call) {
  TRY(check_format(call.options));
  if (call.route.count) return read_count(call);
  switch (call.route.kind) {
    case RouteKind::service_document:
      return service_document(call);
    case RouteKind::metadata:
      return metadata_document(call);
    case RouteKind::collection:
      return read_collection(call);
    case RouteKind::entity:
      return read_entity(call);
    case RouteKind::property:
      return read_property(call);
    case RouteKind::operation:
      return run_operation(call);
    case RouteKind::singleton:
    case RouteKind::batch:
      break;
  }
  return fail(ErrorCode::not_found, "There is nothing to read at this URL.");
}

Result<http::Response> post(const Call& call) {
  switch (call.route.kind) {
    case RouteKind::batch:
      return fail(ErrorCode::not_implemented, "$batch is not supported.");
    case RouteKind::operation:
      return run_operation(call);
    case RouteKind::property:
      return append_item(call);
    case RouteKind::entity:
      return run_deposit(call);
    default:
      return insert_entity(call);
  }
}

Result<http::Response> dispatch(const Call& call) {
  const std::string& method = call.request.method;
  if (method == "GET" || method == "HEAD") return read(call);
  TRY(refuse_others(call.options, {"format"}));
  if (method == "POST") return post(call);
  return method == "PATCH" ? update_entity(call) : remove_entity(call);
}

std::string allow_text(const std::vector<Method>& methods) {
  std::string text;
  for (const Method& method : methods) text += std::string(method.name) + ", ";
  return text + "OPTIONS";
}

http::Response not_allowed(const http::Request& request, const std::vector<Method>& methods,
                           const Correlation& correlation, base::DateTime now) {
  const std::string allowed = allow_text(methods);
  http::Response response =
      error_response(fail(ErrorCode::method_not_allowed,
                          "The method '" + request.method + "' is not allowed here. Allowed are: " + allowed + "."),
                     correlation, now);
  response.headers.set("Allow", allowed);
  return response;
}

bool is_indexed(const edm::Property& property) {
  return !property.type.collection && (property.type.enumeration || property.type.is(edm::Primitive::date_time_offset));
}

void add_indexed(store::Collection& collection, store::IndexedProperty property) {
  for (const store::IndexedProperty& known : collection.indexed)
    if (known.path == property.path) return;
  collection.indexed.push_back(std::move(property));
}

void add_collection(std::map<std::string, store::Collection>& collections, const edm::StructuredType& type,
                    const edm::Capabilities& capabilities) {
  if (capabilities.collection.empty()) return;
  store::Collection& collection = collections[capabilities.collection];
  collection.name = capabilities.collection;
  for (const edm::Property& property : type.properties)
    if (is_indexed(property) || property.name == capabilities.foreign_key)
      add_indexed(collection, {{property.name}, value_kind(property.type)});
}

}  // namespace

Service::Service(std::vector<const edm::Model*> models, store::EntityStore& store, const base::Clock& clock,
                 Behaviours behaviours, ServiceOptions options)
    : models_(std::move(models)),
      store_(store),
      clock_(clock),
      behaviours_(std::move(behaviours)),
      options_(std::move(options)) {}

bool Service::serves(const http::Request& request) const {
  return find_root(models_, request.split_target().path) != nullptr;
}

bool Service::is_public(const http::Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") return false;
  const auto route = resolve(models_, request.split_target().path);
  return route && (route->kind == RouteKind::service_document || route->kind == RouteKind::metadata);
}

Result<Service::Body> Service::expected_body(const http::Request& head, const Caller& caller) const {
  const Route route = TRY(resolve(models_, head.split_target().path));
  for (const Method& method : allowed_methods(route, behaviours_)) {
    if (method.name != head.method) continue;
    if (method.permissions) TRY(authorise(caller, *method.permissions));
    return route.kind == RouteKind::entity && method.name == "POST" ? Body::deposit : Body::document;
  }
  return Body::document;  // handle() says which methods there are
}

http::Response Service::handle(const http::Request& request, const Caller& caller) const {
  const Correlation correlation = correlate(request);
  const base::DateTime now = clock_.now();
  const auto answer = [&]() -> Result<http::Response> {
    const http::Target target = request.split_target();
    const Route route = TRY(resolve(models_, target.path));
    const std::vector<Method> methods = allowed_methods(route, behaviours_);
    if (methods.empty()) return fail(ErrorCode::not_found, "There is nothing at this URL.");
    const auto method =
        std::find_if(methods.begin(), methods.end(), [&](const Method& m) { return m.name == request.method; });
    if (request.method == "OPTIONS") {
      http::Response response = no_content();
      response.headers.set("Allow", allow_text(methods));
      return response;
    }
    if (method == methods.end()) return not_allowed(request, methods, correlation, now);
    if (method->permissions) TRY(authorise(caller, *method->permissions));
    const QueryOptions options = TRY(parse_query(target.query.value_or("")));
    const std::string root_url = origin_of(request, options_.public_url) + "/" + route.model->root();
    return dispatch({request, caller, route, options, read_preferences(request), now, root_url, store_, behaviours_});
  };
  Result<http::Response> result = answer();
  if (!result && options_.on_problem && http_status(result.error().code) == 500) options_.on_problem(result.error());
  if (!result) return error_response(result.error(), correlation, now);
  add_common_headers(*result, correlation);
  return std::move(*result);
}

http::Response Service::refuse(const http::Request& request, const base::Error& error) const {
  return error_response(error, correlate(request), clock_.now());
}

std::vector<store::Collection> Service::collections(const std::vector<const edm::Model*>& models) {
  std::map<std::string, store::Collection> collections;
  for (const edm::Model* model : models)
    for (const edm::Resource& resource : model->resources()) {
      add_collection(collections, *resource.type, resource.capabilities);
      for (const edm::NavigationProperty& navigation : resource.type->navigation) {
        add_collection(collections, *navigation.target, navigation.capabilities);
        for (const edm::StructuredType* type = navigation.target; type; type = type->base)
          for (const edm::NavigationProperty& inner : type->navigation)
            add_collection(collections, *inner.target, inner.capabilities);
      }
    }
  std::vector<store::Collection> out;
  for (auto& [name, collection] : collections) out.push_back(std::move(collection));
  return out;
}

}  // namespace vedette::odata
