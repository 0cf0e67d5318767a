// Values by a key, bounded by their bytes. What was asked for lately is kept: values are held in two generations, and
// when the younger has half of the bytes, the older goes; a value of the older that is asked for becomes young again.
// Threads: any.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace vedette::odata {

template <class Value>
class GenerationCache {
 public:
  explicit GenerationCache(size_t bytes_max) : bytes_max_(bytes_max) {}

  // Null when it is not there.
  std::shared_ptr<const Value> find(const std::string& key) {
    Generation dropped;  // destroyed when the lock is gone
    const std::scoped_lock lock(mutex_);
    if (const auto found = young_.find(key); found != young_.end()) return found->second.value;
    const auto found = old_.find(key);
    if (found == old_.end()) return nullptr;
    const Kept kept = found->second;
    old_.erase(found);
    dropped = add(key, kept);
    return kept.value;
  }

  // `bytes`: what the value takes, about. What is larger than an eighth of all is not kept.
  void insert(const std::string& key, std::shared_ptr<const Value> value, size_t bytes) {
    if (bytes > bytes_max_ / 8) return;
    Generation dropped;
    const std::scoped_lock lock(mutex_);
    dropped = add(key, {std::move(value), bytes + 2 * key.size() + 64});
  }

 private:
  struct Kept {
    std::shared_ptr<const Value> value;
    size_t bytes = 0;
  };
  using Generation = std::unordered_map<std::string, Kept>;

  Generation add(const std::string& key, const Kept& kept) {
    Kept& place = young_[key];
    bytes_ += kept.bytes - place.bytes;
    place = kept;
    if (bytes_ <= bytes_max_ / 2) return {};
    bytes_ = 0;
    return std::exchange(old_, std::exchange(young_, {}));
  }

  const size_t bytes_max_;
  std::mutex mutex_;
  Generation young_, old_;
  size_t bytes_ = 0;  // of young_
};

}  // namespace vedette::odata
