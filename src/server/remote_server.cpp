#include "remote_server.h"

#include <cstdlib>

#include "vedette/columnar/dynamic.h"
#include "vedette/columnar/vector.h"
#include "vedette/http/client.h"
#include "vedette/http/percent.h"
#include "vedette/ingest/batch_table.h"
#include "vedette/io/file_system.h"
#include "vedette/json/value.h"

namespace vedette::server {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using columnar::Batch;
using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::Type;

constexpr uint64_t answer_bytes_max = 256 << 20;  // Graph's 124 MB, and some

struct Application {
  std::string token_endpoint, client_id, client_secret;
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

Result<Application> application(const RemoteOptions& options) {
  std::string tenant, endpoint;
  Application app;
  if (options.app_file.empty()) {
    tenant = environment("VEDETTE_TENANT_ID");
    app.client_id = environment("VEDETTE_CLIENT_ID");
    app.client_secret = environment("VEDETTE_CLIENT_SECRET");
  } else {
    const json::Value document = TRY(json::parse(TRY(io::read_file(io::posix_file_system(), options.app_file))));
    const auto member = [&](const char* name) { return std::string(json::find_string(document, name)); };
    tenant = member("tenantId"), app.client_id = member("clientId"), app.client_secret = member("clientSecret");
    endpoint = member("tokenEndpoint");
  }
  if (tenant.empty() || app.client_id.empty() || app.client_secret.empty())
    return fail(ErrorCode::bad_request,
                "A server asks who is there: give --app FILE with tenantId, clientId and clientSecret as JSON, or set "
                "VEDETTE_TENANT_ID, VEDETTE_CLIENT_ID and VEDETTE_CLIENT_SECRET.");
  app.token_endpoint = endpoint.empty() ? options.url + "/" + tenant + "/oauth2/v2.0/token" : endpoint;
  return app;
}

// application/x-www-form-urlencoded
std::string form_field(std::string_view name, std::string_view value) {
  return std::string(name) + '=' + http::percent_encode(value);
}

// What the answer says went wrong: Graph's {"error":{"message":…}}, or {"error_description":…} of OAuth.
base::Error refusal(const http::ClientResponse& response) {
  std::string message = "The server answers " + std::to_string(response.status) + ".";
  if (const auto body = json::parse(response.body)) {
    const json::Value* error = json::find(*body, "error");
    const std::string_view said = error && error->is_object() ? json::find_string(*error, "message")
                                                              : json::find_string(*body, "error_description");
    if (!said.empty()) message = said;
  }
  const bool unknown = response.status == 401;
  return {unknown                  ? ErrorCode::unauthenticated
          : response.status >= 500 ? ErrorCode::unavailable
                                   : ErrorCode::bad_request,
          std::move(message)};
}

Result<std::string> post(const RemoteOptions& options, std::string url, http::Headers headers, std::string body) {
  http::ClientRequest request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers = std::move(headers);
  request.body = std::move(body);
  http::ClientOptions client;
  client.reach = http::Reach::any_address;
  client.ca_file = options.ca_file;
  client.timeout = std::chrono::seconds(210);  // a query may take 200
  client.body_bytes_max = answer_bytes_max;
  auto response = TRY(http::send(request, client));
  if (response.status != 200) return refusal(response);
  return std::move(response.body);
}

Result<std::string> token(const RemoteOptions& options, const Application& app) {
  http::Headers headers;
  headers.set("Content-Type", "application/x-www-form-urlencoded");
  const std::string form = "grant_type=client_credentials&" + form_field("client_id", app.client_id) + "&" +
                           form_field("client_secret", app.client_secret) + "&" +
                           form_field("scope", "https://graph.microsoft.com/.default");
  const json::Value answer = TRY(json::parse(TRY(post(options, app.token_endpoint, std::move(headers), form))));
  return std::string(json::find_string(answer, "access_token"));
}

// From the names that runHuntingQuery gives types.
Result<std::string> conversion(std::string_view wire_type, const std::string& value) {
  const std::pair<std::string_view, const char*> functions[] = {
      {"String", "tostring"}, {"DateTime", "todatetime"}, {"Int32", "toint"},
      {"Int64", "tolong"},    {"Double", "toreal"},       {"SByte", "tobool"},
      {"Guid", "toguid"},     {"TimeSpan", "totimespan"}, {"SqlDecimal", "todecimal"}};
  if (wire_type == "Object") return value;
  for (const auto& [type, function] : functions)
    if (type == wire_type) return std::string(function) + "(" + value + ")";
  return fail(ErrorCode::unavailable, "The server answers with a column of the type '" + std::string(wire_type) + "'.");
}

Result<std::string> columns_query(const Dynamic& schema) {
  std::string columns;
  for (const Dynamic& column : schema.items()) {
    const Dynamic *name = column.find("name"), *type = column.find("type");
    if (!name || !type || name->kind() != DynamicKind::string || type->kind() != DynamicKind::string)
      return fail(ErrorCode::unavailable, "The server's answer has a column without a name or type.");
    std::string quoted;
    json::append_string(quoted, name->text());
    columns +=
        (columns.empty() ? "[" : ", [") + quoted + "] = " + TRY(conversion(type->text(), "Record[" + quoted + "]"));
  }
  return "Answer | project " + columns;
}

}  // namespace

Result<RemoteAnswer> hunt_remotely(const RemoteOptions& options, const std::string& query) {
  RemoteOptions server = options;
  while (server.url.ends_with('/')) server.url.pop_back();
  const Application app = TRY(application(server));
  http::Headers headers;
  headers.set("Content-Type", "application/json");
  headers.set("Authorization", "Bearer " + TRY(token(server, app)));
  const std::string answer = TRY(post(server, server.url + "/v1.0/security/runHuntingQuery", std::move(headers),
                                      json::to_text(json::Object{{"Query", query}})));
  columnar::VectorBuilder records(Type::dynamic);
  columnar::DynamicParser parser;
  const Dynamic document = TRY(parser.parse(answer, records.arena()));
  const Dynamic *schema = document.find("schema"), *results = document.find("results");
  if (!schema || !results || schema->kind() != DynamicKind::array || results->kind() != DynamicKind::array)
    return fail(ErrorCode::unavailable, "The server's answer has no schema or no results.");
  for (const Dynamic& row : results->items()) records.append(row);
  const size_t rows = results->items().size();
  auto tables = std::make_shared<ingest::NamedTables>();
  tables->add("Answer", std::make_shared<ingest::BatchTable>(columnar::Schema{{"Record", Type::dynamic}},
                                                             std::vector<Batch>{{{records.finish()}, rows}}));
  return RemoteAnswer{std::move(tables), TRY(columns_query(*schema))};
}

}  // namespace vedette::server
