// The notifications of one tenant. tenant_feed.cpp: from the feed into lanes; tenant_commit.cpp: what is kept in the
// store; tenant_delivery.cpp: from queues to receivers; tenant_tidying.cpp: expiry, permissions, lifecycle events.
//
// Everything is decided in memory first and written by the next flush(); a commit that fails leaves it to be written
// again, and one that another notifier overtook drops it all, to be read from the store. Called by one thread.
#pragma once

#include <map>
#include <string>

#include "delivery_log.h"
#include "lane.h"

namespace vedette::notify {

inline constexpr const char* cursor_name = "notify.cursor";  // the place in the feed and in the log

// What came of a request.
struct Completion {
  std::string tenant, subscription_id;
  bool lifecycle = false;
  uint64_t flight = 0;
  uint64_t bytes = 0;
  bool unproven = false;
  base::Result<http::ClientResponse> answer;
  std::chrono::milliseconds took{};
};

// Sends requests, and says how many more there may be.
class Outbox {
 public:
  virtual ~Outbox() = default;
  // `unproven`: to a receiver that did not take the last one, or none yet.
  virtual bool has_place(const std::string& tenant, bool unproven) const = 0;
  // The number of the flight; its Completion has it.
  virtual uint64_t send(http::ClientRequest request, Completion about) = 0;
};

struct Figures {
  uint64_t delivered = 0, failed = 0, dropped = 0;  // notifications; of `failed`, attempts
};

class TenantNotifier {
 public:
  TenantNotifier(std::string tenant, const NotifierDependencies& dependencies, const NotifierOptions& options,
                 Figures& figures)
      : tenant_(std::move(tenant)), dependencies_(dependencies), options_(options), figures_(figures) {}

  // Reads the next changes into lanes. True when there are more. Writes nothing.
  base::Result<bool> poll();
  // Writes what is new since the last.
  base::Status flush();
  // Expiry, permissions, and what receivers are to be told of them.
  base::Status tidy();
  // Somebody's permissions may have changed.
  bool has_to_tidy() const { return permissions_due_ == SteadyTime(); }
  void deliver(Outbox& outbox);
  void complete(const Completion& completion);
  // The next time that deliver() has something to do, if nothing else happens.
  SteadyTime next_due() const;

 private:
  struct Number {
    int64_t value = 0, version = store::must_not_exist;
  };

  base::Status load();
  base::Status load_subscriptions();
  base::Status load_lifecycle();
  base::Status adopt(const store::Entity& entity, std::map<std::string, Lane>& old);
  base::Result<std::shared_ptr<Watch>> watch_for(const Subscription& subscription);
  void rebuild_watches();
  base::Status match(const store::Change& change);
  bool passes(const Watch& watch, const store::Change& change, const json::Value* document);
  void forget_fresh();
  void drop_lane(const std::string& id, const Lane& lane);

  base::Status commit(const store::Commit& commit);
  void write_lane(store::Commit& commit, const std::string& id, Lane& lane);
  void write_lifecycle(store::Commit& commit);
  void make_room(Lane& lane, int64_t chunks);
  void applied();

  void deliver_lane(const std::string& id, Lane& lane, Outbox& outbox);
  base::Result<std::string> next_body(Lane& lane);
  base::Result<std::optional<Chunk>> next_chunk(Lane& lane);
  base::Status add_content(Lane& lane, const Item& item, json::Object& notification);
  base::Result<std::string> validation_token(const std::string& audience);
  void deliver_lifecycle(LifecycleLane& lane, Outbox& outbox);
  void complete_lifecycle(const Completion& completion);
  void drop_items(Lane& lane, const std::string& why, size_t count);

  std::optional<LifecycleLane> with_event(const Subscription& subscription, std::string_view event) const;
  void announce(const Subscription& subscription, std::string_view event);
  base::Status remove_subscription(const std::string& id, std::string_view why);
  base::Status check_permissions();

  const std::string tenant_;
  const NotifierDependencies& dependencies_;
  const NotifierOptions& options_;
  Figures& figures_;

  bool loaded_ = false;
  int64_t position_ = 0;  // in the feed
  Number cursor_;         // as stored: {"position":…,"deliveries":…}
  std::map<std::string, Lane> lanes_;
  std::map<std::string, std::shared_ptr<Watch>> watches_;
  std::map<std::string, LifecycleLane> lifecycle_;
  DeliveryLog log_;
  std::vector<store::StateWrite> leftovers_;  // of lanes that are no more
  std::string last_served_;                   // the lane that was last given a place
  size_t fresh_items_ = 0;

  struct Token {
    std::string text;
    SteadyTime until{};
  };
  std::map<std::string, Token> tokens_;  // by audience
  SteadyTime permissions_due_{};         // when they are looked at again
};

}  // namespace vedette::notify
