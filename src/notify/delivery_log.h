// What became of each request to a receiver: the entities of /vedette/notificationDeliveries, the last
// `entries_max` of a tenant, outside of the change feed. Nothing of a URL but its origin, and no secret, is in it.
#pragma once

#include <string>
#include <vector>

#include "vedette/base/time.h"
#include "vedette/store/entity_store.h"

namespace vedette::notify {

inline constexpr const char* delivery_collection = "notificationDeliveries";

struct Delivery {
  std::string subscription_id, application_id;
  std::string kind = "notification";  // or the name of a lifecycle event
  std::string outcome;                // delivered, failed, dropped
  base::DateTime at{};
  int attempt = 0;  // in a row; 0: none was made
  int status = 0;   // of the answer; 0: there was none
  int64_t duration_ms = 0;
  size_t notifications = 0;
  int64_t first_sequence = 0, last_sequence = 0;  // of the changes in it
  std::string error;
};

class DeliveryLog {
 public:
  static constexpr int64_t entries_max = 10'000;

  // `written`: how many there were before.
  void start(int64_t written) { written_ = written; }
  void add(Delivery delivery) { fresh_.push_back(std::move(delivery)); }
  bool empty() const { return fresh_.empty(); }

  // What the commit writes, over the oldest.
  void append_to(store::Commit& commit) const;
  int64_t written_after() const { return written_ + static_cast<int64_t>(fresh_.size()); }
  void committed() { written_ = written_after(), fresh_.clear(); }

 private:
  int64_t written_ = 0;
  std::vector<Delivery> fresh_;
};

}  // namespace vedette::notify
