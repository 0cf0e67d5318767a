#include "keyed_hash.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>

#include "vedette/base/hexadecimal.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

namespace {

constexpr size_t key_bytes = 32, tag_bytes = 16;

}  // namespace

KeyedHash::KeyedHash(const std::string& key)
    : mac_(EVP_MAC_fetch(nullptr, "GMAC", nullptr)), context_(mac_ ? EVP_MAC_CTX_new(mac_.get()) : nullptr) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> secret{};
  static constexpr unsigned char nonce[12] = {};  // one key makes one hash: no tag leaves the data folder
  char cipher[] = "AES-256-GCM";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher, 0),
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_IV, const_cast<unsigned char*>(nonce), sizeof nonce),
      OSSL_PARAM_construct_end()};
  good_ = context_ && EVP_Digest(key.data(), key.size(), secret.data(), nullptr, EVP_sha256(), nullptr) == 1 &&
          EVP_MAC_init(context_.get(), secret.data(), key_bytes, parameters) == 1;
}

void KeyedHash::update(std::string_view bytes) {
  good_ =
      good_ && EVP_MAC_update(context_.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1;
}

base::Status KeyedHash::update(const ByteSource& source, uint64_t from, uint64_t to, const base::StopCheck& stop) {
  constexpr uint64_t chunk_bytes = 256 << 10;
  std::string chunk;
  for (uint64_t at = from; at < to; at += chunk.size()) {
    TRY(stop.check());
    chunk.resize(std::min(chunk_bytes, to - at));
    TRY(source.read_into(at, chunk));
    update(chunk);
  }
  return {};
}

base::Result<std::string> KeyedHash::digits() const {
  std::array<unsigned char, tag_bytes> tag{};
  size_t size = 0;
  const Context copy(good_ ? EVP_MAC_CTX_dup(context_.get()) : nullptr);
  if (!copy || EVP_MAC_final(copy.get(), tag.data(), &size, tag.size()) != 1 || size != tag.size())
    return fail(ErrorCode::internal, "The identity of the input could not be computed.");
  return base::hexadecimal(tag);
}

}  // namespace vedette::ingest
