#include "digest.h"

#include <openssl/evp.h>
#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

namespace vedette::auth {

Digest sha256(std::string_view bytes) {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);  // fetched once: a fetch takes locks
  Digest digest;
  unsigned size = 0;
  if (!algorithm || EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr) != 1) std::abort();
  return digest;
}

std::string random_bytes(size_t size) {
  std::string bytes(size, '\0');
  for (size_t at = 0; at < size;) {
    const ssize_t got = getrandom(bytes.data() + at, size - at, 0);
    if (got > 0)
      at += static_cast<size_t>(got);
    else if (got == 0 || errno != EINTR)
      std::abort();
  }
  return bytes;
}

}  // namespace vedette::auth
