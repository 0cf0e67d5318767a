// A provider's API: a real server on a free port of 127.0.0.1, with alerts that change, and whatever may go wrong.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "../eventually.h"
#include "vedette/http/percent.h"
#include "vedette/http/server.h"
#include "vedette/json/value.h"

namespace vedette::federation::test {

template <class Condition>
bool eventually(Condition condition, std::chrono::seconds within = std::chrono::seconds(20)) {
  return vedette::test::eventually(condition, within);
}

// The value of an option in the query of a request; "" when there is none.
inline std::string option(const http::Request& request, const std::string& name) {
  const auto query = request.split_target().query.value_or("");
  for (size_t begin = 0; begin < query.size();) {
    const size_t end = std::min(query.find('&', begin), query.size());
    const std::string_view one = query.substr(begin, end - begin);
    if (one.substr(0, one.find('=')) == name)
      return http::percent_decode(one.substr(std::min(one.size(), name.size() + 1)), http::Plus::literal).value_or("");
    begin = end + 1;
  }
  return "";
}

inline http::Response answer(int status, std::string body = "", http::Headers headers = {}) {
  http::Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.body = std::move(body);
  return response;
}

class Provider {
 public:
  using Handle = std::function<http::Response(const http::Request&)>;
  // Asked before the usual answer; nullopt: that is given.
  using Trouble = std::function<std::optional<http::Response>(const http::Request&)>;

  explicit Provider(size_t page_size = 3) : page_size_(page_size) {
    http::ServerOptions options;
    options.workers = 32;
    options.drain_timeout = std::chrono::milliseconds(50);
    auto started = http::Server::start(options, [this](const http::Request& request) { return handle(request); });
    EXPECT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }
  ~Provider() { stop(); }
  // Answers what it was asked, and nothing more: what handles requests may go then.
  void stop() { server_->stop(); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

  void put(const std::string& id, const std::string& updated, json::Object more = {}) {
    const std::scoped_lock lock(mutex_);
    json::Object alert{{"id", id}, {"title", "Alert " + id}, {"updated", updated}, {"status", "new"}};
    for (const auto& member : more) alert[member.key()] = member.value();
    alerts_[id] = std::move(alert);
  }
  json::Object get(const std::string& id) {
    const std::scoped_lock lock(mutex_);
    return alerts_.at(id);
  }
  // What a PATCH of the alert asks for, or else a comment: it changes then.
  void apply(const std::string& id, const http::Request& request, const std::string& updated) {
    json::Object alert = get(id);
    const json::Object body = json::parse(request.body)->get_object();
    if (request.method == "PATCH") {
      for (const auto& member : body) alert[member.key()] = member.value();
    } else {
      json::Value& comments = alert["comments"];
      if (!comments.is_array()) comments.emplace_array();
      comments.get_array().push_back(json::Object{{"comment", body.at("text")},
                                                  {"createdByDisplayName", "api user"},
                                                  {"createdDateTime", "2099-01-01T00:00:00Z"}});
    }
    alert["updated"] = updated;
    put(id, updated, std::move(alert));
  }
  void set_trouble(Trouble trouble) {
    const std::scoped_lock lock(mutex_);
    trouble_ = std::move(trouble);
  }
  // In place of everything.
  void set_handle(Handle handle) {
    const std::scoped_lock lock(mutex_);
    handle_ = std::move(handle);
  }
  std::vector<std::string> asked(const std::string& part = "") const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> out;
    for (const std::string& target : asked_)
      if (target.find(part) != target.npos) out.push_back(target);
    return out;
  }

  // All that changed since, by time of change; the page of it from `begin` on.
  json::Array page(const std::string& since, size_t begin, size_t size) const {
    const std::scoped_lock lock(mutex_);
    std::vector<json::Object> list;
    for (const auto& [id, alert] : alerts_)
      if (std::string(alert.at("updated").as_string()) >= since) list.push_back(alert);
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
      return a.at("updated").as_string() < b.at("updated").as_string();
    });
    json::Array out;
    for (size_t i = begin; i < std::min(list.size(), begin + size); ++i) out.push_back(list[i]);
    return out;
  }

 private:
  http::Response handle(const http::Request& request) {
    Trouble trouble;
    Handle handle;
    {
      const std::scoped_lock lock(mutex_);
      asked_.push_back(request.method + " " + request.target);
      trouble = trouble_;
      handle = handle_;
    }
    if (handle) return handle(request);
    if (trouble)
      if (auto instead = trouble(request)) return std::move(*instead);
    const std::string offset = option(request, "offset");
    const bool links = offset.empty();
    const std::string skip = option(request, "skip"), limit = option(request, "limit");
    const size_t begin = static_cast<size_t>(std::stoul("0" + (links ? skip : offset)));
    const size_t size = links ? page_size_ : static_cast<size_t>(std::stoul("0" + limit));
    const std::string since = option(request, "since");
    json::Array alerts = page(since, begin, size);
    json::Object body;
    if (links && alerts.size() == size)
      body["next"] = url() + "/alerts?since=" + since + "&skip=" + std::to_string(begin + size);
    body["alerts"] = std::move(alerts);
    return answer(200, json::to_text(body), {{"Content-Type", "application/json"}});
  }

  const size_t page_size_;
  mutable std::mutex mutex_;
  std::map<std::string, json::Object> alerts_;
  Trouble trouble_;
  Handle handle_;
  std::vector<std::string> asked_;
  std::unique_ptr<http::Server> server_;  // last: its handlers use the rest
};

// Declared behind what the handler of a provider uses: the provider stops before that goes.
class StopsFirst {
 public:
  explicit StopsFirst(Provider& provider) : provider_(provider) {}
  StopsFirst(const StopsFirst&) = delete;
  ~StopsFirst() { provider_.stop(); }

 private:
  Provider& provider_;
};

}  // namespace vedette::federation::test
