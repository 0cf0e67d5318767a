#include "digest.h"

#include <openssl/hmac.h>

#include <array>

namespace vedette::federation {

using base::Result;

namespace {

using Bytes = std::array<unsigned char, EVP_MAX_MD_SIZE>;

Result<std::string> text_of(bool done, const Bytes& bytes, unsigned size) {
  if (!done) return base::fail(base::ErrorCode::internal, "A digest could not be computed.");
  return std::string(reinterpret_cast<const char*>(bytes.data()), size);
}

}  // namespace

Result<std::string> digest(const EVP_MD* algorithm, std::string_view bytes) {
  Bytes out{};
  unsigned size = 0;
  const bool done = EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, algorithm, nullptr) == 1;
  return text_of(done, out, size);
}

Result<std::string> hmac(const EVP_MD* algorithm, std::string_view key, std::string_view bytes) {
  Bytes out{};
  unsigned size = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const bool done =
      HMAC(algorithm, key.data(), static_cast<int>(key.size()), data, bytes.size(), out.data(), &size) != nullptr;
  return text_of(done, out, size);
}

}  // namespace vedette::federation
