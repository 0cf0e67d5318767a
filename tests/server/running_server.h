// A running `vedette serve`, and an application of it that asks.
#pragma once

#include <signal.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "../odata/response_check.h"
#include "program.h"
#include "vedette/http/client.h"
#include "vedette/json/value.h"

class RunningServer {
 public:
  explicit RunningServer(std::string folder, std::vector<std::string> further = {},
                         const std::string& listen = "127.0.0.1:0")
      : folder_(std::move(folder)) {
    arguments_ = {"serve", "--data", folder_ + "/data", "--listen", listen};
    arguments_.insert(arguments_.end(), further.begin(), further.end());
    start();
  }
  ~RunningServer() { stop(SIGTERM); }

  void start() {
    std::filesystem::create_directories(folder_);
    std::filesystem::remove(folder_ + "/log");
    process_ = start_program(arguments_, folder_ + "/out", folder_ + "/log");
    base_url_ = wait_for_address();
  }
  // The exit status, or minus the signal that ended it.
  int stop(int signal) {
    if (process_ == 0) return 0;
    int status = 0;
    kill(process_, signal);
    waitpid(process_, &status, 0);
    process_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  // Leaves it running: SIGSTOP, SIGCONT.
  void send(int signal) const { kill(process_, signal); }

  const std::string& base_url() const { return base_url_; }
  // Holds what it answers to the model that it serves.
  vedette::odata::ResponseCheck& check() const { return check_; }
  std::string data() const { return folder_ + "/data"; }
  std::string log() const { return read_text(folder_ + "/log"); }

 private:
  // The log says it in its line {"event":"listening","url":…}.
  std::string wait_for_address() {
    for (int i = 0; i < 1200; ++i) {
      std::ifstream lines(folder_ + "/log");
      for (std::string line; std::getline(lines, line);) {
        const auto entry = vedette::json::parse(line);
        if (entry && vedette::json::find_string(*entry, "event") == "listening")
          return std::string(vedette::json::find_string(*entry, "url"));
      }
      int status = 0;
      if (waitpid(process_, &status, WNOHANG) == process_) {
        process_ = 0;
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ADD_FAILURE() << "the server does not listen: " << log();
    return "http://127.0.0.1:1";
  }

  const std::string folder_;
  std::vector<std::string> arguments_;
  std::string base_url_;
  pid_t process_ = 0;
  mutable vedette::odata::ResponseCheck check_{[this](const std::string& target) {
    vedette::http::ClientOptions options;
    options.reach = vedette::http::Reach::any_address;
    vedette::http::ClientRequest request;
    request.url = base_url_ + target;
    const auto answer = vedette::http::send(request, options);
    return answer ? answer->body : std::string();
  }};
};

struct Credentials {
  std::string tenant_id, client_id, client_secret;

  static Credentials from(const std::string& json) {
    const auto value = vedette::json::parse(json);
    if (!value) {
      ADD_FAILURE() << "no credentials: " << json;
      return {};
    }
    const auto text = [&](const char* name) { return std::string(vedette::json::find_string(*value, name)); };
    return {text("tenantId"), text("clientId"), text("clientSecret")};
  }
};

struct Answer {
  int status = 0;
  vedette::http::Headers headers;
  std::string text;
  vedette::json::Value json;

  std::string error_code() const { return error_member("code"); }
  std::string message() const { return error_member("message"); }

 private:
  std::string error_member(const char* name) const {
    const auto* error = vedette::json::find(json, "error");
    return error ? std::string(vedette::json::find_string(*error, name)) : "";
  }
};

// Sends what an application sends.
class ApiClient {
 public:
  ApiClient(const RunningServer& server, Credentials credentials)
      : server_(server), credentials_(std::move(credentials)) {}

  std::string token() {
    if (token_.empty()) {
      const auto answer = send("POST", "/" + credentials_.tenant_id + "/oauth2/v2.0/token",
                               "grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
                               "&client_id=" +
                                   credentials_.client_id + "&client_secret=" + credentials_.client_secret,
                               {{"Content-Type", "application/x-www-form-urlencoded"}});
      token_ = vedette::json::find_string(answer.json, "access_token");
      EXPECT_NE(token_, "") << answer.text;
    }
    return token_;
  }

  Answer get(const std::string& path) { return call("GET", path, ""); }
  Answer post(const std::string& path, const std::string& body, vedette::http::Headers headers = {}) {
    return call("POST", path, body, std::move(headers));
  }
  Answer patch(const std::string& path, const std::string& body) { return call("PATCH", path, body); }
  Answer hunt(const std::string& query) {
    return post("/v1.0/security/runHuntingQuery", vedette::json::to_text(vedette::json::Object{{"Query", query}}));
  }

  Answer call(const std::string& method, const std::string& path, const std::string& body,
              vedette::http::Headers headers = {}) {
    headers.set("Authorization", "Bearer " + token());
    if (!body.empty() && !headers.find("Content-Type")) headers.set("Content-Type", "application/json");
    return send(method, path, body, std::move(headers));
  }

  // Without a token of its own. Status 0: no answer.
  Answer send(const std::string& method, const std::string& path, const std::string& body,
              vedette::http::Headers headers) {
    vedette::http::ClientRequest request;
    request.method = method;
    request.url = path.starts_with("http") ? path : server_.base_url() + path;
    request.headers = std::move(headers);
    request.body = body;
    vedette::http::ClientOptions options;
    options.reach = vedette::http::Reach::any_address;
    auto answer = vedette::http::send(request, options);
    if (!answer) return {0, {}, answer.error().message, {}};
    EXPECT_EQ(server_.check().misfit(path, answer->status, answer->headers, answer->body), "") << method << " " << path;
    auto parsed = vedette::json::parse(answer->body);
    return {answer->status, std::move(answer->headers), std::move(answer->body),
            parsed ? std::move(*parsed) : vedette::json::Value()};
  }

 private:
  const RunningServer& server_;
  const Credentials credentials_;
  std::string token_;
};
