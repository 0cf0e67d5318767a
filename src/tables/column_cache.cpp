#include "column_cache.h"

namespace vedette::tables {

base::Result<columnar::Vector> ColumnCache::read(const std::shared_ptr<const Segment>& segment,
                                                 const columnar::Column& column, int64_t& bytes_read) {
  std::string key = segment->path() + '\0' + column.name;
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = by_key_.find(key); at != by_key_.end()) {
      entries_.splice(entries_.begin(), entries_, at->second);
      return at->second->vector;
    }
  }
  columnar::Vector vector = TRY(segment->read(column, bytes_read));
  const int64_t bytes = vector.value_bytes();
  const std::lock_guard lock(mutex_);
  if (by_key_.contains(key) || bytes > capacity_bytes_) return vector;
  entries_.push_front({std::move(key), vector, bytes});
  by_key_.emplace(entries_.front().key, entries_.begin());
  held_bytes_ += bytes;
  while (held_bytes_ > capacity_bytes_) {
    held_bytes_ -= entries_.back().bytes;
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
  return vector;
}

}  // namespace vedette::tables
