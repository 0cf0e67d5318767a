// FolderStore: opening a folder, and commits.
#include <algorithm>

#include "folder_store.h"

namespace vedette::tables {

using base::ErrorCode;
using base::fail;

base::Status FolderStore::load() {
  return contained([&] { return access_ == Access::read_write ? load_to_write() : load_beside_writer(); });
}

base::Status FolderStore::load_to_write() {
  TRY(files_.create_directories(folder_));
  lock_ = TRY(files_.lock(folder_ + "/LOCK"));
  TRY(load_once());
  TRY(segments_.begin_writing(*contents_));
  TRY(logs_.begin_writing(segments_.sealed_log()));
  sealer_ = std::jthread([this](const std::stop_token& stop) { seal_in_background(stop); });
  return {};
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
      if (record.damage) {
        record.damage->cause = log.path;
        if (access_ == Access::read_write) return *record.damage;
        contents->add_damage(record, log.number);
        continue;
      }
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
  return contained([&] { return append_and_publish(group); });
}

base::Status FolderStore::append_and_publish(const std::vector<PendingCommit*>& group) {
  std::string joined;
  size_t rows = 0;
  for (const PendingCommit* one : group) {
    if (group.size() > 1) joined += one->bytes;
    for (const auto& [table, segment] : one->rows) rows += segment->row_count();
  }
  TRY(logs_.append(group.size() > 1 ? joined : group[0]->bytes, rows));
  logs_.distrust();  // an exception from here on: what is durable is not seen, and nothing may follow it
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
  logs_.trust();
  const std::lock_guard lock(mutex_);
  for (const PendingCommit* one : group) log_segments_ += one->rows.size();
  if (logs_.rows() >= options_.log_rows_max || logs_.bytes() >= options_.log_bytes_max ||
      log_segments_ >= options_.log_segments_max) {
    logs_.close();
    log_segments_ = 0;
  }
  return {};
}

base::Result<std::unique_ptr<EventStore>> EventStore::open(io::FileSystem& files, std::string folder, Access access,
                                                           const StoreOptions& options) {
  auto store = std::make_unique<FolderStore>(files, std::move(folder), access, options);
  TRY(store->load());
  return std::unique_ptr<EventStore>(std::move(store));
}

}  // namespace vedette::tables
