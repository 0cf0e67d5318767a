// A source that is hashed while it is read.
#pragma once

#include "keyed_hash.h"

namespace vedette::ingest {

// Belongs to one thread.
class HashedSource final : public ByteSource {
 public:
  HashedSource(std::shared_ptr<const ByteSource> bytes, const std::string& key, base::StopCheck stop)
      : bytes_(std::move(bytes)), stop_(std::move(stop)), hash_(key) {}
  uint64_t size() const override { return bytes_->size(); }
  base::Status read_into(uint64_t offset, std::span<char> out) const override;
  void will_read(uint64_t offset, uint64_t size) const override { bytes_->will_read(offset, size); }

  // Whatever was read lies before this. What readers passed over is in the hash, too.
  uint64_t hashed_bytes() const { return hashed_bytes_; }
  base::Result<std::string> digits() const { return hash_.digits(); }
  // Hashes what nobody has read.
  base::Status hash_rest() const { return hash_until(size()); }

 private:
  base::Status hash_until(uint64_t end) const;

  const std::shared_ptr<const ByteSource> bytes_;
  const base::StopCheck stop_;
  mutable KeyedHash hash_;
  mutable uint64_t hashed_bytes_ = 0;
};

}  // namespace vedette::ingest
