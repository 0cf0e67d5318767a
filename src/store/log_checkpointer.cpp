#include "log_checkpointer.h"

namespace vedette::store {

base::Result<std::unique_ptr<LogCheckpointer>> LogCheckpointer::start(const std::string& path, Connection& writer,
                                                                      std::mutex& commits) {
  auto own = TRY(Connection::open(path, Access::read_write));
  TRY(own->integer("PRAGMA schema_version"));  // a connection knows of the log when it has read something
  return std::unique_ptr<LogCheckpointer>(new LogCheckpointer(std::move(own), writer, commits));
}

LogCheckpointer::LogCheckpointer(std::unique_ptr<Connection> own, Connection& writer, std::mutex& commits)
    : own_(std::move(own)),
      writer_(writer.handle()),
      commits_(commits),
      thread_([this](const std::stop_token& stop) { run(stop); }) {
  sqlite3_wal_hook(writer_, &LogCheckpointer::after_commit, this);
}

LogCheckpointer::~LogCheckpointer() { sqlite3_wal_hook(writer_, nullptr, nullptr); }

int LogCheckpointer::after_commit(void* self, sqlite3* writer, const char*, int pages) {
  auto& own = *static_cast<LogCheckpointer*>(self);
  if (pages < log_pages_max) return SQLITE_OK;
  {
    const std::scoped_lock lock(own.mutex_);
    own.wanted_ = true;
  }
  own.wanted_changed_.notify_one();
  if (pages >= log_pages_waited_for) own.pass(writer);
  return SQLITE_OK;  // the commit is durable, whatever became of the log
}

// What fails is tried again after the next commit: the log holds it all.
void LogCheckpointer::run(const std::stop_token& stop) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (!wanted_changed_.wait(lock, stop, [&] { return wanted_; })) return;
      wanted_ = false;
    }
    bring_over();
  }
}

// The log begins anew when the file has all of it: what was committed during the last pass is brought over while nobody
// commits. Each pass has less to do than the one before, as long as the disk is quicker than the commits.
void LogCheckpointer::bring_over() {
  constexpr int few = 1'000, passes_max = 5;
  int before = 0;
  for (int passes = 0; passes < passes_max; ++passes) {
    const int pages = pass(own_->handle());
    if (pages - before <= few) break;
    before = pages;
  }
  const std::scoped_lock lock(commits_);
  pass(own_->handle());
}

int LogCheckpointer::pass(sqlite3* connection) {
  const std::scoped_lock lock(passing_);
  int in_log = 0, in_file = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection, nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &in_file);
  return code == SQLITE_OK ? in_file : 0;
}

}  // namespace vedette::store
