// Verified tokens by their digest: bounded, least recently used out first.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "digest.h"
#include "vedette/odata/caller.h"

namespace vedette::auth {

// What a token proves until its time is over.
struct VerifiedToken {
  odata::Caller caller;
  int64_t issued = 0;  // seconds of the Unix epoch
  int64_t usable_from = 0, usable_until = 0;
};

class TokenCache {
 public:
  explicit TokenCache(size_t entries_max) : entries_max_(entries_max) {}

  // Null when the token's time (with the skew) is over at `now`.
  std::shared_ptr<const VerifiedToken> find(const Digest& token, int64_t now) {
    const std::lock_guard lock(mutex_);
    const auto found = index_.find(token);
    if (found == index_.end()) return nullptr;
    if (now < found->second->verified->usable_from || now >= found->second->verified->usable_until) {
      entries_.erase(found->second);
      index_.erase(found);
      return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front().verified;
  }

  void insert(const Digest& token, std::shared_ptr<const VerifiedToken> verified) {
    const std::lock_guard lock(mutex_);
    if (entries_max_ == 0 || index_.contains(token)) return;
    if (entries_.size() >= entries_max_) {
      index_.erase(entries_.back().token);
      entries_.pop_back();
    }
    entries_.push_front({token, std::move(verified)});
    index_.emplace(token, entries_.begin());
  }

 private:
  struct Entry {
    Digest token;
    std::shared_ptr<const VerifiedToken> verified;
  };

  const size_t entries_max_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // the latest used first
  std::unordered_map<Digest, std::list<Entry>::iterator, DigestHash> index_;
};

}  // namespace vedette::auth
