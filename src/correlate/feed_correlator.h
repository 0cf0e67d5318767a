// The correlator that follows the change feed. feed_reader.cpp: what it reads (the start, the changes); correlator.cpp:
// the loop and the commits.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "partition.h"
#include "vedette/correlate/correlator.h"

namespace vedette::correlate {

// Who the commits are by, in the change feed.
inline constexpr std::string_view actor_id = "correlate";
inline constexpr std::string_view moved_alert_prefix = "correlate.moved.";

// A number kept as state, with its version. After a commit the version is the next one, not the one that is in the
// store by then: another correlator's commit must stay visible as a conflict.
struct NumberState {
  int64_t value = 0;
  int64_t version = store::must_not_exist;
};

class FeedCorrelator final : public Correlator {
 public:
  FeedCorrelator(store::EntityStore& store, std::string tenant, const base::Clock& clock, CorrelatorOptions options,
                 AlertReader reader)
      : store_(store),
        tenant_(std::move(tenant)),
        clock_(clock),
        options_(std::move(options)),
        reader_(std::move(reader)) {}

  base::Result<Progress> run(const base::StopCheck& stop) override;

 private:
  struct Batch {
    BatchRead read;
    std::vector<std::string> newly_moved;
    int64_t last_sequence = 0;
    size_t changes = 0;
    bool empty() const { return read.alerts.empty() && read.removed.empty() && read.redirects.empty(); }
  };

  base::Result<bool> step(Progress& progress, const base::StopCheck& stop);
  base::Status load(const base::StopCheck& stop);
  base::Status load_redirects(const base::StopCheck& stop);
  base::Status load_alerts(const base::StopCheck& stop);
  template <class F>
  base::Status for_each_entity(store::Query query, F&& f);
  base::Result<NumberState> read_number(std::string_view name) const;
  base::Result<AlertRead> read_alert(const store::Entity& entity) const;
  base::Result<Batch> read_batch();
  base::Status read_changed_alert(Batch& batch, const store::Change& change);
  base::Status note_redirect(Batch& batch, const std::string& incident) const;
  base::Status note_placement(Batch& batch, AlertRead& alert) const;
  base::Status write_batch(const Batch& batch, Progress& progress);
  base::Result<bool> lost_to_another() const;
  base::Status store_cursor();

  store::EntityStore& store_;
  const std::string tenant_;
  const base::Clock& clock_;
  const CorrelatorOptions options_;
  const AlertReader reader_;

  std::unique_ptr<Partition> partition_;   // null: to be loaded
  std::vector<AlertRead> pending_;         // before the cursor and without an incident, at load
  std::unordered_set<std::string> moved_;  // alerts that a user moved
  NumberState cursor_, counter_;           // as stored
  int64_t position_ = 0;                   // in the feed, at or after the stored cursor
};

}  // namespace vedette::correlate
