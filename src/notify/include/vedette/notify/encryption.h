// Resource data for the holder of a certificate's key alone (Graph's change-notifications-with-resource-data):
//
//   key        32 random bytes for one notification
//   data       AES-256-CBC with PKCS #7 padding; the IV is the first 16 bytes of the key
//   signature  HMAC-SHA256 of `data` with the key
//   dataKey    the key under RSA-OAEP (SHA-1, MGF1 with SHA-1)
//
// All of them in base64. Threads: any; a Certificate is immutable.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/json/value.h"

struct evp_pkey_st;

namespace vedette::notify {

inline constexpr size_t certificate_bytes_max = 16 * 1024;  // of its base64
inline constexpr size_t certificate_id_bytes_max = 128;
inline constexpr int certificate_bits_min = 2048, certificate_bits_max = 4096;

struct Certificate {
  std::shared_ptr<evp_pkey_st> key;
  std::string thumbprint;  // the SHA-1 of the DER in hexadecimal, upper case
};

// `base64` of an X.509 certificate in DER or PEM. bad_request for anything else, and for keys that are not RSA of 2048
// to 4096 bits.
base::Result<Certificate> read_certificate(std::string_view base64);

// encryptedContent of a notification.
base::Result<json::Object> encrypt(const Certificate& certificate, const std::string& certificate_id,
                                   std::string_view content);

}  // namespace vedette::notify
