// A subscription on its way: what it watches, how far its receiver is, and when it is asked next. One request is under
// way at a time, so that a receiver sees changes in their order.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "queue.h"
#include "vedette/notify/encryption.h"
#include "vedette/notify/notifier.h"
#include "vedette/odata/reference.h"

namespace vedette::notify {

using SteadyTime = std::chrono::steady_clock::time_point;

// How often a receiver failed in a row, and when it is asked again. `due_at` is `due` for after a restart.
struct Attempts {
  int failed = 0;
  SteadyTime due{};
  base::DateTime due_at{};
  uint64_t flight = 0;  // the request under way; 0: none
  bool proven = false;  // the last request, since the start, was taken

  bool ready(SteadyTime now) const { return flight == 0 && due <= now; }
  void succeed() { *this = {}, proven = true; }
  // `retry_after` is what the receiver asked for.
  void fail(const NotifierOptions& options, base::DateTime now, std::chrono::seconds retry_after);
  // As stored; after a restart a receiver is not waited for longer than the longest pause.
  void restore(const NotifierOptions& options, base::DateTime now, int failures, base::DateTime at);
};

struct Lane;

// What subscriptions with the same resource have in common.
struct Watch {
  odata::Reference reference;
  store::Query query;   // its filter over single documents
  bool moving = false;  // the filter has now(), and is bound anew for each change
  std::vector<Lane*> lanes;
};

struct Lane {
  Subscription subscription;
  std::shared_ptr<Watch> watch;

  // As stored, in "notify.lane/<subscription>".
  int64_t head = 0, tail = 0;  // chunks of the queue: the first that is not delivered, and the next to be written
  size_t offset = 0;           // items of the first that are delivered
  Attempts attempts;
  int64_t announced = 0;  // ticks of the expiry that reauthorizationRequired was sent for
  bool paused = false;    // the application may not read the resource

  std::vector<Item> fresh;  // to be queued by the next commit
  int64_t cleared = 0;      // chunks before it are deleted
  bool dirty = false;
  // Where the head is when the request under way is taken.
  int64_t sent_head = 0;
  size_t sent_offset = 0, sent_items = 0;
  int64_t sent_first = 0, sent_last = 0;  // sequences of the changes in it
  std::optional<Certificate> certificate;
};

inline constexpr std::string_view lane_prefix = "notify.lane/";

std::string encode_lane(const Lane& lane, int64_t tail);
base::Status restore_lane(Lane& lane, std::string_view text, const NotifierOptions& options, base::DateTime now);

// What is sent to lifecycleNotificationUrl, in "notify.lifecycle/<subscription>": it is there when the subscription is
// no more.
struct LifecycleEvent {
  base::DateTime at{};
  std::string name, body;
};

struct LifecycleLane {
  std::string subscription_id, application_id, url;
  std::vector<LifecycleEvent> events;  // at most lifecycle_events_max
  Attempts attempts;
  bool dirty = false;
};

inline constexpr std::string_view lifecycle_prefix = "notify.lifecycle/";
inline constexpr size_t lifecycle_events_max = 20;

std::string encode_lifecycle(const LifecycleLane& lane);
base::Result<LifecycleLane> decode_lifecycle(std::string subscription_id, std::string_view text,
                                             const NotifierOptions& options, base::DateTime now);

}  // namespace vedette::notify
