// FolderStore: logs to segments, small segments to large ones, and retention.
#include <algorithm>

#include "folder_store.h"

namespace vedette::tables {

using base::ErrorCode;
using base::fail;

namespace {

bool any_damaged(const MergeSources& sources) {
  return std::any_of(sources.begin(), sources.end(), [](const auto& of_table) {
    return std::any_of(of_table.second.begin(), of_table.second.end(), [](const StoredSegment& segment) {
      return segment.number > 0 && !segment.segment->may_be_merged();
    });
  });
}

// Somebody waits while it lives.
class Waiting {
 public:
  explicit Waiting(std::atomic<int>& count) : count_(count) { ++count_; }
  ~Waiting() { --count_; }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  std::atomic<int>& count_;
};

}  // namespace

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
    auto sealed = seal_contained(last, MergeScope::tiers);
    lock.lock();
    if (!sealed) seal_error_ = std::move(sealed).error();
    changed_.notify_all();
  }
}

base::Status FolderStore::seal_contained(uint64_t last_log, MergeScope scope) {
  const std::lock_guard sealing(seal_mutex_);
  return contained([&] { return seal(last_log, scope); });
}

// A segment that turns out to be damaged when it is to be merged stays as it is; the others go on without it.
base::Status FolderStore::seal(uint64_t last_log, MergeScope scope) {
  TRY(seal_log(last_log, scope));
  if (scope == MergeScope::all_small) return {};
  while (true) {
    const MergeSources tiers = sources_of_tiers(*contents());
    if (tiers.empty()) return {};
    const auto merged = replace(tiers, {}, scope);
    if (merged || !any_damaged(tiers)) return merged;
  }
}

base::Status FolderStore::seal_log(uint64_t last_log, MergeScope scope) {
  ManifestRecord record;
  {
    const std::lock_guard lock(mutex_);
    record.state = logs_.state_until(last_log);
  }
  record.sealed_log = last_log;
  while (true) {
    const MergeSources sources = TRY(sources_to_seal(*contents(), last_log, scope));
    if (sources.empty() && record.state.empty()) break;
    const auto sealed = replace(sources, record, scope);
    if (sealed) break;
    if (!any_damaged(sources)) return sealed;
  }
  {
    const std::lock_guard lock(mutex_);
    logs_.forget_until(last_log);
  }
  return logs_.remove_files_until(last_log);
}

base::Status FolderStore::replace(const MergeSources& sources, ManifestRecord record, MergeScope scope) {
  SegmentOptions how;
  how.terms = options_.terms;
  how.zone_maps = options_.zone_maps;
  // In the background it leaves the processors to those who commit and hunt, unless somebody waits for it.
  const bool unhurried = scope == MergeScope::tiers && waiting_for_seal_ == 0;
  how.threads = unhurried ? 1 : std::max(1U, std::thread::hardware_concurrency());
  MergeSources written;
  auto replaced = contained([&]() -> base::Status {
    for (const auto& [table, old] : sources) {
      TRY(segments_.write(*find_declaration(table), old, how, written[table]));
      for (const StoredSegment& segment : written[table]) record.added.push_back({table, segment.number});
      for (const StoredSegment& segment : old)
        if (segment.number > 0) record.removed.push_back({table, segment.number});
    }
    return change(record, sources, written);
  });
  // What nothing names does not stay, a full disk least of all.
  if (!replaced && !segments_.broken())
    for (const auto& [table, of_table] : written)
      for (const StoredSegment& segment : of_table) segment.segment->delete_on_close();
  return replaced;
}

base::Status FolderStore::change(const ManifestRecord& record, const MergeSources& old, const MergeSources& fresh) {
  TRY(segments_.append(record));
  const auto shown = contained([&] {
    publish_change(old, fresh);
    return base::Status();
  });
  if (!shown) segments_.stop();
  if (shown)
    for (const auto& [table, of_table] : old)
      for (const StoredSegment& segment : of_table) segment.segment->delete_on_close();
  return shown;
}

void FolderStore::publish_change(const MergeSources& old, const MergeSources& fresh) {
  publish([&](Contents& contents) {
    for (const auto& gone : old)
      std::erase_if(contents.tables[gone.first], [&](const StoredSegment& segment) {
        return std::any_of(gone.second.begin(), gone.second.end(),
                           [&](const auto& one) { return one.segment == segment.segment; });
      });
    for (const auto& [table, of_table] : fresh) {
      auto& all = contents.tables[table];
      const auto first_in_log = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.number == 0; });
      all.insert(first_in_log, of_table.begin(), of_table.end());
    }
  });
}

base::Status FolderStore::merge_small_segments() {
  if (access_ == Access::read_only) return {};
  const Waiting waiting(waiting_for_seal_);  // before the log is closed: the sealer may be the first to see it
  TRY(close_log());
  uint64_t last = 0;
  {
    const std::lock_guard lock(mutex_);
    last = logs_.last_closed();
  }
  return seal_contained(last, MergeScope::all_small);
}

base::Status FolderStore::drop_ingested_before(base::DateTime time) {
  if (access_ == Access::read_only) return fail(ErrorCode::internal, "The data folder was opened for reading only.");
  TRY(close_log());
  const std::lock_guard sealing(seal_mutex_);
  return contained([&]() -> base::Status {
    const MergeSources dropped = sources_ingested_before(*contents(), time);
    if (dropped.empty()) return {};
    ManifestRecord record;
    for (const auto& [table, old] : dropped)
      for (const StoredSegment& segment : old) record.removed.push_back({table, segment.number});
    return change(record, dropped, {});
  });
}

}  // namespace vedette::tables
