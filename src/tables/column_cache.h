// Decoded columns of segments, the least recently used dropped first, so that hunts over the same days decode once.
#pragma once

#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "vedette/columnar/vector.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {

// Safe from any thread.
class ColumnCache {
 public:
  explicit ColumnCache(int64_t capacity_bytes) : capacity_bytes_(capacity_bytes) {}
  base::Result<columnar::Vector> read(const std::shared_ptr<const Segment>& segment, const columnar::Column& column,
                                      int64_t& bytes_read);

 private:
  struct Entry {
    std::string key;
    columnar::Vector vector;
    int64_t bytes = 0;
  };

  const int64_t capacity_bytes_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
  int64_t held_bytes_ = 0;
};

}  // namespace vedette::tables
