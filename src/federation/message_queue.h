// Messages between the thread that listens and the one that stores. Bounded: a stream waits for a place, a datagram
// that finds none is lost, and counted.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace vedette::federation {

struct QueuedMessage {
  std::string line;   // a record, as the connector reads it
  std::string group;  // the key of the records that it belongs to; "": it stands alone
};

class MessageQueue {
 public:
  static constexpr size_t messages_max = 20'000;
  static constexpr size_t bytes_max = 64 << 20;
  static constexpr size_t batch_messages = 5'000;
  // How long records of a group come after its first one.
  static constexpr std::chrono::milliseconds join_time{2'000};
  static constexpr std::chrono::milliseconds batch_time{500};

  // False when it is closed.
  bool wait_and_add(QueuedMessage message) {
    std::unique_lock lock(mutex_);
    has_place_.wait(lock, [&] { return closed_ || has_place(); });
    if (closed_) return false;
    add(std::move(message));
    return true;
  }
  void add_or_lose(QueuedMessage message) {
    const std::lock_guard lock(mutex_);
    if (!closed_ && has_place())
      add(std::move(message));
    else
      ++lost_;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    has_place_.notify_all();
    has_messages_.notify_all();
  }

  // What is ready to be stored, after `batch_time` at the latest: all but groups that may not be whole yet. When
  // closed, everything.
  std::vector<QueuedMessage> take() {
    std::unique_lock lock(mutex_);
    has_messages_.wait_for(lock, batch_time, [&] { return closed_ || messages_.size() >= held_ + batch_messages; });
    std::vector<QueuedMessage> ready, held;
    const auto now = std::chrono::steady_clock::now();
    bytes_ = 0;
    for (QueuedMessage& waiting : messages_) {
      if (closed_ || waiting.group.empty() || now - groups_.at(waiting.group) >= join_time) {
        ready.push_back(std::move(waiting));
      } else {
        bytes_ += waiting.line.size();
        held.push_back(std::move(waiting));
      }
    }
    std::erase_if(groups_, [&](const auto& group) { return closed_ || now - group.second >= join_time; });
    messages_ = std::move(held);
    held_ = messages_.size();
    has_place_.notify_all();
    return ready;
  }
  uint64_t take_lost() {
    const std::lock_guard lock(mutex_);
    return std::exchange(lost_, 0);
  }

 private:
  bool has_place() const { return messages_.size() < messages_max && bytes_ < bytes_max; }
  void add(QueuedMessage message) {
    bytes_ += message.line.size();
    if (!message.group.empty()) groups_.try_emplace(message.group, std::chrono::steady_clock::now());
    messages_.push_back(std::move(message));
    if (messages_.size() >= held_ + batch_messages) has_messages_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable has_place_, has_messages_;
  std::vector<QueuedMessage> messages_;
  std::map<std::string, std::chrono::steady_clock::time_point> groups_;  // when their first message came
  size_t bytes_ = 0, held_ = 0;
  uint64_t lost_ = 0;
  bool closed_ = false;
};

}  // namespace vedette::federation
