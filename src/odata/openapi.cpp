#include "openapi.h"

#include <set>

#include "batch.h"
#include "openapi_types.h"
#include "places.h"
#include "vedette/base/ascii_case.h"

namespace vedette::odata {
namespace {

json::Object parameter_reference(const char* name) {
  return {{"$ref", std::string("#/components/parameters/") + name}};
}

json::Object path_parameter(const std::string& name, json::Object schema) {
  json::Object parameter{{"name", name}, {"in", "path"}, {"required", true}};
  parameter["schema"] = std::move(schema);
  return parameter;
}

// As alternatives: in one item of `security` all scopes are needed.
json::Array security_of(const edm::Permissions& permissions) {
  json::Array alternatives;
  const auto add = [&](const char* scheme, const std::vector<std::string>& scopes) {
    for (const std::string& scope : scopes) {
      json::Array list;
      list.emplace_back(scope);
      alternatives.push_back(json::Object{{scheme, std::move(list)}});
    }
  };
  add("application", permissions.application);
  add("delegated", permissions.delegated);
  return alternatives;
}

json::Object json_content(json::Object schema) {
  json::Object media;
  media["schema"] = std::move(schema);
  return {{"application/json", std::move(media)}};
}

json::Object response(const char* description, json::Object schema) {
  json::Object out{{"description", description}};
  if (!schema.empty()) out["content"] = json_content(std::move(schema));
  return out;
}

json::Object object_with(const char* member, json::Object schema) {
  json::Object properties;
  properties[member] = std::move(schema);
  json::Object out{{"type", "object"}};
  out["properties"] = std::move(properties);
  return out;
}

edm::TypeRef reference_type(const edm::StructuredType& type) {
  edm::TypeRef reference;
  reference.structured = &type;
  reference.nullable = false;
  return reference;
}

json::Object array_of(json::Object item) {
  json::Object items{{"type", "array"}};
  items["items"] = std::move(item);
  return items;
}

// The frame of a collection: "value", and where the answer goes on.
json::Object page_schema(json::Object item) {
  json::Object page = object_with("value", array_of(std::move(item)));
  json::Object& properties = page["properties"].get_object();
  properties["@odata.nextLink"] = json::Object{{"type", "string"}};
  properties["@odata.count"] = json::Object{{"type", "integer"}};
  return page;
}

class OpenApiWriter {
 public:
  OpenApiWriter(const edm::Model& model, const Behaviours& behaviours) : model_(model), behaviours_(behaviours) {}

  std::string write() {
    json::Object paths;
    for (const PlaceOfModel& place : places_of(model_, behaviours_)) {
      json::Value& item = paths[place.path];
      if (!item.is_object()) item.emplace_object();
      for (const PlaceMethod& method : place.methods) add_method(item.get_object(), place, method);
    }
    paths["/$batch"] = batch_item();
    json::Object document{{"openapi", "3.1.0"}};
    document["info"] = json::Object{{"title", "Vedette"}, {"version", model_.root()}};
    document["servers"] = json::Array{json::Object{{"url", "/" + model_.root()}}};
    document["paths"] = std::move(paths);
    document["components"] = components();
    return json::to_text(json::Value(std::move(document)));
  }

 private:
  void add_method(json::Object& item, const PlaceOfModel& place, const PlaceMethod& method) {
    json::Object operation;
    operation["operationId"] = method.name + " " + place.path;
    json::Array parameters = parameters_of(place, method);
    if (!parameters.empty()) operation["parameters"] = std::move(parameters);
    if (json::Object body = body_of(place, method); !body.empty()) {
      json::Object request{{"required", true}};
      request["content"] = json_content(std::move(body));
      operation["requestBody"] = std::move(request);
    }
    operation["responses"] = responses_of(place, method);
    operation["security"] = security_of(*method.permissions);
    scopes_.insert(method.permissions->application.begin(), method.permissions->application.end());
    scopes_.insert(method.permissions->delegated.begin(), method.permissions->delegated.end());
    if (!method.done) operation["x-not-implemented"] = true;
    item[base::ascii_lower(method.name)] = std::move(operation);
  }

  json::Array parameters_of(const PlaceOfModel& place, const PlaceMethod& method) {
    json::Array parameters;
    for (const std::string& key : place.keys) parameters.push_back(path_parameter(key, {{"type", "string"}}));
    if (place.operation && place.operation->is_function)
      for (const edm::Parameter& parameter : place.operation->parameters)
        parameters.push_back(path_parameter(parameter.name, used(parameter.type)));
    if (method.name == "GET" && place.kind == PlaceKind::collection)
      for (const char* option : {"top", "skip", "filter", "orderby", "search", "count"})
        parameters.push_back(parameter_reference(option));
    if (method.name == "GET" && (place.kind == PlaceKind::collection || place.kind == PlaceKind::entity))
      for (const char* option : {"select", "expand"}) parameters.push_back(parameter_reference(option));
    if (method.name == "PATCH" || method.name == "DELETE") parameters.push_back(parameter_reference("if-match"));
    return parameters;
  }

  json::Object body_of(const PlaceOfModel& place, const PlaceMethod& method) {
    if (place.operation && !place.operation->is_function) {
      json::Object properties;
      for (const edm::Parameter& parameter : place.operation->parameters)
        properties[parameter.name] = used(parameter.type);
      if (properties.empty()) return {};
      json::Object schema{{"type", "object"}};
      schema["properties"] = std::move(properties);
      return schema;
    }
    if (place.kind == PlaceKind::property && method.name == "POST") return used(place.property->type.item());
    if (method.name == "PATCH" || (method.name == "POST" && place.kind == PlaceKind::collection))
      return used(reference_type(*place.type));
    return {};
  }

  json::Object responses_of(const PlaceOfModel& place, const PlaceMethod& method) {
    json::Object responses;
    const auto add = [&](int status, const char* description, json::Object schema) {
      responses[std::to_string(status)] = response(description, std::move(schema));
    };
    if (place.operation) {
      const auto& returns = place.operation->returns;
      if (!returns)
        add(place.operation->status, "Done", {});
      else if (returns->collection)
        add(200, "The values", page_schema(used(returns->item())));
      else
        add(200, "The value", returns->structured ? used(*returns) : object_with("value", used(*returns)));
    } else if (place.kind == PlaceKind::property) {
      add(200, "The value", object_with("value", used(place.property->type)));
    } else if (method.name == "GET") {
      json::Object entity = used(reference_type(*place.type));
      add(200, "What is there", place.kind == PlaceKind::collection ? page_schema(std::move(entity)) : entity);
    } else if (method.name == "DELETE") {
      add(204, "Deleted", {});
    } else if (method.name == "PATCH") {
      add(200, "The entity as it is now", used(reference_type(*place.type)));
      add(204, "Changed", {});
    } else {
      const bool deposit = place.kind == PlaceKind::entity;
      add(deposit ? 200 : 201, deposit ? "What became of it" : "The new entity", used(reference_type(*place.type)));
    }
    responses["default"] = json::Object{{"$ref", "#/components/responses/error"}};
    return responses;
  }

  // Any token will do: each request in it asks for its own permission.
  static json::Object batch_item() {
    json::Object body = object_with("requests", array_of(batch_request()));
    body["properties"].get_object()["requests"].get_object()["maxItems"] = batch_requests_max;
    body["required"] = json::Array{"requests"};
    json::Object request{{"required", true}};
    request["content"] = json_content(std::move(body));
    json::Object answer = object_with("id", {{"type", "string"}});
    json::Object& members = answer["properties"].get_object();
    members["status"] = json::Object{{"type", "integer"}};
    members["headers"] = json::Object{{"type", "object"}};
    members["body"] = json::Object();
    json::Object responses;
    responses["200"] = response("The answers", object_with("responses", array_of(std::move(answer))));
    responses["default"] = json::Object{{"$ref", "#/components/responses/error"}};
    json::Object operation{{"operationId", "POST /$batch"}};
    operation["requestBody"] = std::move(request);
    operation["responses"] = std::move(responses);
    json::Array security;
    for (const char* scheme : {"application", "delegated"}) {
      json::Object alternative;
      alternative[scheme] = json::Array();
      security.push_back(std::move(alternative));
    }
    operation["security"] = std::move(security);
    json::Object item;
    item["post"] = std::move(operation);
    return item;
  }

  static json::Object batch_request() {
    json::Object request = object_with("id", {{"type", "string"}});
    json::Object& members = request["properties"].get_object();
    for (const char* name : {"method", "url"}) members[name] = json::Object{{"type", "string"}};
    members["headers"] = json::Object{{"type", "object"}};
    members["body"] = json::Object();
    members["dependsOn"] = array_of({{"type", "string"}});
    request["required"] = json::Array{"id", "method", "url"};
    return request;
  }

  json::Object used(const edm::TypeRef& type) {
    add_type_schemas(type, schemas_);
    return schema_of(type);
  }

  json::Object components() {
    json::Object error = object_with("code", {{"type", "string"}});
    error["properties"].get_object()["message"] = json::Object{{"type", "string"}};
    json::Object responses;
    responses["error"] = response("What is wrong", object_with("error", std::move(error)));
    json::Object out;
    out["schemas"] = std::move(schemas_);
    out["parameters"] = option_parameters();
    out["responses"] = std::move(responses);
    out["securitySchemes"] = security_schemes();
    return out;
  }

  static json::Object option_parameters() {
    json::Object parameters;
    const auto add = [&](const char* name, const char* sent, const char* in, const char* type) {
      json::Object parameter{{"name", sent}, {"in", in}};
      parameter["schema"] = json::Object{{"type", type}};
      parameters[name] = std::move(parameter);
    };
    for (const char* name : {"$filter", "$orderby", "$search", "$select", "$expand"})
      add(name + 1, name, "query", "string");
    for (const char* name : {"$top", "$skip"}) add(name + 1, name, "query", "integer");
    add("count", "$count", "query", "boolean");
    add("if-match", "If-Match", "header", "string");
    return parameters;
  }

  json::Object security_schemes() const {
    json::Object scopes;
    for (const std::string& scope : scopes_) scopes[scope] = "";
    const auto scheme = [&](const char* flow, const char* authorization_url) {
      json::Object details{{"tokenUrl", "/organizations/oauth2/v2.0/token"}};
      if (*authorization_url) details["authorizationUrl"] = authorization_url;
      details["scopes"] = scopes;
      json::Object flows;
      flows[flow] = std::move(details);
      json::Object out{{"type", "oauth2"}};
      out["flows"] = std::move(flows);
      return out;
    };
    json::Object schemes;
    schemes["application"] = scheme("clientCredentials", "");
    schemes["delegated"] = scheme("authorizationCode", "/organizations/oauth2/v2.0/authorize");
    return schemes;
  }

  const edm::Model& model_;
  const Behaviours& behaviours_;
  json::Object schemas_;
  std::set<std::string> scopes_;
};

}  // namespace

std::string openapi_document(const edm::Model& model, const Behaviours& behaviours) {
  return OpenApiWriter(model, behaviours).write();
}

const std::string& OpenApiDocuments::of(const edm::Model& model, const Behaviours& behaviours) {
  const std::scoped_lock lock(mutex_);
  std::string& document = documents_[&model];
  if (document.empty()) document = openapi_document(model, behaviours);
  return document;
}

}  // namespace vedette::odata
