// Values by a key, bounded by their bytes: what was asked for longest ago goes first. Threads: any.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace vedette::odata {

template <class Key, class Value, class Hash = std::hash<Key>>
class RecentCache {
 public:
  explicit RecentCache(size_t bytes_max) : bytes_max_(bytes_max) {}

  // Null when it is not there.
  std::shared_ptr<const Value> find(const Key& key) {
    const std::scoped_lock lock(mutex_);
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    kept_.splice(kept_.begin(), kept_, found->second);
    return found->second->value;
  }

  // `bytes`: what the value takes, about. What is larger than an eighth of all is not kept.
  void insert(const Key& key, std::shared_ptr<const Value> value, size_t bytes) {
    if (bytes > bytes_max_ / 8) return;
    List dropped;  // destroyed when the lock is gone
    const std::scoped_lock lock(mutex_);
    if (const auto known = places_.find(key); known != places_.end()) drop(known->second, dropped);
    kept_.push_front({key, std::move(value), bytes + entry_bytes});
    places_[key] = kept_.begin();
    bytes_ += kept_.front().bytes;
    while (bytes_ > bytes_max_) drop(std::prev(kept_.end()), dropped);
  }

 private:
  struct Kept {
    Key key;
    std::shared_ptr<const Value> value;
    size_t bytes = 0;
  };
  using List = std::list<Kept>;
  static constexpr size_t entry_bytes = 256;  // of a place and its key, about

  void drop(typename List::iterator one, List& dropped) {
    bytes_ -= one->bytes;
    places_.erase(one->key);
    dropped.splice(dropped.begin(), kept_, one);
  }

  const size_t bytes_max_;
  std::mutex mutex_;
  List kept_;  // the latest first
  std::unordered_map<Key, typename List::iterator, Hash> places_;
  size_t bytes_ = 0;
};

}  // namespace vedette::odata
