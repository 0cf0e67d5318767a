// Digests of bytes, and of bytes with a key (HMAC).
#pragma once

#include <openssl/evp.h>

#include <string>
#include <string_view>

#include "vedette/base/result.h"

namespace vedette::federation {

// As bytes. `internal` when OpenSSL cannot.
base::Result<std::string> digest(const EVP_MD* algorithm, std::string_view bytes);
base::Result<std::string> hmac(const EVP_MD* algorithm, std::string_view key, std::string_view bytes);

}  // namespace vedette::federation
