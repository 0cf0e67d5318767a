#include "refusal.h"

#include "vedette/base/guid.h"
#include "vedette/json/value.h"

namespace vedette::auth {
namespace {

std::string correlation_id(const http::Request& request) {
  const auto sent = base::parse_guid(request.headers.get("client-request-id"));
  return base::to_string(sent ? *sent : base::random_guid());
}

// "2024-03-26 09:39:50Z"
std::string timestamp(base::DateTime now) {
  std::string text = base::format_date_time(now).substr(0, 19);
  text[10] = ' ';
  return text + 'Z';
}

}  // namespace

std::string described(const Refusal& refusal) {
  return "AADSTS" + std::to_string(refusal.code) + ": " + refusal.description;
}

http::Response json_response(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers = {
      {"Content-Type", "application/json; charset=utf-8"}, {"Cache-Control", "no-store"}, {"Pragma", "no-cache"}};
  response.body = std::move(body);
  return response;
}

http::Response refusal_response(const http::Request& request, const Refusal& refusal, base::DateTime now) {
  const std::string trace = base::to_string(base::random_guid()), correlation = correlation_id(request);
  const std::string at = timestamp(now);
  json::Object body{{"error", refusal.error},
                    {"error_description", described(refusal) + " Trace ID: " + trace +
                                              " Correlation ID: " + correlation + " Timestamp: " + at},
                    {"error_codes", json::Array{refusal.code}},
                    {"timestamp", at},
                    {"trace_id", trace},
                    {"correlation_id", correlation}};
  if (!refusal.suberror.empty()) body["suberror"] = refusal.suberror;
  http::Response response = json_response(refusal.status, json::to_text(body));
  if (refusal.status == 401) response.headers.add("WWW-Authenticate", R"(Basic realm="")");
  if (refusal.status == 429) response.headers.add("Retry-After", std::to_string(refusal.retry_after_s));
  return response;
}

}  // namespace vedette::auth
