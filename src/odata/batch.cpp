#include "batch.h"

#include <map>

#include "conform.h"
#include "route.h"
#include "url.h"
#include "vedette/base/base64.h"
#include "vedette/odata/errors.h"

namespace vedette::odata {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

struct Part {
  std::string id;
  http::Request request;
  std::vector<std::string> depends_on;
  bool nested = false;  // a batch itself
};

base::Error wrong(const std::string& message) { return bad_value("requests", message); }

// Relative to the root, or with the root or the whole origin in front: clients differ.
std::string target_of(std::string_view url, const std::string& root, const std::vector<const edm::Model*>& models) {
  if (const size_t scheme = url.find("://"); scheme != url.npos && scheme <= 5)
    url.remove_prefix(std::min(url.find('/', scheme + 3), url.size()));
  std::string target(url.starts_with('/') ? "" : "/");
  target += url;
  if (!find_root(models, target.substr(0, target.find('?')))) target = "/" + root + target;
  std::string out;
  for (const char c : target) out += c == ' ' ? std::string("%20") : std::string(1, c);
  return out;
}

base::Status read_headers(const json::Value& part, http::Request& request) {
  const json::Value* headers = json::find(part, "headers");
  if (!headers || headers->is_null()) return {};
  if (!headers->is_object()) return wrong("The 'headers' of a request in the batch are no object.");
  for (const auto& header : headers->get_object()) {
    const std::string_view name = header.key();
    if (!header.value().is_string() || !http::is_token(name) || !http::is_field_value(header.value().get_string()))
      return wrong("The header '" + std::string(name) + "' of a request in the batch is none.");
    if (edm::equal_names(name, "Host")) continue;
    request.headers.set(std::string(name), std::string(std::string_view(header.value().get_string())));
  }
  return {};
}

base::Status read_body(const json::Value& part, http::Request& request) {
  const json::Value* body = json::find(part, "body");
  if (!body || body->is_null()) return {};
  if (!request.headers.find("Content-Type")) return wrong("A request in the batch has a body and no Content-Type.");
  if (!body->is_string()) return request.body = json::to_text(*body), base::Status();
  std::string text(std::string_view(body->get_string()));
  while (text.ends_with('=')) text.pop_back();
  const auto bytes = base::decode_base64url(text);
  request.body = bytes ? *bytes : std::string(std::string_view(body->get_string()));
  return {};
}

class Batch {
 public:
  Batch(const http::Request& batch, const std::string& root, const std::vector<const edm::Model*>& models)
      : batch_(batch), root_(root), models_(models) {}

  Result<std::string> run(const Answer& answer) {
    TRY(read());
    for (const Part& part : parts_) TRY(order(part, 0));
    for (const Part* part : order_) answers_[part->id] = complete(*part, run_part(*part, answer));
    std::string out = "{\"responses\":[";
    for (const Part& part : parts_) {
      if (!out.ends_with('[')) out += ',';
      append(out, part.id, answers_[part.id]);
    }
    return out + "]}";
  }

 private:
  base::Status read() {
    const Body body =
        TRY(parse_body(batch_.body, batch_.headers.get("Content-Type"), batch_.headers.get("Content-Encoding")));
    const json::Value* requests = body.object.if_contains("requests");
    if (!requests || !requests->is_array()) return wrong("A batch needs 'requests', an array.");
    if (requests->get_array().size() > batch_requests_max)
      return fail(ErrorCode::limit_exceeded,
                  "The batch has more than " + std::to_string(batch_requests_max) + " requests.")
          .with_target("requests");
    for (const json::Value& value : requests->get_array()) parts_.push_back(TRY(read_part(value)));
    for (const Part& part : parts_)
      for (const std::string& other : part.depends_on)
        if (!find(other)) return wrong("A request depends on '" + other + "', which is not in the batch.");
    return {};
  }

  Result<Part> read_part(const json::Value& value) {
    if (!value.is_object()) return wrong("A request in the batch is no object.");
    Part part;
    part.id = json::find_string(value, "id");
    part.request.method = json::find_string(value, "method");
    const std::string_view url = json::find_string(value, "url");
    if (part.id.empty() || part.request.method.empty() || url.empty())
      return wrong("A request in the batch needs 'id', 'method' and 'url'.");
    if (url.size() > batch_url_bytes_max)
      return wrong("A 'url' in the batch is longer than " + std::to_string(batch_url_bytes_max) + " bytes.");
    if (find(part.id)) return wrong("The id '" + part.id + "' is given twice.");
    if (!http::is_token(part.request.method)) return wrong("The method of a request in the batch is none.");
    for (char& c : part.request.method) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    part.request.target = target_of(url, root_, models_);
    part.request.headers.set("Host", std::string(batch_.headers.get("Host", "localhost")));
    part.request.tls = batch_.tls;
    part.request.peer_address = batch_.peer_address;
    part.request.stop = batch_.stop;
    part.request.stop_token = batch_.stop_token;
    TRY(read_headers(value, part.request));
    TRY(read_body(value, part.request));
    if (const json::Value* others = json::find(value, "dependsOn"); others && others->is_array())
      for (const json::Value& other : others->get_array())
        if (other.is_string()) part.depends_on.emplace_back(std::string_view(other.get_string()));
    const auto route = resolve(models_, part.request.split_target().path);
    part.nested = route && route->kind == RouteKind::batch;
    return part;
  }

  const Part* find(const std::string& id) const {
    for (const Part& part : parts_)
      if (part.id == id) return &part;
    return nullptr;
  }

  // Those it depends on first. Deeper than there are requests, they go in a circle.
  base::Status order(const Part& part, size_t depth) {
    for (const Part* known : order_)
      if (known == &part) return {};
    if (depth > parts_.size()) return wrong("The requests of the batch depend on each other in a circle.");
    for (const std::string& other : part.depends_on) TRY(order(*find(other), depth + 1));
    order_.push_back(&part);
    return {};
  }

  http::Response run_part(const Part& part, const Answer& answer) {
    for (const std::string& other : part.depends_on)
      if (answers_[other].status >= 400)
        return refusal(424, "FailedDependency", "The request depends on '" + other + "', which failed.");
    if (part.nested) return refusal(400, "BadRequest", "A batch cannot be within a batch.");
    return answer(part.request);
  }

  static http::Response refusal(int status, const std::string& code, const std::string& message) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json");
    response.body = json::to_text(json::Object{{"error", json::Object{{"code", code}, {"message", message}}}});
    return response;
  }

  // With its whole body, as long as the answers together stay within their limit.
  base::Status read_answer(http::Response& response) const {
    response.own_body();
    while (bytes_ + response.body.size() <= batch_answer_bytes_max) {
      if (!response.stream) return {};
      auto chunk = TRY(response.stream->next_chunk());
      if (chunk)
        response.body += *chunk;
      else
        response.stream.reset();
    }
    return fail(ErrorCode::limit_exceeded,
                "The answers of the batch have more than " + std::to_string(batch_answer_bytes_max) + " bytes.");
  }

  // An answer that does not fit is an error of its own; the others are answered all the same: what they did is done.
  http::Response complete(const Part& part, http::Response response) {
    const bool done = part.request.method != "GET" && response.status < 400;
    if (const auto read = read_answer(response); !read) {
      const base::Error& error = read.error();
      response = refusal(http_status(error.code), std::string(graph_code(error.code)),
                         (done ? "The request was carried out, but cannot be answered: " : "") + error.message);
    }
    bytes_ += response.body.size();
    return response;
  }

  static void append(std::string& out, const std::string& id, const http::Response& response) {
    const std::string& body = response.body;
    out += "{\"id\":";
    json::append_string(out, id);
    out += ",\"status\":" + std::to_string(response.status) + ",\"headers\":{";
    for (const http::Headers::Field& field : response.headers) {
      if (!out.ends_with('{')) out += ',';
      json::append_string(out, field.name);
      out += ':';
      json::append_string(out, field.value);
    }
    out += '}';
    if (!body.empty()) {
      out += ",\"body\":";
      if (response.headers.get("Content-Type").find("json") != std::string_view::npos)
        out += body;
      else
        json::append_string(
            out, response.headers.get("Content-Type").starts_with("text/") ? body : base::encode_base64url(body));
    }
    out += '}';
  }

  const http::Request& batch_;
  const std::string& root_;
  const std::vector<const edm::Model*>& models_;
  std::vector<Part> parts_;
  std::vector<const Part*> order_;
  std::map<std::string, http::Response> answers_;
  size_t bytes_ = 0;  // of their bodies
};

}  // namespace

Result<std::string> run_batch(const http::Request& batch, const std::string& root,
                              const std::vector<const edm::Model*>& models, const Answer& answer) {
  return Batch(batch, root, models).run(answer);
}

}  // namespace vedette::odata
