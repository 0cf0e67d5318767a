// What was read of segments, decoded: the least recently used goes first, so that hunts over the same days read and
// decode once. Results of queries are not kept.
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "vedette/base/result.h"
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

  template <class T>
  struct Made {
    std::shared_ptr<const T> value;
    int64_t bytes = 0;
  };
  // What is there, or what `make` gives, a Result<Made<T>>. Of threads that ask at once one makes it and the others
  // wait.
  template <class T, class Make>
  base::Result<std::shared_ptr<const T>> find_or_make(const Key& key, const Make& make) {
    while (true) {
      if (auto known = find<T>(key)) return known;
      const auto [making, first] = join(key);
      if (first) {
        const Making::End end{*this, key, *making};
        Made<T> made = TRY(make());
        making->value = made.value;
        put(key, made.value, made.bytes);
        return made.value;
      }
      if (auto made = wait_for(*making)) return std::static_pointer_cast<const T>(made);
    }
  }

 private:
  // A value on its way.
  struct Making {
    struct End {  // whatever becomes of it: nobody waits for ever
      ~End() { cache.end(key, making); }
      SegmentCache& cache;
      const Key& key;
      Making& making;
    };
    std::shared_ptr<const void> value;  // null when there is none
    bool ended = false;
  };
  std::pair<std::shared_ptr<Making>, bool> join(const Key& key);
  std::shared_ptr<const void> wait_for(const Making& making);
  void end(const Key& key, Making& making);

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
  std::condition_variable ended_;
  std::unordered_map<Key, std::shared_ptr<Making>, Hash> making_;
};

// A quarter of the machine's memory, at least a gibibyte.
int64_t default_cache_bytes();

}  // namespace vedette::tables
