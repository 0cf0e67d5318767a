#include "byte_stream.h"

#include <openssl/evp.h>

#include <algorithm>

#include "vedette/base/hexadecimal.h"
#include "vedette/base/owned.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

namespace {

constexpr size_t chunk_bytes = 256 << 10;

class FileBytes final : public ByteSource {
 public:
  FileBytes(std::unique_ptr<io::File> file, uint64_t size) : file_(std::move(file)), size_(size) {}
  uint64_t size() const override { return size_; }
  base::Status read_into(uint64_t offset, std::span<char> out) const override { return file_->read_into(offset, out); }
  void will_read(uint64_t offset, uint64_t size) const override { file_->will_read(offset, size); }

 private:
  std::unique_ptr<io::File> file_;
  uint64_t size_;
};

class MemoryBytes final : public ByteSource {
 public:
  explicit MemoryBytes(std::string bytes) : bytes_(std::move(bytes)) {}
  uint64_t size() const override { return bytes_.size(); }
  base::Status read_into(uint64_t offset, std::span<char> out) const override {
    std::copy_n(bytes_.data() + offset, out.size(), out.data());
    return {};
  }

 private:
  std::string bytes_;
};

class SourceStream final : public ByteStream {
 public:
  explicit SourceStream(std::shared_ptr<const ByteSource> source) : source_(std::move(source)) {}
  base::Result<std::string_view> next() override {
    chunk_.resize(chunk_bytes);
    return std::string_view(chunk_).substr(0, TRY(read(chunk_)));
  }
  base::Result<size_t> read(std::span<char> out) override {
    announce();
    const auto bytes = static_cast<size_t>(std::min<uint64_t>(source_->size() - offset_, out.size()));
    TRY(source_->read_into(offset_, out.first(bytes)));
    offset_ += bytes;
    return bytes;
  }

 private:
  // Records are made of some megabytes while a disk brings the next.
  void announce() {
    constexpr uint64_t step_bytes = 4 << 20;
    if (offset_ + step_bytes <= announced_ || announced_ >= source_->size()) return;
    source_->will_read(announced_, step_bytes);
    announced_ += step_bytes;
  }

  std::shared_ptr<const ByteSource> source_;
  uint64_t offset_ = 0, announced_ = 0;
  std::string chunk_;
};

class PrependedStream final : public ByteStream {
 public:
  PrependedStream(std::string first, std::unique_ptr<ByteStream> rest)
      : first_(std::move(first)), rest_(std::move(rest)) {}
  base::Result<std::string_view> next() override {
    if (!first_.empty() && !delivered_) return delivered_ = true, std::string_view(first_);
    return rest_->next();
  }
  base::Result<size_t> read(std::span<char> out) override {
    if (left_.empty() && (delivered_ || first_.empty())) return rest_->read(out);
    return ByteStream::read(out);
  }

 private:
  std::string first_;
  bool delivered_ = false;
  std::unique_ptr<ByteStream> rest_;
};

}  // namespace

base::Result<size_t> ByteStream::read(std::span<char> out) {
  if (left_.empty()) left_ = TRY(next());
  const size_t bytes = std::min(out.size(), left_.size());
  std::copy_n(left_.data(), bytes, out.data());
  left_.remove_prefix(bytes);
  return bytes;
}

std::unique_ptr<ByteStream> stream_of(std::shared_ptr<const ByteSource> source) {
  return std::make_unique<SourceStream>(std::move(source));
}

std::unique_ptr<ByteStream> prepend(std::string first, std::unique_ptr<ByteStream> rest) {
  return std::make_unique<PrependedStream>(std::move(first), std::move(rest));
}

base::Status InflationGuard::charge(uint64_t produced_bytes) {
  produced_bytes_ += produced_bytes;
  if (produced_bytes_ > limits_.decompressed_bytes_max)
    return fail(ErrorCode::limit_exceeded,
                "The decompressed data is larger than " + std::to_string(limits_.decompressed_bytes_max) + " bytes.");
  if (produced_bytes_ > limits_.ratio_free_bytes && produced_bytes_ / limits_.ratio_max > compressed_bytes_)
    return fail(ErrorCode::limit_exceeded,
                "The compressed data grows to more than " + std::to_string(limits_.ratio_max) + " times its size.");
  return {};
}

Container sniff_container(std::string_view first_bytes) {
  using namespace std::literals;
  if (first_bytes.starts_with("\x1f\x8b"sv)) return Container::gzip;
  if (first_bytes.starts_with("\x28\xb5\x2f\xfd"sv)) return Container::zstd;
  if (first_bytes.starts_with("PK\x03\x04"sv) || first_bytes.starts_with("PK\x05\x06"sv)) return Container::zip;
  constexpr size_t tar_magic_at = 257;  // POSIX ustar
  if (first_bytes.size() >= container_sniff_bytes && first_bytes.substr(tar_magic_at, 5) == "ustar"sv)
    return Container::tar;
  return Container::none;
}

base::Result<Input> open_input(io::FileSystem& files, const std::string& path) {
  auto file = TRY(files.open_for_reading(path));
  const uint64_t size = TRY(file->size());
  const size_t slash = path.rfind('/');
  return Input{slash == std::string::npos ? path : path.substr(slash + 1),
               std::make_shared<FileBytes>(std::move(file), size)};
}

Input memory_input(std::string name, std::string bytes) {
  return {std::move(name), std::make_shared<MemoryBytes>(std::move(bytes))};
}

base::Result<std::string> content_hash(const Input& input) {
  const base::Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  bool good = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  const auto stream = stream_of(input.bytes);
  while (good) {
    const std::string_view bytes = TRY(stream->next());
    if (bytes.empty()) break;
    good = EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1;
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (!good || EVP_DigestFinal_ex(context.get(), digest, &size) != 1)
    return fail(ErrorCode::internal, "The hash of the input could not be computed.");
  return base::hexadecimal(std::span(digest).first(size));
}

}  // namespace vedette::ingest
