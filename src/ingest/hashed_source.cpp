#include "hashed_source.h"

namespace vedette::ingest {

base::Status HashedSource::read_into(uint64_t offset, std::span<char> out) const {
  TRY(bytes_->read_into(offset, out));
  const uint64_t end = offset + out.size();
  if (end <= hashed_bytes_) return {};
  TRY(hash_until(offset));
  hash_.update(std::string_view(out.data(), out.size()).substr(hashed_bytes_ - offset));
  hashed_bytes_ = end;
  return {};
}

base::Status HashedSource::hash_until(uint64_t end) const {
  if (end <= hashed_bytes_) return {};
  TRY(hash_.update(*bytes_, hashed_bytes_, end, stop_));
  hashed_bytes_ = end;
  return {};
}

}  // namespace vedette::ingest
