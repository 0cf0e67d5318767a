#include "lane.h"

#include <algorithm>

#include "vedette/json/value.h"

namespace vedette::notify {

namespace {

int64_t number(const json::Value& object, std::string_view name) {
  const json::Value* value = json::find(object, name);
  return value && value->is_int64() ? value->get_int64() : 0;
}

std::string text(const json::Value& object, std::string_view name) {
  return std::string(json::find_string(object, name));
}

base::Error damaged() { return base::fail(base::ErrorCode::corrupt_data, "The state of a subscription is damaged."); }

}  // namespace

void Attempts::fail(const NotifierOptions& options, base::DateTime now, std::chrono::seconds retry_after) {
  constexpr int doublings_max = 20;
  flight = 0;
  proven = false;
  const auto pause = std::max<std::chrono::milliseconds>(
      options.retry_min * (int64_t{1} << std::min(failed, doublings_max)), retry_after);
  ++failed;
  const auto bounded = std::min(pause, options.retry_max);
  due = std::chrono::steady_clock::now() + bounded;
  due_at = {now.ticks + bounded.count() * base::ticks_per_millisecond};
}

void Attempts::restore(const NotifierOptions& options, base::DateTime now, int failures, base::DateTime at) {
  failed = failures;
  due_at = at;
  const std::chrono::milliseconds left((at.ticks - now.ticks) / base::ticks_per_millisecond);
  due = std::chrono::steady_clock::now() + std::clamp(left, std::chrono::milliseconds(0), options.retry_max);
}

std::string encode_lane(const Lane& lane, int64_t tail) {
  return json::to_text(json::Object{{"head", lane.head},
                                    {"offset", lane.offset},
                                    {"tail", tail},
                                    {"failed", lane.attempts.failed},
                                    {"due", lane.attempts.due_at.ticks},
                                    {"announced", lane.announced},
                                    {"paused", lane.paused}});
}

base::Status restore_lane(Lane& lane, std::string_view stored, const NotifierOptions& options, base::DateTime now) {
  const json::Value value = TRY(json::parse(stored));
  lane.head = lane.cleared = number(value, "head");
  lane.tail = number(value, "tail");
  lane.offset = static_cast<size_t>(std::max<int64_t>(number(value, "offset"), 0));
  lane.announced = number(value, "announced");
  const json::Value* paused = json::find(value, "paused");
  lane.paused = paused && paused->is_bool() && paused->get_bool();
  lane.attempts.restore(options, now, static_cast<int>(number(value, "failed")), {number(value, "due")});
  if (lane.head < 0 || lane.tail < lane.head) return damaged();
  return {};
}

std::string encode_lifecycle(const LifecycleLane& lane) {
  json::Array events;
  for (const LifecycleEvent& event : lane.events)
    events.push_back(json::Object{{"at", event.at.ticks}, {"name", event.name}, {"body", event.body}});
  return json::to_text(json::Object{{"application", lane.application_id},
                                    {"url", lane.url},
                                    {"failed", lane.attempts.failed},
                                    {"due", lane.attempts.due_at.ticks},
                                    {"events", std::move(events)}});
}

base::Result<LifecycleLane> decode_lifecycle(std::string subscription_id, std::string_view stored,
                                             const NotifierOptions& options, base::DateTime now) {
  const json::Value value = TRY(json::parse(stored));
  LifecycleLane lane{std::move(subscription_id), text(value, "application"), text(value, "url"), {}, {}, false};
  const json::Value* events = json::find(value, "events");
  if (!events || !events->is_array()) return damaged();
  for (const json::Value& event : events->get_array())
    lane.events.push_back({{number(event, "at")}, text(event, "name"), text(event, "body")});
  lane.attempts.restore(options, now, static_cast<int>(number(value, "failed")), {number(value, "due")});
  return lane;
}

}  // namespace vedette::notify
