// What was read of segments, decoded: the least recently used goes first, so that hunts over the same days read and
// decode once. Results of queries are not kept.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "vedette/columnar/vector.h"

namespace vedette::tables {

// Safe from any thread.
class SegmentCache {
 public:
  enum class Kind : uint8_t { block, values, codes, flat };
  struct Key {
    uint64_t segment = 0;  // Segment::identity()
    uint64_t place = 0;
    Kind kind = Kind::block;
    bool operator==(const Key&) const = default;
  };

  explicit SegmentCache(int64_t capacity_bytes) : capacity_bytes_(capacity_bytes) {}
  // T is what put() was given for the kind; null when it is not there.
  template <class T>
  std::shared_ptr<const T> find(const Key& key) {
    return std::static_pointer_cast<const T>(find_any(key));
  }
  void put(const Key& key, std::shared_ptr<const void> value, int64_t bytes);
  bool contains(const Key& key) { return find_any(key) != nullptr; }

 private:
  struct Entry {
    Key key;
    std::shared_ptr<const void> value;
    int64_t bytes = 0;
  };
  struct Hash {
    size_t operator()(const Key& key) const {
      return (key.segment * 0x9E3779B97F4A7C15u ^ key.place) * 4 + static_cast<size_t>(key.kind);
    }
  };
  std::shared_ptr<const void> find_any(const Key& key);

  const int64_t capacity_bytes_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<Key, std::list<Entry>::iterator, Hash> by_key_;
  int64_t held_bytes_ = 0;
};

// A quarter of the machine's memory, at least a gibibyte.
int64_t default_cache_bytes();

}  // namespace vedette::tables
