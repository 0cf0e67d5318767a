// gzip and zstd. gzip's header and trailer are read here and the deflate data between them raw, because zlib's own
// reading of them cannot tell data that was cut off from data that is complete but lost the last bytes of its trailer.
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <optional>
#include <vector>

#include "byte_stream.h"
#include "vedette/base/owned.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

namespace {

constexpr size_t output_bytes = 256 << 10;

base::Error cut_off() { return fail(ErrorCode::corrupt_data, "The compressed data is cut off."); }

// The compressed side: a window on the bytes not used yet.
class CompressedBytes {
 public:
  explicit CompressedBytes(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}
  std::string_view left() const { return left_; }
  void use(size_t count) { left_.remove_prefix(count); }
  // True when there are bytes.
  base::Result<bool> fill() {
    if (left_.empty()) left_ = TRY(stream_->next());
    return !left_.empty();
  }
  base::Result<int> byte() {  // -1 at the end
    if (!TRY(fill())) return -1;
    const int value = static_cast<unsigned char>(left_.front());
    use(1);
    return value;
  }

 private:
  std::unique_ptr<ByteStream> stream_;
  std::string_view left_;
};

class GzipStream final : public ByteStream {
 public:
  GzipStream(std::unique_ptr<ByteStream> compressed, InflationGuard guard)
      : input_(std::move(compressed)), guard_(guard) {}
  ~GzipStream() override {
    if (open_) inflateEnd(&zlib_);
  }

  base::Result<std::string_view> next() override {
    if (failure_) return *failure_;
    while (!ended_) {
      if (!in_member_) {
        if (!TRY(begin_member())) break;
      }
      const size_t produced = TRY(inflate_some());
      if (produced == 0) continue;
      auto charged = guard_.charge(produced);
      if (!charged) return charged.error();
      return std::string_view(output_.data(), produced);
    }
    ended_ = true;
    return std::string_view{};
  }

 private:
  // RFC 1952, 2.3: ID1 ID2 CM FLG MTIME(4) XFL OS, then what FLG announces.
  base::Result<bool> begin_member() {
    int first = TRY(input_.byte());
    while (first == 0 && members_ > 0) first = TRY(input_.byte());  // padding after the last member
    if (first < 0) return false;
    std::array<int, 10> header{first};
    for (size_t i = 1; i < header.size(); ++i) {
      header[i] = TRY(input_.byte());
      if (header[i] < 0) return cut_off();
    }
    if (header[0] != 0x1f || header[1] != 0x8b || header[2] != 8)
      return fail(ErrorCode::corrupt_data, "After the compressed data stand bytes that are no gzip member.");
    constexpr int header_checksum = 2, extra = 4, name = 8, comment = 16;
    const int flags = header[3];
    if (flags & extra) {
      const int low = TRY(input_.byte()), high = TRY(input_.byte());
      for (int left = low + 256 * high; left > 0; --left) TRY(input_.byte());
    }
    for (const int text : {name, comment})
      if (flags & text)
        for (int at = 1; at > 0;) at = TRY(input_.byte());
    if (flags & header_checksum)
      for (int i = 0; i < 2; ++i) TRY(input_.byte());
    return start_inflating();
  }

  base::Result<bool> start_inflating() {
    constexpr int raw_window_bits = -15;
    const int status = open_ ? inflateReset2(&zlib_, raw_window_bits) : inflateInit2(&zlib_, raw_window_bits);
    if (status != Z_OK) return fail(ErrorCode::internal, "zlib could not be started.");
    open_ = in_member_ = true;
    checksum_ = crc32(0, nullptr, 0);
    size_ = 0;
    ++members_;
    return true;
  }

  base::Result<size_t> inflate_some() {
    if (!TRY(input_.fill())) return cut_off();
    zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input_.left().data()));
    zlib_.avail_in = static_cast<uInt>(input_.left().size());
    zlib_.next_out = reinterpret_cast<Bytef*>(output_.data());
    zlib_.avail_out = static_cast<uInt>(output_.size());
    const int status = inflate(&zlib_, Z_NO_FLUSH);
    input_.use(input_.left().size() - zlib_.avail_in);
    const size_t produced = output_.size() - zlib_.avail_out;
    checksum_ = crc32_z(checksum_, reinterpret_cast<const Bytef*>(output_.data()), produced);
    size_ += produced;
    if (status == Z_STREAM_END) {
      auto good = end_member();
      // The bytes that were read before a wrong checksum still count; the error comes with the next call.
      if (!good && produced == 0) return good.error();
      if (!good) failure_ = good.error();
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      return fail(ErrorCode::corrupt_data, "The compressed data is damaged.");
    }
    return produced;
  }

  // CRC32 and ISIZE, four bytes each, little-endian. Missing ones prove nothing against complete data.
  base::Status end_member() {
    in_member_ = false;
    std::array<uint32_t, 2> trailer{};
    for (size_t i = 0; i < 8; ++i) {
      const int byte = TRY(input_.byte());
      if (byte < 0) return {};
      trailer[i / 4] |= static_cast<uint32_t>(byte) << (8 * (i % 4));
    }
    if (trailer[0] != static_cast<uint32_t>(checksum_) || trailer[1] != static_cast<uint32_t>(size_))
      return fail(ErrorCode::corrupt_data, "The compressed data does not have the checksum it says.");
    return {};
  }

  CompressedBytes input_;
  InflationGuard guard_;
  z_stream zlib_{};
  bool open_ = false, in_member_ = false, ended_ = false;
  int members_ = 0;
  uLong checksum_ = 0;
  uint64_t size_ = 0;
  std::optional<base::Error> failure_;
  std::vector<char> output_ = std::vector<char>(output_bytes);
};

class ZstdStream final : public ByteStream {
 public:
  ZstdStream(std::unique_ptr<ByteStream> compressed, InflationGuard guard)
      : input_(std::move(compressed)), guard_(guard), zstd_(ZSTD_createDCtx()) {
    constexpr int window_log_max = 27;  // 128 MB
    ZSTD_DCtx_setParameter(zstd_.get(), ZSTD_d_windowLogMax, window_log_max);
  }

  base::Result<std::string_view> next() override {
    while (true) {
      const bool more = TRY(input_.fill());
      if (!more && !flushing_) {
        if (in_frame_) return cut_off();
        return std::string_view{};
      }
      ZSTD_inBuffer in{input_.left().data(), input_.left().size(), 0};
      ZSTD_outBuffer out{output_.data(), output_.size(), 0};
      const size_t status = ZSTD_decompressStream(zstd_.get(), &out, &in);
      if (ZSTD_isError(status))
        return fail(ErrorCode::corrupt_data,
                    std::string("The compressed data is damaged: ") + ZSTD_getErrorName(status) + ".");
      input_.use(in.pos);
      in_frame_ = status != 0;
      flushing_ = in_frame_ && out.pos == out.size;
      if (out.pos == 0) continue;
      auto charged = guard_.charge(out.pos);
      if (!charged) return charged.error();
      return std::string_view(output_.data(), out.pos);
    }
  }

 private:
  CompressedBytes input_;
  InflationGuard guard_;
  base::Owned<ZSTD_DCtx, ZSTD_freeDCtx> zstd_;
  bool in_frame_ = false, flushing_ = false;
  std::vector<char> output_ = std::vector<char>(output_bytes);
};

}  // namespace

std::unique_ptr<ByteStream> gunzip(std::unique_ptr<ByteStream> compressed, InflationGuard guard) {
  return std::make_unique<GzipStream>(std::move(compressed), guard);
}

std::unique_ptr<ByteStream> unzstd(std::unique_ptr<ByteStream> compressed, InflationGuard guard) {
  return std::make_unique<ZstdStream>(std::move(compressed), guard);
}

}  // namespace vedette::ingest
