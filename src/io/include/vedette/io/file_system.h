// Files as values: everything that touches the disk goes through a FileSystem, so that tests can make any call fail.
// Errors are io_error (not_found when the file is absent, conflict when a lock is held); paths stand in Error::cause.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::io {

// An open file. read_at is safe from any thread; append and sync belong to one.
class File {
 public:
  virtual ~File() = default;
  virtual base::Result<uint64_t> size() const = 0;
  // As many bytes as `out` has; corrupt_data when the file is shorter.
  virtual base::Status read_into(uint64_t offset, std::span<char> out) const = 0;
  // The same into memory of its own, which is taken only when the file is long enough.
  base::Result<std::string> read_at(uint64_t offset, size_t size) const;
  // That these bytes will be read soon, in order: a disk may begin with them.
  virtual void will_read(uint64_t /*offset*/, uint64_t /*size*/) const {}
  virtual base::Status append(std::string_view bytes) = 0;
  virtual base::Status sync() = 0;  // fdatasync
  virtual base::Status truncate(uint64_t size) = 0;
};

// Held until it is destroyed or the process ends (flock).
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class FileMode : uint8_t { shared, owner_only };  // 0644, 0600

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual base::Result<std::unique_ptr<File>> open_for_reading(const std::string& path) = 0;
  virtual base::Result<std::unique_ptr<File>> open_for_appending(const std::string& path) = 0;  // created when absent
  virtual base::Status rename(const std::string& from, const std::string& to) = 0;
  virtual base::Status remove_file(const std::string& path) = 0;  // fine when it is absent
  virtual base::Status create_directories(const std::string& path) = 0;
  virtual base::Status sync_directory(const std::string& path) = 0;
  virtual base::Result<std::vector<std::string>> list_directory(const std::string& path) = 0;  // names, sorted
  virtual base::Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;           // does not wait
  virtual bool exists(const std::string& path) = 0;
  virtual base::Status set_mode(const std::string& path, FileMode mode) = 0;
};

FileSystem& posix_file_system();

base::Result<std::string> read_file(FileSystem& files, const std::string& path);
// The file holds all of `bytes` when this returns, also after a power cut, or what it held before.
base::Status write_file_durably(FileSystem& files, const std::string& path, std::string_view bytes,
                                FileMode mode = FileMode::shared);
base::Status remove_tree(const std::string& path);

}  // namespace vedette::io
