// Values by a key, bounded by their bytes. They go in the order in which they came; what was asked for since it came,
// or since it was spared last, is spared once more. Threads: any.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vedette::odata {

template <class Key, class Value, class Hash = std::hash<Key>>
class RecentCache {
 public:
  static constexpr size_t entry_bytes = 128;  // of a place, about

  explicit RecentCache(size_t bytes_max) : bytes_max_(bytes_max) {}

  // Null when it is not there.
  std::shared_ptr<const Value> find(const Key& key) {
    const std::scoped_lock lock(mutex_);
    const auto found = kept_.find(key);
    if (found == kept_.end()) return nullptr;
    found->second.asked = true;
    return found->second.value;
  }

  // `bytes`: what the value and what the key refers to take, about. What is larger than an eighth of all is not kept.
  // `is_outdated(key, value)`: what nobody has use for. For each that comes, the two oldest are asked for it.
  template <class IsOutdated>
  void insert(const Key& key, std::shared_ptr<const Value> value, size_t bytes, const IsOutdated& is_outdated) {
    if (bytes > bytes_max_ / 8) return;
    std::vector<std::shared_ptr<const Value>> dropped;  // destroyed when the lock is gone
    const std::scoped_lock lock(mutex_);
    const auto [place, added] = kept_.try_emplace(key);
    if (added) queue_.push_back(&*place);
    Kept& kept = place->second;
    dropped.push_back(std::exchange(kept.value, std::move(value)));
    bytes_ += bytes + entry_bytes - kept.bytes;
    kept.bytes = bytes + entry_bytes;
    for (int looked_at = 0;
         looked_at < 2 && !queue_.empty() && is_outdated(queue_.front()->first, *queue_.front()->second.value);
         ++looked_at)
      drop_next(dropped);
    while (bytes_ > bytes_max_) drop_next(dropped);
  }
  void insert(const Key& key, std::shared_ptr<const Value> value, size_t bytes) {
    insert(key, std::move(value), bytes, [](const Key&, const Value&) { return false; });
  }

 private:
  struct Kept {
    std::shared_ptr<const Value> value;
    size_t bytes = 0;
    bool asked = false;
  };
  using Entry = std::pair<const Key, Kept>;

  void drop_next(std::vector<std::shared_ptr<const Value>>& dropped) {
    Entry* const next = queue_.front();
    if (next->second.asked) {
      next->second.asked = false;
      queue_.push_back(next);
    } else {
      bytes_ -= next->second.bytes;
      dropped.push_back(std::move(next->second.value));
      kept_.erase(kept_.find(next->first));
    }
    queue_.pop_front();
  }

  const size_t bytes_max_;
  std::mutex mutex_;
  std::unordered_map<Key, Kept, Hash> kept_;
  std::deque<Entry*> queue_;  // of all that is kept
  size_t bytes_ = 0;
};

}  // namespace vedette::odata
