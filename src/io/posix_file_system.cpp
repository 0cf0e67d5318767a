#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "vedette/io/file_system.h"

namespace vedette::io {
namespace {

using base::ErrorCode;
using base::fail;

base::Error system_error(const char* doing, const std::string& path) {
  const int code = errno;
  const char* reason = std::strerror(code);
  return fail(code == ENOENT ? ErrorCode::not_found : ErrorCode::io_error,
              std::string("The server could not ") + doing + " a file: " + reason + ".")
      .with_cause(path);
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

class PosixFile final : public File {
 public:
  PosixFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  base::Result<uint64_t> size() const override {
    struct stat info {};
    if (::fstat(fd_.get(), &info) != 0) return system_error("measure", path_);
    return static_cast<uint64_t>(info.st_size);
  }

  base::Status read_into(uint64_t offset, std::span<char> out) const override {
    while (!out.empty()) {
      const ssize_t n = ::pread(fd_.get(), out.data(), out.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return system_error("read", path_);
      if (n == 0) return fail(ErrorCode::corrupt_data, "A stored file is shorter than it should be.").with_cause(path_);
      offset += static_cast<size_t>(n);
      out = out.subspan(static_cast<size_t>(n));
    }
    return {};
  }

  void will_read(uint64_t offset, uint64_t size) const override {
    (void)::posix_fadvise(fd_.get(), static_cast<off_t>(offset), static_cast<off_t>(size), POSIX_FADV_WILLNEED);
  }

  base::Status append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return system_error("write", path_);
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return {};
  }

  base::Status sync() override {
    if (::fdatasync(fd_.get()) != 0) return system_error("sync", path_);
    return {};
  }

  base::Status truncate(uint64_t size) override {
    if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) return system_error("truncate", path_);
    return {};
  }

 private:
  Descriptor fd_;
  std::string path_;
};

class PosixLock final : public FileLock {
 public:
  explicit PosixLock(int fd) : fd_(fd) {}

 private:
  Descriptor fd_;
};

class PosixFileSystem final : public FileSystem {
 public:
  base::Result<std::unique_ptr<File>> open_for_reading(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return system_error("open", path);
    return std::make_unique<PosixFile>(fd, path);
  }

  base::Result<std::unique_ptr<File>> open_for_appending(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return system_error("open", path);
    return std::make_unique<PosixFile>(fd, path);
  }

  base::Status rename(const std::string& from, const std::string& to) override {
    if (std::rename(from.c_str(), to.c_str()) != 0) return system_error("rename", from);
    return {};
  }

  base::Status remove_file(const std::string& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_error("remove", path);
    return {};
  }

  base::Status create_directories(const std::string& path) override {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (!error) return {};
    errno = error.value();
    return system_error("create the folder of", path);
  }

  base::Status sync_directory(const std::string& path) override {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() < 0 || ::fsync(fd.get()) != 0) return system_error("sync the folder of", path);
    return {};
  }

  base::Result<std::vector<std::string>> list_directory(const std::string& path) override {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator at(path, error), end; !error && at != end; at.increment(error))
      names.push_back(at->path().filename());
    if (error) {
      errno = error.value();
      return system_error("list the folder of", path);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  base::Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return system_error("open", path);
    auto lock = std::make_unique<PosixLock>(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
      return fail(ErrorCode::conflict, "Another process is using the data folder.").with_cause(path);
    return lock;
  }

  bool exists(const std::string& path) override { return ::access(path.c_str(), F_OK) == 0; }

  base::Status set_mode(const std::string& path, FileMode mode) override {
    if (::chmod(path.c_str(), mode == FileMode::owner_only ? 0600 : 0644) != 0)
      return system_error("change the mode of", path);
    return {};
  }
};

}  // namespace

base::Result<std::string> File::read_at(uint64_t offset, size_t size) const {
  const uint64_t whole = TRY(this->size());
  const bool there = offset <= whole && size <= whole - offset;
  std::string bytes(there ? size : size_t{1}, '\0');
  TRY(read_into(there ? offset : std::max(offset, whole), bytes));  // what is not there fails, with the file's path
  return there ? base::Result<std::string>(std::move(bytes)) : read_at(offset, size);  // or it has grown
}

FileSystem& posix_file_system() {
  static PosixFileSystem files;
  return files;
}

base::Result<std::string> read_file(FileSystem& files, const std::string& path) {
  const auto file = TRY(files.open_for_reading(path));
  return file->read_at(0, TRY(file->size()));
}

base::Status write_file_durably(FileSystem& files, const std::string& path, std::string_view bytes, FileMode mode) {
  const std::string temporary = path + ".new";
  TRY(files.remove_file(temporary));
  {
    const auto file = TRY(files.open_for_appending(temporary));
    TRY(files.set_mode(temporary, mode));
    TRY(file->append(bytes));
    TRY(file->sync());
  }
  TRY(files.rename(temporary, path));
  const std::string folder = std::filesystem::path(path).parent_path();
  return files.sync_directory(folder.empty() ? "." : folder);
}

base::Status remove_tree(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (!error) return {};
  errno = error.value();
  return system_error("remove", path);
}

}  // namespace vedette::io
