// A tenant with its stores, and the federation at work on it.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "acme.h"
#include "provider.h"
#include "vedette/edm/model.h"
#include "vedette/federation/connector_library.h"
#include "vedette/federation/federation.h"
#include "vedette/federation/instance.h"
#include "vedette/odata/service.h"

namespace vedette::federation::test {

inline const std::vector<const edm::Model*>& models() {
  static const auto v1 = edm::Model::load(edm::embedded_model(), "v1.0").value();
  static const auto beta = edm::Model::load(edm::embedded_model(), "beta").value();
  static const auto own = edm::Model::load(edm::embedded_model(), "vedette").value();
  static const std::vector<const edm::Model*> all{v1.get(), beta.get(), own.get()};
  return all;
}

// Begins at a time and goes on as time does.
class MovingClock final : public base::Clock {
 public:
  explicit MovingClock(base::DateTime begin) : begin_(begin) {}
  base::DateTime now() const override {
    const auto gone = std::chrono::steady_clock::now() - started_;
    return {begin_.ticks +
            std::chrono::duration_cast<std::chrono::microseconds>(gone).count() * base::ticks_per_microsecond};
  }

 private:
  const base::DateTime begin_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

class World : public testing::Test {
 protected:
  World()
      : clock_(*base::parse_iso_date_time("2026-05-01T12:00:00Z")),
        store_(store::make_memory_store(odata::Service::collections(models()), clock_)) {
    std::string pattern = testing::TempDir() + "vedette-XXXXXX";
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    options_.outbound.client.allowed = {http::parse_address_range("127.0.0.0/8").value()};
    options_.outbound.client.timeout = std::chrono::milliseconds(3'000);
    options_.outbound.allow_http = true;
    options_.look = std::chrono::milliseconds(20);
    options_.feed = std::chrono::milliseconds(10);
    options_.start_again = std::chrono::milliseconds(100);
    options_.retry_min = std::chrono::milliseconds(20);
    options_.retry_max = std::chrono::milliseconds(100);
    open_events();
  }
  ~World() override {
    stop();
    std::filesystem::remove_all(folder_);
  }

  // Before what a test's class has besides goes: providers are asked until then.
  void TearDown() override { stop(); }

  void open_events() {
    events_ =
        tables::EventStore::open(io::posix_file_system(), folder_ + "/events", tables::Access::read_write).value();
  }
  void write_connector(const std::string& name, const std::map<std::string, std::string>& files) {
    std::filesystem::create_directories(folder_ + "/connectors/" + name);
    for (const auto& [file, text] : files) std::ofstream(folder_ + "/connectors/" + name + "/" + file) << text;
  }
  void write_acme(const std::vector<std::pair<std::string, std::string>>& changes = {},
                  std::map<std::string, std::string> more = {}) {
    more.insert({{"connector.toml", acme_with(changes)}, {"alerts.kql", acme_alerts}});
    write_connector("acme", more);
  }
  SecretBox box() const { return SecretBox::open(io::posix_file_system(), folder_ + "/secrets.key").value(); }
  base::Status add(const std::string& name, const std::string& connector, std::map<std::string, std::string> settings,
                   const std::map<std::string, std::string>& secrets, const std::string& transport = "poll") {
    const auto loaded = TRY(ConnectorLibrary(folder_).load(connector));
    Instance instance;
    instance.name = name;
    instance.connector = connector;
    instance.transport = transport;
    instance.settings = std::move(settings);
    instance.created = clock_.now();
    instance = TRY(make_instance("t", std::move(instance), loaded->transport, secrets, box()));
    const auto& config = loaded->connector->config();
    return add_instance(*store_, "t", instance, loaded->transport, config.vendor, config.provider);
  }
  void add_acme(const Provider& provider) {
    const auto added = add("edr", "acme", {{"base_url", provider.url()}}, {{"key", "very-secret-key"}});
    ASSERT_TRUE(added) << added.error().message;
  }

  void start() {
    FederationDependencies dependencies{*store_, clock_, box(), folder_, {}, {}, {}, {}};
    dependencies.tenants = [this]() -> base::Result<std::vector<std::string>> { return tenants_; };
    dependencies.sinks = [this](const std::string&) -> base::Result<TenantSinks> {
      if (on_start_) on_start_();
      if (sinks_fail_) return base::fail(base::ErrorCode::io_error, "There is no disk.");
      return TenantSinks{*events_, folder_ + "/quarantine", keyed_pushes_};
    };
    dependencies.on_problem = [this](const base::Error& error, const std::string&, const std::string&) {
      const std::scoped_lock lock(mutex_);
      problems_.push_back(error.message + " | " + error.cause);
    };
    dependencies.on_records = [this](const std::string&, uint64_t mapped, uint64_t unmapped, uint64_t quarantined) {
      mapped_ += mapped;
      unmapped_ += unmapped;
      quarantined_ += quarantined;
    };
    federation_ = std::make_unique<Federation>(std::move(dependencies), options_);
    thread_ = std::jthread([this](const std::stop_token& token) { federation_->run(token); });
  }
  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    federation_.reset();
  }

  std::vector<json::Object> all(const std::string& collection) const {
    store::Query query;
    query.collection = collection;
    query.top = 1000;
    std::vector<json::Object> out;
    const auto page = store_->query("t", query).value();
    for (const auto& entity : page.entities) out.push_back(json::parse(entity.json)->get_object());
    return out;
  }
  std::vector<std::string> alert_names() const {
    std::vector<std::string> names;
    for (const auto& alert : all("alerts"))
      names.emplace_back(json::find_string(json::Value(alert), "providerAlertId"));
    std::sort(names.begin(), names.end());
    return names;
  }
  json::Object alert(const std::string& provider_alert_id) const {
    for (const auto& alert : all("alerts"))
      if (json::find_string(json::Value(alert), "providerAlertId") == provider_alert_id) return alert;
    return {};
  }
  std::string of_alert(const std::string& provider_alert_id, const char* name) const {
    return std::string(json::find_string(json::Value(alert(provider_alert_id)), name));
  }
  json::Object health(const std::string& instance = "edr") const {
    const auto entity = store_->get("t", "connectors", instance).value();
    return entity ? json::parse(entity->json)->get_object() : json::Object();
  }
  std::string health_text(const char* name, const std::string& instance = "edr") const {
    return std::string(json::find_string(json::Value(health(instance)), name));
  }
  int64_t health_number(const char* name) const {
    const json::Object now = health();
    const json::Value* value = now.if_contains(name);
    return value && value->is_int64() ? value->get_int64() : 0;
  }
  std::vector<std::string> problems() {
    const std::scoped_lock lock(mutex_);
    return problems_;
  }

  MovingClock clock_;
  std::string folder_;
  std::unique_ptr<store::EntityStore> store_;
  std::unique_ptr<tables::EventStore> events_;
  std::vector<std::string> tenants_{"t"};
  FederationOptions options_;
  std::mutex keyed_pushes_;
  std::function<void()> on_start_;                                     // of an instance, before it does anything
  std::atomic<bool> sinks_fail_ = false;                               // instances cannot be started
  std::atomic<uint64_t> mapped_ = 0, unmapped_ = 0, quarantined_ = 0;  // records that were stored

 private:
  std::mutex mutex_;
  std::vector<std::string> problems_;

 protected:
  std::unique_ptr<Federation> federation_;
  std::jthread thread_;
};

}  // namespace vedette::federation::test
