// A tenant with one instance of a connector and the federation at work on it, in a temporary folder: what plays our
// part of an exchange.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "exchange_file.h"
#include "vedette/base/clock.h"
#include "vedette/federation/federation.h"
#include "vedette/federation/secret_box.h"
#include "vedette/store/entity_store.h"
#include "vedette/tables/event_store.h"

namespace vedette::federation {

// A folder that goes with its owner.
class TemporaryFolder {
 public:
  static base::Result<std::unique_ptr<TemporaryFolder>> make();
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

class ExchangeWorld {
 public:
  static constexpr const char* tenant = "tested";
  static constexpr const char* instance = "tested";

  // Of the connector in a folder, set up as the file says.
  static base::Result<std::unique_ptr<ExchangeWorld>> make(const std::string& folder, const ExchangeFile& file,
                                                           const std::vector<store::Collection>& collections);
  ~ExchangeWorld();

  // Begins to poll and to follow changes.
  base::Status start();
  void stop();
  bool is_started() const { return federation_ != nullptr; }
  // A sweep, once it is started. Waits until it has the alerts; incidents follow.
  void poll() { federation_->ask_live(tenant, {}); }

  base::FixedClock& clock() { return clock_; }
  store::EntityStore& store() const { return *store_; }
  int64_t row_count(const std::string& table) const { return events_->snapshot()->row_count(table); }
  // null when there is no such entity.
  base::Result<json::Value> read(std::string_view collection, const std::string& id) const;
  base::Result<std::vector<json::Value>> alerts() const;
  // That the federation met; forgotten then.
  std::vector<std::string> take_problems();

 private:
  ExchangeWorld(std::unique_ptr<TemporaryFolder> data, base::DateTime now,
                const std::vector<store::Collection>& collections)
      : data_(std::move(data)), clock_(now), store_(store::make_memory_store(collections, clock_)) {}
  base::Status open(const std::string& folder, const ExchangeFile& file);

  const std::unique_ptr<TemporaryFolder> data_;
  base::FixedClock clock_;
  const std::unique_ptr<store::EntityStore> store_;
  std::unique_ptr<tables::EventStore> events_;
  std::optional<SecretBox> box_;
  std::mutex keyed_pushes_;
  std::mutex mutex_;
  std::vector<std::string> problems_;
  std::unique_ptr<Federation> federation_;
  std::jthread thread_;
};

// False when it was not so for that long.
bool wait_until(const std::function<bool()>& condition, std::chrono::seconds patience = std::chrono::seconds(10));

}  // namespace vedette::federation
