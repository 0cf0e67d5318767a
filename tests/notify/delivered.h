// Whether all that a receiver was to be told has come, in order: the first time that a version of an entity is told,
// all versions before it have been; what comes again has come before.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "receiver.h"

namespace vedette::notify::test {

class Delivered {
 public:
  explicit Delivered(const std::vector<Notification>& taken) {
    for (const Notification& one : taken) add(one.entity(), one.version());
  }

  // The newest version of each entity that was told.
  const std::map<std::string, int64_t>& newest() const { return newest_; }
  // Tells of the first one out of order; "" when all are in order.
  const std::string& disorder() const { return disorder_; }
  size_t repeated() const { return repeated_; }

 private:
  void add(const std::string& entity, int64_t version) {
    const auto [at, first] = newest_.try_emplace(entity, version);
    if (first) return;
    if (version <= at->second) {
      ++repeated_;
      return;
    }
    if (version != at->second + 1 && disorder_.empty())
      disorder_ = entity + ": " + std::to_string(version) + " after " + std::to_string(at->second);
    at->second = version;
  }

  std::map<std::string, int64_t> newest_;
  std::string disorder_;
  size_t repeated_ = 0;
};

}  // namespace vedette::notify::test
