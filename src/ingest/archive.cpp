// zip and tar through libarchive.
#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>

#include "member_source.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

namespace {

// What libarchive calls for bytes.
class ArchiveBytes {
 public:
  virtual ~ArchiveBytes() = default;
  virtual base::Result<std::string_view> read() = 0;
  virtual int64_t seek(int64_t offset, int whence) = 0;
  std::optional<base::Error> failure;
};

class RandomAccess final : public ArchiveBytes {
 public:
  explicit RandomAccess(std::shared_ptr<const ByteSource> source) : source_(std::move(source)) {}
  base::Result<std::string_view> read() override {
    constexpr uint64_t chunk_bytes = 256 << 10;
    chunk_.resize(std::min(source_->size() - offset_, chunk_bytes));
    TRY(source_->read_into(offset_, chunk_));
    offset_ += chunk_.size();
    return std::string_view(chunk_);
  }
  int64_t seek(int64_t offset, int whence) override {
    const auto size = static_cast<int64_t>(source_->size());
    const int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? static_cast<int64_t>(offset_) : size;
    if (from + offset < 0 || from + offset > size) return ARCHIVE_FATAL;
    offset_ = static_cast<uint64_t>(from + offset);
    return from + offset;
  }

 private:
  std::shared_ptr<const ByteSource> source_;
  uint64_t offset_ = 0;
  std::string chunk_;
};

class InOrder final : public ArchiveBytes {
 public:
  explicit InOrder(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}
  base::Result<std::string_view> read() override { return stream_->next(); }
  int64_t seek(int64_t, int) override { return ARCHIVE_FATAL; }

 private:
  std::unique_ptr<ByteStream> stream_;
};

la_ssize_t read_callback(archive* handle, void* data, const void** buffer) {
  auto* bytes = static_cast<ArchiveBytes*>(data);
  auto read = bytes->read();
  if (!read) {
    archive_set_error(handle, EIO, "%s", read.error().message.c_str());
    bytes->failure = read.error();
    return -1;
  }
  *buffer = read->data();
  return static_cast<la_ssize_t>(read->size());
}

la_int64_t seek_callback(archive*, void* data, la_int64_t offset, int whence) {
  return static_cast<ArchiveBytes*>(data)->seek(offset, whence);
}

struct ArchiveHandle {
  explicit ArchiveHandle(std::unique_ptr<ArchiveBytes> source) : bytes(std::move(source)) {}
  ~ArchiveHandle() { archive_read_free(handle); }
  ArchiveHandle(const ArchiveHandle&) = delete;
  ArchiveHandle& operator=(const ArchiveHandle&) = delete;

  base::Error error() const {
    if (bytes->failure) return *bytes->failure;
    const char* text = archive_error_string(handle);
    return fail(ErrorCode::corrupt_data, std::string("The archive is damaged: ") + (text ? text : "unknown") + ".");
  }

  std::unique_ptr<ArchiveBytes> bytes;
  archive* handle = archive_read_new();
};

class EntryStream final : public ByteStream {
 public:
  EntryStream(std::shared_ptr<ArchiveHandle> archive, std::shared_ptr<InflationGuard> guard)
      : archive_(std::move(archive)), guard_(std::move(guard)) {}
  // Block by block, so that damage further on costs nothing before it. Between the blocks of a sparse file stand zeros.
  base::Result<std::string_view> next() override {
    constexpr int64_t zeros_max = 256 << 10;
    while (!ended_ && block_.empty()) {
      const void* data = nullptr;
      size_t size = 0;
      const int status = archive_read_data_block(archive_->handle, &data, &size, &block_offset_);
      if (status != ARCHIVE_OK && status != ARCHIVE_EOF) return archive_->error();
      ended_ = status == ARCHIVE_EOF;
      block_ = {static_cast<const char*>(data), size};
    }
    if (block_.empty()) return block_;
    std::string_view bytes = std::exchange(block_, {});
    if (const int64_t gap = block_offset_ - position_; gap > 0) {
      block_ = bytes;
      zeros_.assign(static_cast<size_t>(std::min(gap, zeros_max)), '\0');
      bytes = zeros_;
    }
    position_ += static_cast<int64_t>(bytes.size());
    auto charged = guard_->charge(bytes.size());
    if (!charged) return charged.error();
    return bytes;
  }

 private:
  std::shared_ptr<ArchiveHandle> archive_;
  std::shared_ptr<InflationGuard> guard_;
  std::string_view block_;
  la_int64_t block_offset_ = 0;
  int64_t position_ = 0;
  std::string zeros_;
  bool ended_ = false;
};

// AppleDouble companions that macOS adds to archives hold no records.
bool is_apple_double(std::string_view name) { return name.starts_with("__MACOSX/"); }

class ArchiveMembers final : public MemberSource {
 public:
  ArchiveMembers(std::shared_ptr<ArchiveHandle> archive, InflationGuard guard)
      : archive_(std::move(archive)), guard_(std::make_shared<InflationGuard>(guard)) {}

  base::Result<std::optional<Member>> next() override {
    while (!ended_) {
      if (!opened_ && archive_read_open1(archive_->handle) != ARCHIVE_OK) return ended_ = true, archive_->error();
      opened_ = true;
      archive_entry* entry = nullptr;
      const int status = archive_read_next_header(archive_->handle, &entry);
      if (status == ARCHIVE_EOF) break;
      if (status < ARCHIVE_WARN) return ended_ = true, archive_->error();
      if (archive_entry_filetype(entry) != AE_IFREG) continue;
      const char* path = archive_entry_pathname(entry);
      const std::string name = path ? path : "";
      if (is_apple_double(name)) continue;
      if (archive_entry_is_encrypted(entry))
        return ended_ = true, fail(ErrorCode::not_supported, "The archive is encrypted.");
      return std::optional<Member>(Member{name, std::make_unique<EntryStream>(archive_, guard_)});
    }
    ended_ = true;
    return std::optional<Member>{};
  }

 private:
  std::shared_ptr<ArchiveHandle> archive_;
  std::shared_ptr<InflationGuard> guard_;
  bool opened_ = false, ended_ = false;
};

std::shared_ptr<ArchiveHandle> make_handle(std::unique_ptr<ArchiveBytes> bytes) {
  auto archive = std::make_shared<ArchiveHandle>(std::move(bytes));
  archive_read_set_read_callback(archive->handle, read_callback);
  archive_read_set_callback_data(archive->handle, archive->bytes.get());
  return archive;
}

}  // namespace

std::unique_ptr<MemberSource> open_zip(std::shared_ptr<const ByteSource> bytes, const ReadLimits& limits) {
  const InflationGuard guard(limits, bytes->size());
  auto archive = make_handle(std::make_unique<RandomAccess>(std::move(bytes)));
  archive_read_set_seek_callback(archive->handle, seek_callback);
  archive_read_support_format_zip(archive->handle);
  return std::make_unique<ArchiveMembers>(std::move(archive), guard);
}

std::unique_ptr<MemberSource> open_tar(std::unique_ptr<ByteStream> bytes, const ReadLimits& limits,
                                       uint64_t compressed_bytes) {
  auto archive = make_handle(std::make_unique<InOrder>(std::move(bytes)));
  archive_read_support_format_tar(archive->handle);
  return std::make_unique<ArchiveMembers>(std::move(archive), InflationGuard(limits, compressed_bytes));
}

}  // namespace vedette::ingest
