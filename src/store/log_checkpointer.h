// Brings SQLite's write-ahead log into the file while others commit: a commit that did it itself would wait for the
// disk. Only when the log has grown to four times what it should be, commits wait for it. Source: sqlite.org/wal.html.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "sqlite.h"

namespace vedette::store {

// Pages of commits that change them again and again are brought into the file once for many of them.
inline constexpr int log_pages_max = 16'384;  // 64 MB
inline constexpr int log_pages_waited_for = 4 * log_pages_max;

class LogCheckpointer {
 public:
  // Of the file at `path`, which `writer` has opened; its commits are made under `commits`. Both outlive this.
  static base::Result<std::unique_ptr<LogCheckpointer>> start(const std::string& path, Connection& writer,
                                                              std::mutex& commits);
  LogCheckpointer(const LogCheckpointer&) = delete;
  ~LogCheckpointer();

 private:
  LogCheckpointer(std::unique_ptr<Connection> own, Connection& writer, std::mutex& commits);
  static int after_commit(void* self, sqlite3* writer, const char* database, int pages);
  void run(const std::stop_token& stop);
  void bring_over();
  // How many pages of the log are in the file then.
  int pass(sqlite3* connection);

  const std::unique_ptr<Connection> own_;
  sqlite3* const writer_;
  std::mutex& commits_;
  std::mutex passing_;  // held by one pass; taken after commits_
  std::mutex mutex_;    // of what follows
  std::condition_variable_any wanted_changed_;
  bool wanted_ = false;
  std::jthread thread_;  // last: it uses the rest
};

}  // namespace vedette::store
