// What clients send: whatever the bytes are, they are refused as HTTP, or answered as the model of the API says; never
// with a 500. The tenant is that of tests/http. Requests change it, and from time to time it is made anew: what was
// found may depend on the inputs since then.
#include <algorithm>
#include <cstring>
#include <set>

#include "files.h"
#include "http_file.h"
#include "request_reader.h"
#include "response_check.h"
#include "target.h"
#include "test_service.h"

namespace vedette::fuzz {
namespace {

constexpr size_t inputs_of_a_tenant = 1000;
constexpr double answer_seconds_max = 1;
constexpr uint64_t large_body_bytes_max = 4 << 20;

std::vector<odata::HttpFile> read_http_files() {
  std::vector<odata::HttpFile> files;
  for (const char* folder : {"/tests/http", "/tests/odata"})
    for (const auto& path : files_of(VEDETTE_SOURCE_DIR + std::string(folder), ".http"))
      files.push_back(odata::parse_http_file(read_file(path)).value());
  return files;
}

const std::vector<odata::HttpFile>& http_files() {
  static const auto files = read_http_files();
  return files;
}

// May do whatever the cases may.
const odata::Caller& caller() {
  static const odata::Caller all = [] {
    std::set<std::string> roles;
    for (const odata::HttpFile& file : http_files())
      for (const odata::HttpCase& one : file.cases) roles.insert(one.caller.roles.begin(), one.caller.roles.end());
    odata::Caller out;
    out.tenant_id = "t";
    out.app_id = "app";
    out.roles.assign(roles.begin(), roles.end());
    return out;
  }();
  return all;
}

std::unique_ptr<odata::TestService> make_tenant() {
  auto service = std::make_unique<odata::TestService>("2024-05-10T00:00:00Z");
  for (const odata::HttpFile& file : http_files())
    for (const odata::HttpSeed& seed : file.seeds)
      for (const json::Value& document : seed.documents)
        service->put(caller().tenant_id, seed.collection, document.get_object());
  return service;
}

// As it goes over the wire.
std::string text_of(const http::Request& request) {
  std::string text = request.method + " ";
  for (const char c : request.target) text += c == ' ' ? "%20" : std::string(1, c);
  text += " HTTP/1.1\r\nHost: localhost\r\n";
  for (const auto& field : request.headers) text += field.name + ": " + field.value + "\r\n";
  if (!request.body.empty()) text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return text + "\r\n" + request.body;
}

// With a head that gives the length of what is behind it.
std::string with_true_length(std::string_view input) {
  constexpr std::string_view name = "Content-Length: ", blank_line = "\r\n\r\n";
  std::string out(input);
  const size_t at = input.find(name), body = input.find(blank_line);
  if (at == input.npos || body == input.npos || body < at) return out;
  const size_t value = at + name.size();
  return out.replace(value, input.find('\r', value) - value, std::to_string(input.size() - body - blank_line.size()));
}

// What is wrong with a response, its parts if it is one of $batch among them. Documents without what resources add to
// them lack values: of that the check says nothing that matters.
class Judge {
 public:
  std::string problem_of(const odata::Service& service, const http::Request& request, http::Response response) {
    service_ = &service;
    response.own_body();
    while (response.stream) {
      auto chunk = response.stream->next_chunk();
      if (!chunk) return "the body ends with: " + chunk.error().message;
      if (!*chunk) response.stream.reset();
      if (*chunk) response.body += **chunk;
    }
    if (response.status == 500 || has_failed_part(response.body)) return "500: " + response.body;
    return misfit_but_nulls(check_.misfit(request.target, response.status, response.headers, response.body));
  }

 private:
  static bool has_failed_part(const std::string& body) {
    const auto json = json::parse(body);
    const json::Value* parts = json ? json::find(*json, "responses") : nullptr;
    if (!parts || !parts->is_array()) return false;
    return std::any_of(parts->as_array().begin(), parts->as_array().end(), [](const json::Value& part) {
      const json::Value* status = json::find(part, "status");
      return status && *status == 500;
    });
  }

  // The check joins what it finds by "; ".
  static std::string misfit_but_nulls(std::string_view misfits) {
    while (!misfits.empty()) {
      const std::string_view one = misfits.substr(0, misfits.find("; "));
      if (one.find(": is null, which ") == one.npos) return std::string(one);
      misfits.remove_prefix(std::min(one.size() + 2, misfits.size()));
    }
    return "";
  }

  const odata::Service* service_ = nullptr;  // that of the response at hand
  odata::ResponseCheck check_{[this](const std::string& target) {
    http::Request request;
    request.method = "GET";
    request.target = target;
    return service_->handle(request, {}).body;
  }};
};

std::string answer(const odata::Service& service, const http::Request& request) {
  static Judge judge;
  if (!service.serves(request)) return "";
  const double started = cpu_seconds();
  http::Response response = service.handle(request, caller());
  const double taken = cpu_seconds() - started;
  if (taken > answer_seconds_max) return "answered after " + std::to_string(taken) + " s of CPU";
  return judge.problem_of(service, request, std::move(response));
}

// Requests may follow each other on one connection.
std::string serve(const odata::Service& service, std::string_view input) {
  using State = http::RequestReader::State;
  http::ServerOptions options;
  options.admit_body = [](const http::Request&) { return large_body_bytes_max; };
  http::BufferBudget budget(options.buffered_bytes_max);
  http::RequestReader reader(options, budget);
  while (true) {
    switch (reader.state()) {
      case State::refused:
        return "";
      case State::admission:
        reader.admit(large_body_bytes_max);
        break;
      case State::complete:
        if (std::string problem = answer(service, reader.take().request); !problem.empty()) return problem;
        break;
      default: {
        if (input.empty()) return "";
        const std::span<char> room = reader.prepare();
        const size_t count = std::min(room.size(), input.size());
        std::memcpy(room.data(), input.data(), count);
        input.remove_prefix(count);
        reader.commit(count);
      }
    }
  }
}

}  // namespace

std::string_view target_name() { return "requests"; }

std::vector<std::string> seeds() {
  std::vector<std::string> inputs;
  for (const auto& path : files_of(VEDETTE_SOURCE_DIR "/fuzz/found", ".request")) inputs.push_back(read_file(path));
  for (const odata::HttpFile& file : http_files())
    for (const odata::HttpCase& one : file.cases) inputs.push_back(text_of(one.request));
  return inputs;
}

std::string run_input(std::string_view input) {
  static std::unique_ptr<odata::TestService> tenant;
  static size_t inputs = 0;
  if (inputs++ % inputs_of_a_tenant == 0) tenant = make_tenant();
  const std::string problem = serve(tenant->service(), input);
  return problem.empty() ? serve(tenant->service(), with_true_length(input)) : problem;
}

}  // namespace vedette::fuzz
