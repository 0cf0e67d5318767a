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
