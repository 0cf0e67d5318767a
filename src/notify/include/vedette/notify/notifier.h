// Change notifications: follows the change feeds of all tenants, keeps what each subscription is to be told in a queue
// of its own in the store, and sends it.
//
// Each change that a subscription watches is sent at least once, the changes of an entity in their order. A receiver
// that fails is tried again with growing pauses, for `keep`; it holds up nobody but itself, for nothing here waits for
// an answer. State of a tenant (`notify.…`): the place in the feed, and for each subscription its lane and its queue in
// chunks, all written in one commit with what they were made from. What is held in memory does not grow with queues.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/http/client.h"
#include "vedette/odata/behaviour.h"
#include "vedette/store/entity_store.h"

namespace vedette::notify {

struct NotifierOptions {
  http::ClientOptions client;  // timeouts are set from what follows
  std::chrono::milliseconds answer_timeout{10'000};
  std::chrono::milliseconds poll{100};  // how often feeds are looked at
  std::chrono::milliseconds retry_min{1'000}, retry_max{600'000};
  base::TimeSpan keep{4 * base::ticks_per_hour};  // how long what could not be delivered is tried
  std::chrono::milliseconds tidy{1'000};          // how often expiry and permissions are looked at
  size_t batch_changes_max = 1000;
  // Requests at once, and of a tenant. Half of them at most are to receivers that did not take the last one, or none
  // yet.
  size_t in_flight_max = 256, tenant_in_flight_max = 64;
  uint64_t in_flight_bytes_max = 64 << 20;  // of their bodies
  size_t post_items_max = 100;              // notifications in a request
  uint64_t post_bytes_max = 1 << 20;        // of a request, but one notification always
  int64_t queue_chunks_max = 10'000;        // of a subscription; beyond, the oldest are dropped
};

// What an application may do for itself, and for users.
struct ApplicationPermissions {
  std::vector<std::string> roles, scopes;
};

// A user in whose name an application is told.
struct UserStanding {
  bool enabled = true;
  base::DateTime sessions_valid_from{};  // what was allowed before has to be allowed again
  std::vector<std::string> directory_roles;
};

struct NotifierDependencies {
  store::EntityStore& store;
  const base::Clock& clock;
  std::vector<const edm::Model*> models;
  odata::Behaviours views;  // of the sets that can be watched
  std::function<base::Result<std::vector<std::string>>()> tenants;
  // Of both: nothing when there is none any more.
  std::function<base::Result<std::optional<ApplicationPermissions>>(const std::string& tenant,
                                                                    const std::string& application)>
      application_of;
  std::function<base::Result<std::optional<UserStanding>>(const std::string& tenant, const std::string& user)> user_of;
  // A token that proves to `audience` that a request with resource data is ours.
  std::function<base::Result<std::string>(const std::string& tenant, const std::string& audience)> validation_token;
  std::function<void(const base::Error&, const std::string& tenant)> on_problem;
  // How many notifications were "delivered" or "dropped", how many attempts "failed"; for metrics.
  std::function<void(const char* outcome, uint64_t count)> on_outcome = {};
  // Where applications and users are: a change there has their permissions looked at at once.
  std::vector<std::string> principal_collections = {};
};

class Notifier {
 public:
  Notifier(NotifierDependencies dependencies, NotifierOptions options);
  ~Notifier();

  // In the caller's thread, until it is stopped; requests under way are then given up, and sent again the next time.
  // Errors go to on_problem. Once.
  void run(const std::stop_token& stop);

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace vedette::notify
