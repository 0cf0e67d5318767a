// What users want of a provider takes effect once, also when the server is killed between the effect and the answer. A
// provider that can be read is read before anything is sent again; one that cannot be gets the same key again.
#include <gmock/gmock.h>

#include "acme_connector.h"

namespace {

using ::testing::Each;
using vedette::federation::test::answer;
using vedette::federation::test::eventually;
using vedette::federation::test::Provider;
using vedette::http::Request;
using vedette::http::Response;
using vedette::json::find;
using vedette::json::find_string;
using vedette::json::to_text;

// Takes effect at once, and answers when it is let. A key that it has seen has no further effect, where it looks at
// keys.
class SlowToAnswer {
 public:
  enum class Keys : uint8_t { looked_at, ignored };
  explicit SlowToAnswer(Keys keys) : keys_(keys) {
    provider_.put("a", "2026-05-01T10:00:00Z");
    provider_.set_trouble([this](const Request& request) { return handle(request); });
  }
  std::string url() const { return provider_.url(); }
  void hold_answers(bool hold) { held_ = hold; }
  struct Seen {
    int sent = 0, effects = 0, reads = 0;
  };
  // By method and path; of the effects, by what they ask for too.
  std::map<std::string, Seen> seen() const {
    const std::scoped_lock lock(mutex_);
    return seen_;
  }
  std::map<std::string, std::set<std::string>> keys() const {
    const std::scoped_lock lock(mutex_);
    return keys_of_;
  }
  bool has_effect(const std::string& what) const {
    const auto all = seen();
    const auto found = all.find(what);
    return found != all.end() && found->second.effects > 0;
  }

 private:
  std::optional<Response> handle(const Request& request) {
    const std::string path(request.split_target().path);
    if (request.method == "GET" && path == "/alerts") return std::nullopt;
    const std::string what = request.method + " " + path + " " + request.body;
    {
      const std::scoped_lock lock(mutex_);
      if (request.method == "GET") {
        ++seen_[what].reads;
        if (path == "/alerts/a") return answer(200, to_text(provider_.get("a")));
        return isolated_.contains(path.substr(8)) ? answer(200, R"({"isolated":true})") : answer(404);
      }
      ++seen_[what].sent;
      const bool is_new = keys_of_[what].insert(std::string(request.headers.get("Idempotency-Key"))).second;
      if (is_new || keys_ == Keys::ignored) take_effect(request, path, seen_[what]);
    }
    while (held_ && !request.stop.stopped()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return answer(200, "{}");
  }

  void take_effect(const Request& request, const std::string& path, Seen& seen) {
    ++seen.effects;
    if (path.starts_with("/isolate/")) return void(isolated_.insert(path.substr(9)));
    provider_.apply("a", request, "2026-05-01T11:00:" + std::to_string(10 + ++changes_) + "Z");
  }

  const Keys keys_;
  mutable std::mutex mutex_;
  std::map<std::string, Seen> seen_;
  std::map<std::string, std::set<std::string>> keys_of_;
  std::set<std::string> isolated_;
  int changes_ = 0;
  std::atomic<bool> held_ = false;
  Provider provider_;  // last: its handlers use the rest
};

class DeliveryOnce : public testing::TestWithParam<bool> {
 protected:
  DeliveryOnce() {
    AcmeConnector connector{.name = "acme"};
    connector.can_be_read = GetParam();
    connector.add(server_.data(), provider_.url(), folder_);
    connect();
  }
  void connect() {
    client_ = std::make_unique<ApiClient>(server_, Credentials::from(read_text(server_.data() + "/demo.json")));
  }
  std::string alert_path() {
    for (std::string path = "/v1.0/security/alerts_v2?$top=200"; !path.empty();) {
      const Answer page = client_->get(path);
      for (const auto& alert : find(page.json, "value")->get_array())
        if (find_string(alert, "productName") == "Acme EDR")
          return "/v1.0/security/alerts_v2/" + std::string(find_string(alert, "id"));
      path = find_string(page.json, "@odata.nextLink");
    }
    return "";
  }
  std::string state(const char* set) {
    const Answer now = client_->get("/vedette/" + std::string(set));
    std::string states;
    for (const auto& one : find(now.json, "value")->get_array()) states += std::string(find_string(one, "state")) + " ";
    return states;
  }
  // Kills the server when the effect is there and its answer is not, and starts it again.
  void kill_after(const std::string& effect) {
    ASSERT_TRUE(eventually([&] { return provider_.has_effect(effect); })) << effect;
    server_.stop(SIGKILL);
    provider_.hold_answers(false);
    server_.start();
    connect();
  }

  TemporaryFolder folder_;
  SlowToAnswer provider_{GetParam() ? SlowToAnswer::Keys::ignored : SlowToAnswer::Keys::looked_at};
  RunningServer server_{folder_ / "server", {"--demo"}};
  std::unique_ptr<ApiClient> client_;
};

TEST_P(DeliveryOnce, OfChangesAndActionsAcrossAKill) {
  std::string path;
  ASSERT_TRUE(eventually([&] { return !(path = alert_path()).empty(); }));
  ASSERT_TRUE(
      eventually([&] { return client_->get("/vedette/connectors/acme").text.find("healthy") != std::string::npos; }));

  provider_.hold_answers(true);
  ASSERT_EQ(client_->patch(path, R"({"status":"resolved","assignedTo":"ann"})").status, 200);
  kill_after(R"(PATCH /alerts/a {"status":"resolved","owner":"ann"})");
  ASSERT_TRUE(eventually([&] { return state("writeBacks") == "synchronized "; })) << state("writeBacks");

  provider_.hold_answers(true);
  ASSERT_LT(
      client_->post(path + "/comments", R"({"@odata.type":"microsoft.graph.security.alertComment","comment":"seen"})")
          .status,
      300);
  kill_after(R"(POST /alerts/a/comments {"text":"seen"})");
  ASSERT_TRUE(eventually([&] { return state("writeBacks") == "synchronized "; })) << state("writeBacks");

  provider_.hold_answers(true);
  const Answer asked =
      client_->post("/beta/security/securityActions",
                    R"({"name":"isolate","actionReason":"worm","parameters":[{"name":"device","value":"pc1"}],)"
                    R"("vendorInformation":{"vendor":"Acme","provider":"Acme EDR"}})");
  ASSERT_EQ(asked.status, 201) << asked.text;
  kill_after("POST /isolate/pc1 ");
  ASSERT_TRUE(eventually([&] { return state("actionResults") == "completed "; })) << state("actionResults");

  int effects = 0;
  for (const auto& [what, seen] : provider_.seen()) {
    if (what.starts_with("GET ")) continue;
    EXPECT_EQ(seen.effects, 1) << what;
    // Read before it is sent again, and then not sent; or sent again.
    EXPECT_EQ(seen.sent, GetParam() ? 1 : 2) << what;
    EXPECT_EQ(provider_.keys().at(what).size(), 1u) << what;
    effects += seen.effects;
  }
  EXPECT_EQ(effects, 3);
  const auto seen = provider_.seen();
  EXPECT_EQ(seen.contains("GET /alerts/a ") && seen.contains("GET /device/pc1 "), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Providers, DeliveryOnce, testing::Bool(),
                         [](const auto& one) { return one.param ? "ThatCanBeRead" : "ThatLookAtKeys"; });

}  // namespace
