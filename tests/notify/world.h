// The API, a store and a notifier, put together as the program does, over one clock that the test moves.
#pragma once

#include <gmock/gmock.h>

#include <optional>

#include "../odata/checked_service.h"
#include "receiver.h"
#include "vedette/notify/endpoint.h"
#include "vedette/notify/notifier.h"
#include "vedette/resources/subscriptions/subscriptions.h"

namespace vedette::notify::test {

inline const std::vector<const edm::Model*>& models() {
  static const auto v1 = edm::Model::load(edm::embedded_model(), "v1.0").value();
  static const auto beta = edm::Model::load(edm::embedded_model(), "beta").value();
  static const auto own = edm::Model::load(edm::embedded_model(), "vedette").value();
  static const std::vector<const edm::Model*> all{v1.get(), beta.get(), own.get()};
  return all;
}

inline NotifierOptions quick_options() {
  NotifierOptions options;
  options.client.allowed = {http::parse_address_range("127.0.0.0/8").value()};
  options.poll = options.tidy = std::chrono::milliseconds(10);
  options.retry_min = std::chrono::milliseconds(20);
  options.retry_max = std::chrono::milliseconds(100);
  options.answer_timeout = std::chrono::milliseconds(500);
  return options;
}

// The first form of alerts, as far as the tests go: its statuses have other names.
inline odata::ViewBehaviour first_form() {
  odata::ViewBehaviour view;
  view.type = "microsoft.graph.alert";
  view.show = [](const json::Object& stored) {
    json::Object shown = stored;
    if (json::find_string(json::Value(stored), "status") == "new") shown["status"] = "newAlert";
    return shown;
  };
  view.filter = [](const store::Expression& shown) -> base::Result<store::Expression> {
    store::Expression stored = shown;
    for (store::Expression& operand : stored.operands)
      if (operand.value == store::Literal(std::string("newAlert"))) operand.value = std::string("new");
    return stored;
  };
  view.order = [](store::OrderBy shown) { return base::Result<store::OrderBy>(std::move(shown)); };
  view.is_stored_form = [](const json::Object&) { return false; };
  return view;
}

inline std::vector<store::Collection> collections() {
  auto all = odata::Service::collections(models());
  all.push_back({"users", {}});
  return all;
}

class World : public testing::Test {
 protected:
  World() : World(nullptr) {}
  explicit World(std::unique_ptr<store::EntityStore> given)
      : clock_(*base::parse_iso_date_time("2024-05-01T12:00:00Z")), store_(std::move(given)) {
    if (!store_) store_ = store::make_memory_store(collections(), clock_);
    resources::SubscriptionDependencies dependencies;
    dependencies.schemes = Schemes::https_and_http;
    dependencies.handshake = [this](const http::ClientRequest& request) {
      return http::send(request, handshake_options(options_.client));
    };
    views_.views = {first_form()};
    auto behaviours = resources::subscription_behaviours(dependencies, views_.views);
    behaviours.views.push_back(first_form());
    service_ = std::make_unique<odata::CheckedService>(models(), *store_, clock_, std::move(behaviours));
  }
  ~World() override { stop(); }

  void start() {
    NotifierDependencies dependencies{*store_, clock_, models(), views_, {}, {}, {}, {}, {}};
    dependencies.tenants = [this]() -> base::Result<std::vector<std::string>> { return tenants_; };
    dependencies.application_of =
        [this](const std::string&,
               const std::string& application) -> base::Result<std::optional<ApplicationPermissions>> {
      const std::scoped_lock lock(mutex_);
      if (gone_ == application) return std::optional<ApplicationPermissions>();
      return std::optional(ApplicationPermissions{roles_, roles_});
    };
    dependencies.user_of = [this](const std::string&,
                                  const std::string& user) -> base::Result<std::optional<UserStanding>> {
      const std::scoped_lock lock(mutex_);
      const auto found = users_.find(user);
      return found == users_.end() ? std::optional<UserStanding>() : std::optional(found->second);
    };
    dependencies.principal_collections = {"users"};
    dependencies.on_outcome = [this](const char* outcome, uint64_t count) {
      const std::scoped_lock lock(mutex_);
      outcomes_[outcome] += count;
    };
    dependencies.validation_token = [](const std::string& tenant, const std::string& audience) {
      return base::Result<std::string>("token of " + tenant + " for " + audience);
    };
    dependencies.on_problem = [this](const base::Error& error, const std::string&) {
      const std::scoped_lock lock(mutex_);
      problems_.push_back(error.message + " | " + error.cause);
    };
    notifier_ = std::make_unique<Notifier>(std::move(dependencies), options_);
    thread_ = std::jthread([this](const std::stop_token& token) { notifier_->run(token); });
  }
  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    notifier_.reset();
  }

  struct Answered {
    int status = 0;
    json::Value body;
    std::string text(const char* name) const { return std::string(json::find_string(body, name)); }
    std::string message() const {
      const auto* error = json::find(body, "error");
      return error ? std::string(json::find_string(*error, "message")) : "";
    }
  };
  Answered api(const std::string& method, const std::string& target, const json::Object& body = {},
               const std::string& tenant = "t", const std::string& app = "app") {
    odata::Caller caller;
    caller.tenant_id = tenant;
    caller.app_id = app;
    caller.roles = caller.scopes = roles_;
    caller.user_id = acting_user_;
    caller.identity_provider = acting_provider_;
    caller.directory_roles = {"Security Reader"};
    http::Request request;
    request.method = method;
    request.target = target;
    request.headers = {{"Host", "graph.test"}};
    if (!body.empty()) request.body = json::to_text(body), request.headers.set("Content-Type", "application/json");
    const http::Response response = service_->handle(request, caller);
    return {response.status, json::parse(response.body).value_or(json::Value())};
  }

  // A subscription that is made through the API; `more` replaces its members.
  std::string subscribe(const std::string& url, const json::Object& more = {}, const std::string& tenant = "t",
                        const std::string& app = "app") {
    json::Object body{{"changeType", "created,updated,deleted"},
                      {"notificationUrl", url},
                      {"resource", "security/alerts_v2"},
                      {"clientState", "secret"},
                      {"expirationDateTime", "2024-05-20T00:00:00Z"}};
    for (const auto& member : more) body[member.key()] = member.value();
    const Answered made = api("POST", "/v1.0/subscriptions", body, tenant, app);
    EXPECT_EQ(made.status, 201) << made.message();
    return made.text("id");
  }

  void put(const std::string& id, json::Object members, const std::string& collection = "alerts",
           const std::string& tenant = "t") {
    members["id"] = id;
    ASSERT_TRUE(store_->commit(tenant, {{}, {{collection, id, json::to_text(members), store::any_version}}, {}}));
  }
  void remove(const std::string& id, const std::string& collection = "alerts") {
    ASSERT_TRUE(store_->commit("t", {{}, {{collection, id, std::nullopt, store::any_version}}, {}}));
  }
  json::Array deliveries(const std::string& filter = "") {
    const std::string option = filter.empty() ? "" : "&$filter=" + filter;
    const Answered page = api("GET", "/vedette/notificationDeliveries?$top=1000" + option);
    EXPECT_EQ(page.status, 200) << page.message();
    return json::find(page.body, "value")->get_array();
  }
  std::vector<std::string> problems() {
    const std::scoped_lock lock(mutex_);
    return problems_;
  }
  uint64_t outcomes(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    return outcomes_[name];
  }
  void set_roles(std::vector<std::string> roles) {
    const std::scoped_lock lock(mutex_);
    roles_ = std::move(roles);
  }
  // As a user, and in the feed, as the directory does it.
  void set_user(const std::string& id, UserStanding user) {
    {
      const std::scoped_lock lock(mutex_);
      users_[id] = std::move(user);
    }
    put(id, {}, "users");
  }
  void remove_application(const std::string& app) {
    const std::scoped_lock lock(mutex_);
    gone_ = app;
  }

  base::FixedClock clock_;
  std::unique_ptr<store::EntityStore> store_;
  NotifierOptions options_ = quick_options();
  std::vector<std::string> tenants_{"t", "u"};
  std::string acting_user_, acting_provider_;  // whose token calls have

 private:
  std::mutex mutex_;
  std::vector<std::string> roles_{"SecurityAlert.Read.All", "SecurityEvents.Read.All", "SecurityIncident.Read.All",
                                  "Vedette.Operations.Read.All"};
  std::string gone_;
  std::map<std::string, UserStanding> users_;
  std::vector<std::string> problems_;
  std::map<std::string, uint64_t> outcomes_;
  odata::Behaviours views_;
  std::unique_ptr<odata::CheckedService> service_;

 protected:
  std::unique_ptr<Notifier> notifier_;
  std::jthread thread_;
};

}  // namespace vedette::notify::test
