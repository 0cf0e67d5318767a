// SHA-256, HMAC, and random bytes of the operating system.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace vedette::auth {

using Digest = std::array<uint8_t, 32>;

Digest sha256(std::string_view bytes);

Digest hmac_sha256(std::string_view key, std::string_view bytes);

std::string random_bytes(size_t size);

// In a time that does not tell where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// One of `counter_buckets`: what strangers name is counted by bucket, so that the counters are bounded however many
// names they try.
inline constexpr size_t counter_buckets = 4096;
inline size_t counter_bucket(std::string_view name) {
  const Digest digest = sha256(name);
  return static_cast<size_t>(digest[0] << 8 | digest[1]) % counter_buckets;
}

// For maps keyed by a digest: its bytes are already evenly spread.
struct DigestHash {
  size_t operator()(const Digest& digest) const {
    size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
  }
};

inline std::string_view as_bytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace vedette::auth
