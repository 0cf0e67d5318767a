#include "segment_cache.h"

#include <unistd.h>

#include <algorithm>

namespace vedette::tables {

std::shared_ptr<const void> SegmentCache::find_any(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto at = by_key_.find(key);
  if (at == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, at->second);
  return at->second->value;
}

void SegmentCache::put(const Key& key, std::shared_ptr<const void> value, int64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (by_key_.contains(key) || bytes > capacity_bytes_) return;
  entries_.push_front({key, std::move(value), bytes});
  by_key_.emplace(key, entries_.begin());
  held_bytes_ += bytes;
  while (held_bytes_ > capacity_bytes_) {
    held_bytes_ -= entries_.back().bytes;
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

std::pair<std::shared_ptr<SegmentCache::Making>, bool> SegmentCache::join(const Key& key) {
  const std::lock_guard lock(mutex_);
  auto& making = making_[key];
  const bool first = !making;
  if (first) making = std::make_shared<Making>();
  return {making, first};
}

std::shared_ptr<const void> SegmentCache::wait_for(const Making& making) {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return making.ended; });
  return making.value;
}

void SegmentCache::end(const Key& key, Making& making) {
  const std::lock_guard lock(mutex_);
  making.ended = true;
  making_.erase(key);
  ended_.notify_all();
}

int64_t default_cache_bytes() {
  const int64_t memory = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  return std::max(int64_t{1} << 30, memory / 4);
}

}  // namespace vedette::tables
