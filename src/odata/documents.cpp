#include "documents.h"

namespace vedette::odata {

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

namespace {

bool wants_json(const Call& call) {
  if (const std::string* format = call.options.find("format")) return format->find("json") != std::string::npos;
  const std::string_view accept = call.request.headers.get("Accept");
  return accept.find("application/json") != accept.npos && accept.find("application/xml") == accept.npos;
}

}  // namespace

http::Response metadata_document(const Call& call) {
  http::Response response;
  if (wants_json(call)) {
    response.headers.set("Content-Type", "application/json");
    response.body = call.route.model->metadata_json();
    return response;
  }
  response.headers.set("Content-Type", "application/xml");
  response.body = call.route.model->metadata();
  return response;
}

http::Response openapi_response(const std::string& document) {
  http::Response response;
  response.headers.set("Content-Type", "application/json");
  response.body = document;
  return response;
}

}  // namespace vedette::odata
