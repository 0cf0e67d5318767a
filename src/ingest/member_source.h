// The files inside an input: itself, what its compression hides, or the members of its archive.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "byte_stream.h"
#include "vedette/ingest/record_reader.h"

namespace vedette::ingest {

struct Member {
  std::string name;  // without the endings of compression
  std::unique_ptr<ByteStream> bytes;
};

class MemberSource {
 public:
  virtual ~MemberSource() = default;
  // The next member (the one before it is gone then), nullopt at the end. After an error: the end.
  virtual base::Result<std::optional<Member>> next() = 0;
};

base::Result<std::unique_ptr<MemberSource>> open_members(const Input& input, const ReadLimits& limits);
// The input itself, whatever its bytes look like.
std::unique_ptr<MemberSource> open_plain(const Input& input);

// libarchive over a zip (random access) or a tar (in order; `compressed_bytes` is what the input stored it in).
std::unique_ptr<MemberSource> open_zip(std::shared_ptr<const ByteSource> bytes, const ReadLimits& limits);
std::unique_ptr<MemberSource> open_tar(std::unique_ptr<ByteStream> bytes, const ReadLimits& limits,
                                       uint64_t compressed_bytes);

}  // namespace vedette::ingest
