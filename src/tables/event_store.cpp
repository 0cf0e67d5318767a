// The writer of a tenant's events: group commit into the log, and the thread that seals and merges. The folder's layout
// is in event_store.h.
#include "vedette/tables/event_store.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "log_set.h"
#include "merge_choice.h"
#include "pending_commit.h"
#include "segment_store.h"
#include "vedette/tables/declaration.h"

namespace vedette::tables {
namespace {

using base::ErrorCode;
using base::fail;

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
  base::Status load_once();
  base::Status load_beside_writer();
  base::Status wait_for_room(std::unique_lock<std::mutex>& lock);
  base::Status write(const std::vector<PendingCommit*>& group);
  base::Status close_log();
  void seal_in_background(const std::stop_token& stop);
  base::Status seal(uint64_t last_log, MergeScope scope);
  // The sources' rows in new segments in place of them, with one record of the manifest.
  base::Status replace(const MergeSources& sources, ManifestRecord record);
  // The record, and the segments that it takes away and brings.
  base::Status change(const ManifestRecord& record, const MergeSources& old, const MergeSources& fresh);

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
  base::DateTime now() const { return options_.clock ? options_.clock->now() : base::SystemClock().now(); }

  io::FileSystem& files_;
  const std::string folder_;
  const Access access_;
  const StoreOptions options_;
  const std::shared_ptr<SegmentCache> cache_ = std::make_shared<SegmentCache>(default_cache_bytes());
  std::unique_ptr<io::FileLock> lock_;

  std::mutex seal_mutex_;  // held while segments_ is used
  SegmentStore segments_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  std::vector<PendingCommit*> queue_;
  bool writing_ = false;  // one thread has logs_
  std::optional<base::Error> seal_error_;
  LogSet logs_;

  mutable std::mutex contents_mutex_;
  std::shared_ptr<const Contents> contents_ = std::make_shared<Contents>();
  std::jthread sealer_;  // last: it ends first
};

base::Status FolderStore::load() {
  if (access_ == Access::read_write) {
    TRY(files_.create_directories(folder_));
    lock_ = TRY(files_.lock(folder_ + "/LOCK"));
    TRY(load_once());
    TRY(segments_.begin_writing(*contents_));
    TRY(logs_.begin_writing(segments_.sealed_log()));
    sealer_ = std::jthread([this](const std::stop_token& stop) { seal_in_background(stop); });
    return {};
  }
  return load_beside_writer();
}

// A writer takes files away when the manifest says that their rows are elsewhere. What was read is whole when the
// manifest is still the same afterwards.
base::Status FolderStore::load_beside_writer() {
  constexpr int attempts = 20;
  for (int i = 0; i < attempts; ++i) {
    const auto loaded = load_once();
    if (TRY(segments_.is_current())) return loaded;
  }
  return fail(ErrorCode::unavailable,
              "The data folder changed " + std::to_string(attempts) + " times while it was read. Try again.");
}

base::Status FolderStore::load_once() {
  auto contents = std::make_shared<Contents>();
  TRY(segments_.load(*contents));
  for (LoadedLog& log : TRY(logs_.load(segments_.sealed_log()))) {
    for (LogRecord& record : log.records) {
      for (LogRecord::Rows& rows : record.rows)
        contents->tables[rows.table].push_back(
            {0, log.number, TRY(Segment::of_bytes(std::move(rows.segment), log.path, cache_))});
      contents->change_state(record.state);
      logs_.count(log.number, record.state);
    }
  }
  contents_ = std::move(contents);
  return {};
}

base::Status FolderStore::commit(Commit commit) {
  if (access_ == Access::read_only) return fail(ErrorCode::internal, "The data folder was opened for reading only.");
  PendingCommit request = TRY(prepare(std::move(commit), now(), cache_));
  if (request.bytes.empty()) return {};
  std::unique_lock lock(mutex_);
  TRY(wait_for_room(lock));
  queue_.push_back(&request);
  while (!request.result) {
    if (writing_) {
      changed_.wait(lock);
      continue;
    }
    writing_ = true;
    const std::vector<PendingCommit*> group = std::exchange(queue_, {});
    lock.unlock();
    const base::Status written = write(group);
    lock.lock();
    writing_ = false;
    for (PendingCommit* one : group) one->result = written;
    changed_.notify_all();
  }
  return *request.result;
}

// Memory is bounded by making commits wait while a log as large as may be is sealed; or fail when it cannot be.
base::Status FolderStore::wait_for_room(std::unique_lock<std::mutex>& lock) {
  const auto crowded = [&] { return logs_.closed_logs() > 1; };
  if (crowded()) seal_error_.reset();
  changed_.notify_all();
  while (crowded()) {
    if (seal_error_) return *seal_error_;
    changed_.wait(lock);
  }
  return {};
}

base::Status FolderStore::write(const std::vector<PendingCommit*>& group) {
  std::string bytes;
  size_t rows = 0;
  for (const PendingCommit* one : group) {
    bytes += one->bytes;
    for (const auto& [table, segment] : one->rows) rows += segment->row_count();
  }
  TRY(logs_.append(bytes, rows));
  const uint64_t log = logs_.current();
  {
    const std::lock_guard lock(mutex_);
    for (const PendingCommit* one : group) logs_.count(log, one->state);
  }
  publish([&](Contents& contents) {
    for (const PendingCommit* one : group) {
      for (const auto& [table, segment] : one->rows) contents.tables[table].push_back({0, log, segment});
      contents.change_state(one->state);
    }
  });
  const std::lock_guard lock(mutex_);
  if (logs_.rows() >= options_.log_rows_max || logs_.bytes() >= options_.log_bytes_max) logs_.close();
  return {};
}

// So that all that was committed may be sealed.
base::Status FolderStore::close_log() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !writing_; });
  logs_.close();
  changed_.notify_all();
  return {};
}

void FolderStore::seal_in_background(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    changed_.wait(lock, stop, [&] { return logs_.closed_logs() > 0 && !seal_error_; });
    if (stop.stop_requested()) return;
    const uint64_t last = logs_.last_closed();
    lock.unlock();
    auto sealed = seal(last, MergeScope::tiers);
    lock.lock();
    if (!sealed) seal_error_ = std::move(sealed).error();
    changed_.notify_all();
  }
}

base::Status FolderStore::seal(uint64_t last_log, MergeScope scope) {
  const std::lock_guard sealing(seal_mutex_);
  const MergeSources sources = TRY(sources_to_seal(*contents(), last_log, scope));
  ManifestRecord record;
  {
    const std::lock_guard lock(mutex_);
    record.state = logs_.state_until(last_log);
  }
  record.sealed_log = last_log;
  if (!sources.empty() || !record.state.empty()) TRY(replace(sources, std::move(record)));
  {
    const std::lock_guard lock(mutex_);
    logs_.forget_until(last_log);
  }
  TRY(logs_.remove_files_until(last_log));
  if (scope == MergeScope::all_small) return {};
  const MergeSources tiers = sources_of_tiers(*contents());
  return tiers.empty() ? base::Status() : replace(tiers, {});
}

base::Status FolderStore::replace(const MergeSources& sources, ManifestRecord record) {
  MergeSources written;
  for (const auto& [table, old] : sources) {
    written[table] = TRY(segments_.write(*find_declaration(table), old));
    for (const StoredSegment& segment : written[table]) record.added.push_back({table, segment.number});
    for (const StoredSegment& segment : old)
      if (segment.number > 0) record.removed.push_back({table, segment.number});
  }
  return change(record, sources, written);
}

base::Status FolderStore::change(const ManifestRecord& record, const MergeSources& old, const MergeSources& fresh) {
  TRY(segments_.append(record));
  publish([&](Contents& contents) {
    for (const auto& [table, of_table] : old)
      std::erase_if(contents.tables[table], [&](const StoredSegment& segment) {
        return std::any_of(of_table.begin(), of_table.end(),
                           [&](const auto& one) { return one.segment == segment.segment; });
      });
    for (const auto& [table, of_table] : fresh) {
      auto& all = contents.tables[table];
      const auto first_in_log = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.number == 0; });
      all.insert(first_in_log, of_table.begin(), of_table.end());
    }
  });
  for (const auto& [table, of_table] : old)
    for (const StoredSegment& segment : of_table) segment.segment->delete_on_close();
  return {};
}

base::Status FolderStore::merge_small_segments() {
  if (access_ == Access::read_only) return {};
  TRY(close_log());
  uint64_t last = 0;
  {
    const std::lock_guard lock(mutex_);
    last = logs_.last_closed();
  }
  return seal(last, MergeScope::all_small);
}

base::Status FolderStore::drop_ingested_before(base::DateTime time) {
  if (access_ == Access::read_only) return fail(ErrorCode::internal, "The data folder was opened for reading only.");
  TRY(close_log());
  const std::lock_guard sealing(seal_mutex_);
  const MergeSources dropped = sources_ingested_before(*contents(), time);
  if (dropped.empty()) return {};
  ManifestRecord record;
  for (const auto& [table, old] : dropped)
    for (const StoredSegment& segment : old) record.removed.push_back({table, segment.number});
  return change(record, dropped, {});
}

}  // namespace

base::Result<std::unique_ptr<EventStore>> EventStore::open(io::FileSystem& files, std::string folder, Access access,
                                                           const StoreOptions& options) {
  auto store = std::make_unique<FolderStore>(files, std::move(folder), access, options);
  TRY(store->load());
  return std::unique_ptr<EventStore>(std::move(store));
}

}  // namespace vedette::tables
