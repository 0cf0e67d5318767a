// Which requests are answered at once, on threads that must not wait: one entity by its key, or a page of a collection
// whose entities were all shown before. A page that takes longer than brief_time is given up, and what it asked for is
// not tried again for slow_time. Threads: any.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <optional>

#include "route.h"
#include "url.h"
#include "vedette/odata/caller.h"

namespace vedette::odata {

inline constexpr std::chrono::microseconds brief_time{500};
inline constexpr std::chrono::seconds slow_time{1};
inline constexpr int64_t brief_page_max = 100;  // entities

class BriefRequests {
 public:
  // A hash of what a GET asks, whatever the page; nullopt when it is not brief.
  std::optional<size_t> find(const Route& route, const QueryOptions& options, const Caller& caller,
                             const Behaviours& behaviours) const;
  void was_slow(size_t what);

 private:
  struct Slow {
    std::atomic<size_t> what{0};
    std::atomic<std::chrono::steady_clock::rep> until{0};
  };

  Slow& place_of(size_t what) const { return slow_[what % slow_.size()]; }
  std::optional<size_t> find_page(const Route& route, const QueryOptions& options, const Caller& caller) const;

  mutable std::array<Slow, 1024> slow_{};  // hashes, each at its place
};

}  // namespace vedette::odata
