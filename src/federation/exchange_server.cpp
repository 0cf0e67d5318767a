#include "exchange_server.h"

#include <algorithm>

#include "vedette/http/percent.h"

namespace vedette::federation {

namespace {

constexpr size_t differences_max = 5;

// The path as it was sent, then the options of the query, decoded.
std::vector<std::string> parts_of(std::string_view target) {
  const size_t mark = std::min(target.find('?'), target.size());
  std::vector<std::string> parts{std::string(target.substr(0, mark))};
  for (size_t begin = mark + 1; begin <= target.size();) {
    const size_t end = std::min(target.find('&', begin), target.size());
    const std::string_view option = target.substr(begin, end - begin);
    parts.push_back(http::percent_decode(option, http::Plus::literal).value_or(std::string(option)));
    begin = end + 1;
  }
  return parts;
}

bool is_for(const Exchange& exchange, const http::Request& request) {
  return request.method == exchange.method && parts_of(request.target) == parts_of(exchange.target);
}

bool is_same_body(const json::Value& wanted, const std::string& body) {
  if (wanted.is_null()) return body.empty();
  if (wanted.is_string()) return std::string_view(wanted.get_string()) == body;
  const auto sent = json::parse(body);
  return sent && *sent == wanted;
}

// "" when the request is as it must be.
std::string difference(const Exchange& wanted, const http::Request& request) {
  const std::string asked = request.method + " " + request.target;
  if (!is_for(wanted, request))
    return "asked '" + asked + "' instead of '" + wanted.method + " " + wanted.target + "'.";
  for (const auto& header : wanted.headers) {
    const std::string value(request.headers.get(header.key()));
    if (json::Value(value) != header.value())
      return "asked '" + asked + "' with " + std::string(header.key()) + ": " + value + " instead of " +
             json::to_text(header.value()) + ".";
  }
  if (is_same_body(wanted.body, request.body)) return "";
  return "asked '" + asked + "' with the body " + (request.body.empty() ? "(none)" : request.body) + " instead of " +
         json::to_text(wanted.body) + ".";
}

http::Response answer_of(const Exchange& exchange) {
  http::Response response;
  response.status = exchange.status;
  response.body = exchange.answer;
  for (const auto& header : exchange.answer_headers)
    if (header.value().is_string())
      response.headers.set(std::string(header.key()), std::string(header.value().get_string()));
  return response;
}

}  // namespace

base::Result<std::unique_ptr<ExchangeServer>> ExchangeServer::start() {
  std::unique_ptr<ExchangeServer> made(new ExchangeServer);
  http::ServerOptions options;
  options.drain_timeout = std::chrono::milliseconds(50);
  made->server_ = TRY(http::Server::start(
      options, [server = made.get()](const http::Request& request) { return server->handle(request); }));
  return made;
}

ExchangeServer::~ExchangeServer() {
  if (server_) server_->stop();
}

std::string ExchangeServer::url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

void ExchangeServer::expect_any_time(std::vector<Exchange> exchanges) {
  const std::scoped_lock lock(mutex_);
  for (Exchange& exchange : exchanges) any_time_.emplace_back(std::move(exchange), false);
}

void ExchangeServer::expect(std::vector<Exchange> exchanges) {
  const std::scoped_lock lock(mutex_);
  std::move(exchanges.begin(), exchanges.end(), std::back_inserter(expected_));
}

bool ExchangeServer::has_seen_all() const {
  const std::scoped_lock lock(mutex_);
  return seen_ == expected_.size();
}

bool ExchangeServer::has_seen_others() const {
  const std::scoped_lock lock(mutex_);
  return !differences_.empty();
}

std::vector<std::string> ExchangeServer::take_differences() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> taken = std::exchange(differences_, {});
  for (; seen_ < expected_.size(); ++seen_)
    taken.push_back("did not ask '" + expected_[seen_].method + " " + expected_[seen_].target + "'.");
  return taken;
}

std::vector<std::string> ExchangeServer::unasked() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> unasked;
  for (const auto& [exchange, is_asked] : any_time_)
    if (!is_asked) unasked.push_back("never asked '" + exchange.method + " " + exchange.target + "'.");
  return unasked;
}

http::Response ExchangeServer::handle(const http::Request& request) {
  const std::scoped_lock lock(mutex_);
  const auto at_any_time =
      std::find_if(any_time_.begin(), any_time_.end(), [&](const auto& one) { return is_for(one.first, request); });
  const bool is_any_time = at_any_time != any_time_.end();
  std::string different;
  if (!is_any_time && seen_ == expected_.size())
    different = "asked '" + request.method + " " + request.target + "', which nothing expects.";
  else
    different = difference(is_any_time ? at_any_time->first : expected_[seen_], request);
  if (!different.empty()) {
    if (differences_.size() < differences_max) differences_.push_back(std::move(different));
    http::Response refused;
    refused.status = 404;
    return refused;
  }
  if (!is_any_time) return answer_of(expected_[seen_++]);
  at_any_time->second = true;
  return answer_of(at_any_time->first);
}

}  // namespace vedette::federation
