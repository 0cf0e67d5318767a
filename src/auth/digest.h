// SHA-256, and random bytes of the operating system.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace vedette::auth {

using Digest = std::array<uint8_t, 32>;

Digest sha256(std::string_view bytes);

std::string random_bytes(size_t size);

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
