// The writer of a tenant's events: group commit into the log (event_store.cpp), and the thread that seals and merges
// (sealing.cpp). The folder's layout is in event_store.h.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "log_set.h"
#include "merge_choice.h"
#include "pending_commit.h"
#include "segment_store.h"
#include "vedette/base/contained.h"
#include "vedette/tables/event_store.h"

namespace vedette::tables {

class FolderStore final : public EventStore {
 public:
  FolderStore(io::FileSystem& files, std::string folder, Access access, const StoreOptions& options)
      : files_(files),
        folder_(std::move(folder)),
        access_(access),
        options_(options),
        segments_(files, folder_, cache_),
        logs_(files, folder_) {}
  ~FolderStore() override {
    if (!sealer_.joinable()) return;
    sealer_.request_stop();
    changed_.notify_all();
  }

  base::Status load();
  base::Status commit(Commit commit) override;
  base::Status merge_small_segments() override;
  base::Status drop_ingested_before(base::DateTime time) override;
  std::shared_ptr<const Snapshot> snapshot() const override { return make_snapshot(contents(), cache_); }

 private:
  base::Status load_to_write();
  base::Status load_once();
  base::Status load_beside_writer();
  base::Status wait_for_room(std::unique_lock<std::mutex>& lock);
  base::Status write(const std::vector<PendingCommit*>& group);
  base::Status append_and_publish(const std::vector<PendingCommit*>& group);
  base::Status close_log();
  void seal_in_background(const std::stop_token& stop);
  base::Status seal_contained(uint64_t last_log, MergeScope scope);
  base::Status seal(uint64_t last_log, MergeScope scope);
  base::Status seal_log(uint64_t last_log, MergeScope scope);
  // The sources' rows in new segments in place of them, with one record of the manifest.
  base::Status replace(const MergeSources& sources, ManifestRecord record, MergeScope scope);
  // The record, and the segments that it takes away and brings.
  base::Status change(const ManifestRecord& record, const MergeSources& old, const MergeSources& fresh);
  void publish_change(const MergeSources& old, const MergeSources& fresh);

  std::shared_ptr<const Contents> contents() const {
    const std::lock_guard lock(contents_mutex_);
    return contents_;
  }
  template <class Change>
  void publish(const Change& change) {
    const std::lock_guard lock(contents_mutex_);
    auto contents = std::make_shared<Contents>(*contents_);
    change(*contents);
    contents_ = std::move(contents);
  }
  // No exception leaves the work: others wait for what becomes of it.
  template <class Work>
  static base::Status contained(const Work& work) {
    return base::contained(work, "The data folder could not be read or written.");
  }
  base::DateTime now() const { return options_.clock ? options_.clock->now() : base::SystemClock().now(); }

  io::FileSystem& files_;
  const std::string folder_;
  const Access access_;
  const StoreOptions options_;
  const std::shared_ptr<SegmentCache> cache_ = std::make_shared<SegmentCache>(default_cache_bytes());
  std::unique_ptr<io::FileLock> lock_;

  std::mutex seal_mutex_;  // held while segments_ is used
  SegmentStore segments_;
  std::atomic<int> waiting_for_seal_ = 0;  // those for whom all is sealed: they want it soon

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  std::vector<PendingCommit*> queue_;
  bool writing_ = false;  // one thread has logs_
  std::optional<base::Error> seal_error_;
  LogSet logs_;
  size_t log_segments_ = 0;  // in the log that grows

  mutable std::mutex contents_mutex_;
  std::shared_ptr<const Contents> contents_ = std::make_shared<Contents>();
  std::jthread sealer_;  // last: it ends first
};

}  // namespace vedette::tables
