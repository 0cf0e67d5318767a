// The files that an instance follows: those that its pattern matches, and those that it matched until they were renamed
// or removed, as long as something may still be appended to them. The place in a file that was not there at the start
// (its file system is not mounted yet) is kept, in case it comes.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "followed_file.h"

namespace vedette::federation {

struct FollowedFilesOptions {
  std::string pattern;                    // of glob(7)
  bool from_end = false;                  // what is there when an instance begins does not count
  std::chrono::milliseconds quiet;        // a renamed file that has not grown for so long is let go
  const ingest::ConnectorConfig& config;  // outlives it
};

// Belongs to one thread.
class FollowedFiles {
 public:
  static constexpr size_t files_max = 256;
  using Time = std::chrono::steady_clock::time_point;

  explicit FollowedFiles(FollowedFilesOptions options) : options_(std::move(options)) {}

  // Takes up what was followed before, when the instance is no new one. The files that are not there, and were the last
  // time, with what they may still have had. io_error when a folder cannot be looked into.
  base::Result<std::vector<std::string>> resume(const std::vector<FilePosition>& positions);
  // Looks for new files, and for renamed ones. not_found when there is nothing to follow; limit_exceeded.
  base::Status look(Time now);

  struct Followed {
    std::unique_ptr<FollowedFile> file;
    bool is_matched = true;
    Time changed{};         // when it was found, or read from last
    bool finished = false;  // it was read to its end, and nothing will be appended any more
  };
  std::map<io::FileIdentity, Followed>& files() { return files_; }
  FollowedFile::Writer writer_of(const Followed& followed, Time now) const;
  void let_go_finished();

  // All places, with one of them moved, those of files that are away first.
  std::vector<FilePosition> positions(const FilePosition* moved = nullptr) const;

 private:
  base::Status follow(const std::string& path, FilePosition position, bool is_matched, Time now);
  void keep_away(FilePosition position);
  base::Result<std::map<io::FileIdentity, std::string>> matched() const;

  const FollowedFilesOptions options_;
  std::map<io::FileIdentity, Followed> files_;
  std::vector<FilePosition> away_;  // files_max at most, the longest away first
  bool resumed_ = false;            // or looked once: files that come later are read from their beginning
};

}  // namespace vedette::federation
