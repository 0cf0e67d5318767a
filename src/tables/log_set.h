// The logs of a folder: the one that is written, and those before it that wait to be sealed.
//
// Not thread-safe but for append(), which one thread may run while others use the rest; its caller sees to that.
#pragma once

#include <map>

#include "write_ahead_log.h"

namespace vedette::tables {

struct LoadedLog {
  uint64_t number = 0;
  std::string path;
  std::vector<LogRecord> records;
};

class LogSet {
 public:
  LogSet(io::FileSystem& files, std::string folder) : files_(files), folder_(std::move(folder)) {}

  // The logs after `sealed`, in order. Only the last may end in an interrupted commit.
  base::Result<std::vector<LoadedLog>> load(uint64_t sealed);
  base::Status begin_writing(uint64_t sealed);

  base::Status append(std::string_view records, size_t rows);
  // Until it is trusted again the log takes no more and is not closed: only one who opens the folder reads it.
  void distrust() { log_->set_broken(true); }
  void trust() { log_->set_broken(false); }
  uint64_t current() const { return current_; }
  size_t rows() const { return rows_; }
  size_t bytes() const { return log_ ? log_->bytes() : 0; }
  // Later records go to another log. Nothing when this one is empty, or ends in what could not be cut off.
  void close();

  // State that a log's commits have changed: it goes into the manifest when the log is sealed.
  void count(uint64_t log, const std::map<std::string, std::string>& state);
  size_t closed_logs() const;
  uint64_t last_closed() const { return current_ - 1; }
  std::map<std::string, std::string> state_until(uint64_t last) const;
  void forget_until(uint64_t last);
  base::Status remove_files_until(uint64_t last) const;

 private:
  std::string path_of(uint64_t number) const { return folder_ + "/WAL." + std::to_string(number); }
  base::Result<std::vector<uint64_t>> numbers() const;  // ascending

  io::FileSystem& files_;
  const std::string folder_;
  std::unique_ptr<WriteAheadLog> log_;  // null while it is empty
  uint64_t current_ = 1;
  size_t valid_bytes_ = 0;                                         // of the current log when it was loaded
  size_t rows_ = 0;                                                // written to the current log
  std::map<uint64_t, std::map<std::string, std::string>> states_;  // of each log that is not sealed
};

}  // namespace vedette::tables
