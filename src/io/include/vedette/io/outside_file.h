// Files that other programs write, such as logs: found by a pattern, and known by what they are, for their names
// change. Errors are those of a FileSystem. Threads: any.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::io {

// What a file is, whatever it is called. The number of a file that was deleted may come again.
struct FileIdentity {
  uint64_t device = 0, inode = 0;
  auto operator<=>(const FileIdentity&) const = default;
};

class OutsideFile {
 public:
  // bad_request for what is no regular file.
  static base::Result<std::unique_ptr<OutsideFile>> open(const std::string& path);
  ~OutsideFile();
  OutsideFile(const OutsideFile&) = delete;
  OutsideFile& operator=(const OutsideFile&) = delete;

  FileIdentity identity() const { return identity_; }
  base::Result<uint64_t> size() const;
  // At most `bytes_max` bytes: fewer where the file ends.
  base::Result<std::string> read(uint64_t offset, size_t bytes_max) const;

 private:
  OutsideFile(int fd, FileIdentity identity, std::string path) : fd_(fd), identity_(identity), path_(std::move(path)) {}
  const int fd_;
  const FileIdentity identity_;
  const std::string path_;
};

base::Result<FileIdentity> identify(const std::string& path);
// The paths that a pattern of glob(7) matches, sorted; folders among them. Empty when there are none.
base::Result<std::vector<std::string>> matching_paths(const std::string& pattern);
// The paths in a folder, sorted.
base::Result<std::vector<std::string>> paths_in(const std::string& folder);

}  // namespace vedette::io
