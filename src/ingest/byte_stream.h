// Bytes in order: a source read from its beginning, and what compressors and archives make of it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/ingest/record_reader.h"

namespace vedette::ingest {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // The next bytes, valid until the next call; "" at the end, and ever after.
  virtual base::Result<std::string_view> next() = 0;
  // The same into memory of the caller, for those that need no memory of their own; 0 bytes at the end. A stream is
  // read in one of the two ways.
  virtual base::Result<size_t> read(std::span<char> out);

 protected:
  std::string_view left_;  // of next(), for read()
};

std::unique_ptr<ByteStream> stream_of(std::shared_ptr<const ByteSource> source);

// Refuses what grows out of proportion to the input it came from (ReadLimits: ratio, decompressed bytes).
class InflationGuard {
 public:
  InflationGuard(const ReadLimits& limits, uint64_t compressed_bytes)
      : limits_(limits), compressed_bytes_(compressed_bytes) {}
  base::Status charge(uint64_t produced_bytes);

 private:
  ReadLimits limits_;
  uint64_t compressed_bytes_;
  uint64_t produced_bytes_ = 0;
};

// Puts bytes that were looked at back in front.
std::unique_ptr<ByteStream> prepend(std::string first, std::unique_ptr<ByteStream> rest);

// gzip (RFC 1952, members one after the other) and zstd frames. A stream cut off inside the data is corrupt_data; one
// whose data is complete and whose trailer is missing or short is not.
std::unique_ptr<ByteStream> gunzip(std::unique_ptr<ByteStream> compressed, InflationGuard guard);
std::unique_ptr<ByteStream> unzstd(std::unique_ptr<ByteStream> compressed, InflationGuard guard);

enum class Container : uint8_t { none, gzip, zstd, zip, tar };
// By the first bytes: 265 are enough.
Container sniff_container(std::string_view first_bytes);
inline constexpr size_t container_sniff_bytes = 265;

}  // namespace vedette::ingest
