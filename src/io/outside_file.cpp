#include "vedette/io/outside_file.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "vedette/io/file_system.h"

namespace vedette::io {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

base::Error outside_error(const char* doing, const std::string& path) {
  const int code = errno;
  const char* reason = std::strerror(code);
  return fail(code == ENOENT ? ErrorCode::not_found : ErrorCode::io_error,
              std::string("The server could not ") + doing + " a file of another program: " + reason + ".")
      .with_cause(path);
}

FileIdentity identity_of(const struct stat& info) {
  return {static_cast<uint64_t>(info.st_dev), static_cast<uint64_t>(info.st_ino)};
}

base::Error no_file(const std::string& path) {
  return fail(ErrorCode::bad_request, "What is to be read is no file.").with_cause(path);
}

}  // namespace

// Without O_NONBLOCK the opening of a pipe would wait for its writer.
Result<std::unique_ptr<OutsideFile>> OutsideFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return outside_error("open", path);
  struct stat info {};
  const bool known = ::fstat(fd, &info) == 0;
  std::unique_ptr<OutsideFile> file(new OutsideFile(fd, identity_of(info), path));
  if (!known) return outside_error("open", path);
  if (!S_ISREG(info.st_mode)) return no_file(path);
  return file;
}

OutsideFile::~OutsideFile() { ::close(fd_); }

Result<uint64_t> OutsideFile::size() const {
  struct stat info {};
  if (::fstat(fd_, &info) != 0) return outside_error("measure", path_);
  return static_cast<uint64_t>(info.st_size);
}

Result<std::string> OutsideFile::read(uint64_t offset, size_t bytes_max) const {
  std::string bytes(bytes_max, '\0');
  size_t count = 0;
  while (count < bytes_max) {
    const ssize_t n = ::pread(fd_, bytes.data() + count, bytes_max - count, static_cast<off_t>(offset + count));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return outside_error("read", path_);
    if (n == 0) break;
    count += static_cast<size_t>(n);
  }
  bytes.resize(count);
  return bytes;
}

Result<FileIdentity> identify(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return outside_error("find", path);
  if (!S_ISREG(info.st_mode)) return no_file(path);
  return identity_of(info);
}

Result<std::vector<std::string>> matching_paths(const std::string& pattern) {
  glob_t found{};
  const int outcome = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (outcome != 0 && outcome != GLOB_NOMATCH)
    return fail(ErrorCode::io_error, "The server could not look for files of another program.").with_cause(pattern);
  return paths;
}

Result<std::vector<std::string>> paths_in(const std::string& folder) {
  auto names = TRY(posix_file_system().list_directory(folder));
  for (std::string& name : names) name = folder + "/" + name;
  return names;
}

}  // namespace vedette::io
