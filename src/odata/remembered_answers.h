// Answers to GET, until the tenant's next write.
//
// What a URL answers is told by the URL, what the client prefers and what the store holds of the tenant. Every write of
// an entity raises the tenant's sequence; an answer is kept with the sequence from before it was read, and while that
// is the newest, the answer is the same. Whoever asks must still hold the permission. Not remembered: errors, what
// operations answer, filters with now(), $expand, which asks for further permissions, and what is asked for once.
#pragma once

#include <array>
#include <atomic>

#include "call.h"
#include "recent_cache.h"

namespace vedette::odata {

inline constexpr size_t remembered_bytes_max = 64 << 20;

class RememberedAnswers {
 public:
  // The response without its correlation, its body shared.
  std::optional<http::Response> find(const http::Request& request, const Caller& caller, const std::string& public_url,
                                     const store::EntityStore& store);

  static bool may_be_remembered(const Call& call);
  // All that the answer depends on beside the store.
  static std::string key_of(const Call& call);
  // Whether the same was answered lately: what is asked for once would push out what is asked for again and again.
  bool was_asked(const std::string& key) const;
  // `sequence`: of the tenant, before anything was read; without one, it is only noted that this was asked.
  void remember(const std::string& key, const edm::Permissions& permissions, std::optional<int64_t> sequence,
                const http::Response& response);

 private:
  struct Answer {
    int64_t sequence = 0;
    const edm::Permissions* permissions = nullptr;
    http::Headers headers;
    std::shared_ptr<const http::SharedBody> body;
  };

  std::atomic<size_t>& place_of(size_t what) const { return asked_[what % asked_.size()]; }

  mutable std::array<std::atomic<size_t>, 8192> asked_{};  // hashes, each at its place
  RecentCache<std::string, Answer> answers_{remembered_bytes_max};
};

}  // namespace vedette::odata
