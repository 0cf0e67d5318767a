#include "record_head.h"

#include <xxhash.h>

#include "vedette/base/bytes.h"

namespace vedette::tables {

std::string with_record_head(std::string body) {
  const std::string_view contents = std::string_view(body).substr(record_head_bytes);
  base::ByteWriter head;
  head.fixed(static_cast<uint32_t>(contents.size()));
  head.fixed<uint64_t>(XXH3_64bits(contents.data(), contents.size()));
  body.replace(0, record_head_bytes, head.take());
  return body;
}

RecordState read_record(std::string_view bytes, std::string_view& body) {
  if (bytes.size() < record_head_bytes) return RecordState::cut_off;
  base::ByteReader head(bytes);
  const auto size = head.fixed<uint32_t>();
  const auto checksum = head.fixed<uint64_t>();
  const std::string_view rest = bytes.substr(record_head_bytes);
  if (size == 0 && checksum == 0 && rest.find_first_not_of('\0') == std::string_view::npos) return RecordState::cut_off;
  if (size <= rest.size()) {
    body = rest.substr(0, size);
    if (XXH3_64bits(body.data(), size) == checksum) return RecordState::whole;
    return size == rest.size() ? RecordState::cut_off : RecordState::damaged;
  }
  for (uint32_t bit = 1; bit != 0; bit <<= 1)
    if (const uint32_t other = size ^ bit; other <= rest.size() && XXH3_64bits(rest.data(), other) == checksum)
      return RecordState::damaged;
  return RecordState::cut_off;
}

}  // namespace vedette::tables
