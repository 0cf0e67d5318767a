// A tenant with one alert of a provider, to which what users change goes back.
#pragma once

#include "world.h"

namespace vedette::federation::test {

// A provider with one alert that counts what takes effect.
class WrittenTo {
 public:
  explicit WrittenTo(Provider& provider) : provider_(provider) {
    provider_.put("a", "2026-05-01T10:00:00Z");
    provider_.set_trouble([this](const http::Request& request) { return handle(request); });
  }
  ~WrittenTo() { provider_.stop(); }
  std::vector<std::string> effects() const {
    const std::scoped_lock lock(mutex_);
    return effects_;
  }
  std::vector<std::string> keys() const {
    const std::scoped_lock lock(mutex_);
    return keys_;
  }
  // For the next writing requests; what they ask for takes effect, or not.
  struct Answer {
    int status = 200;
    bool takes_effect = true;
  };
  void answer_next(std::vector<Answer> answers) {
    const std::scoped_lock lock(mutex_);
    answers_ = std::move(answers);
  }
  void set_broken(bool broken) { broken_ = broken; }
  // Polls find nothing.
  void set_hidden(bool hidden) { hidden_ = hidden; }
  void set_gone() { is_gone_ = true; }

 private:
  std::optional<http::Response> handle(const http::Request& request) {
    const std::string_view path = request.split_target().path;
    if (request.method == "GET" && path == "/alerts/a") return answer(200, json::to_text(provider_.get("a")));
    if (path == "/find") return answer(200, found(request.body));
    if (request.method == "GET") return hidden_ ? std::optional(answer(200, R"({"alerts":[]})")) : std::nullopt;
    const std::scoped_lock lock(mutex_);
    keys_.emplace_back(request.headers.get("Idempotency-Key"));
    if (broken_) return answer(500);
    Answer next;
    if (!answers_.empty()) next = answers_.front(), answers_.erase(answers_.begin());
    if (next.takes_effect) take_effect(request);
    return answer(next.status, "{}");
  }
  // As a search does it.
  std::string found(const std::string& body) {
    json::Array found;
    const bool has = !is_gone_ && body == R"({"ids":["a"]})";
    if (has) found.push_back(provider_.get("a"));
    return json::to_text(json::Object{{"result", json::Object{{"found", std::move(found)}}}});
  }
  void take_effect(const http::Request& request) {
    effects_.push_back(request.method + " " + request.body);
    provider_.apply("a", request, "2026-05-01T12:00:0" + std::to_string(effects_.size()) + "Z");
  }

  Provider& provider_;
  mutable std::mutex mutex_;
  std::vector<std::string> effects_, keys_;
  std::vector<Answer> answers_;
  std::atomic<bool> broken_ = false, hidden_ = false, is_gone_ = false;
};

class WriteBack : public World {
 protected:
  // `current` is the line of [write_back].
  void connect(const std::string& current = "current = \"{base_url}/alerts/{alert.providerAlertId}\"",
               const std::string& write_back = acme_write_back) {
    write_acme({{"[poll]\n", "[write_back]\n" + current + "\n[poll]\n"}}, {{"write_back.kql", write_back}});
    add_acme(provider_);
    start();
    ASSERT_TRUE(eventually([&] { return alert_names().size() == 1; }));
  }
  // As the API does it for a user.
  void change(json::Object members) {
    for (;;) {
      const std::string id = of_alert("a", "id");
      const auto entity = store_->get("t", "alerts", id).value();
      json::Object document = json::parse(entity->json)->get_object();
      for (const auto& member : members) document[member.key()] = member.value();
      document["lastUpdateDateTime"] = base::format_date_time(clock_.now());
      store::Commit commit{{store::Actor::Kind::user, "ann"}, {}, {}};
      commit.entities.push_back({"alerts", id, json::to_text(document), entity->version});
      if (store_->commit("t", commit)) return;
    }
  }
  void comment(const std::string& text) {
    json::Object document = alert("a");
    json::Array comments = document.contains("comments") ? document["comments"].as_array() : json::Array();
    comments.push_back(json::Object{
        {"comment", text}, {"createdByDisplayName", "ann"}, {"createdDateTime", base::format_date_time(clock_.now())}});
    change({{"comments", comments}});
  }
  json::Object entry() const {
    const auto entries = all("writeBacks");
    return entries.empty() ? json::Object() : entries.front();
  }
  std::string state() const { return std::string(json::find_string(json::Value(entry()), "state")); }
  bool synchronized() const { return state() == "synchronized"; }
  // Long enough for an echo to come back and be taken for a change.
  void wait_for_echoes() { std::this_thread::sleep_for(std::chrono::milliseconds(2500)); }

  Provider provider_;
  WrittenTo written_{provider_};
};

}  // namespace vedette::federation::test
