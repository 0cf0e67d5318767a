#include "vedette/ingest/identity.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>

#include "byte_stream.h"
#include "vedette/base/owned.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;

namespace {

constexpr size_t key_bytes = 32, tag_bytes = 16;
constexpr std::string_view key_state = "ingest-identity-key";

class Gmac {
 public:
  // The digits of the key serve as they are: SHA-256 makes a key of them.
  explicit Gmac(const std::string& key) {
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
  void update(std::string_view bytes) {
    good_ = good_ &&
            EVP_MAC_update(context_.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1;
  }
  base::Result<std::string> finish() {
    std::array<unsigned char, tag_bytes> tag{};
    size_t size = 0;
    if (!good_ || EVP_MAC_final(context_.get(), tag.data(), &size, tag.size()) != 1 || size != tag.size())
      return fail(ErrorCode::internal, "The identity of the input could not be computed.");
    return hexadecimal(tag);
  }

 private:
  const base::Owned<EVP_MAC, EVP_MAC_free> mac_{EVP_MAC_fetch(nullptr, "GMAC", nullptr)};
  const base::Owned<EVP_MAC_CTX, EVP_MAC_CTX_free> context_{mac_ ? EVP_MAC_CTX_new(mac_.get()) : nullptr};
  bool good_ = false;
};

}  // namespace

base::Result<std::string> identity_key(IngestSink& sink) {
  std::string key = sink.state(std::string(key_state));
  if (!key.empty()) return key;
  std::array<unsigned char, key_bytes> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
    return fail(ErrorCode::internal, "There are no random bytes to be had.");
  key = hexadecimal(random);
  IngestUnit unit;
  unit.state[std::string(key_state)] = key;
  TRY(sink.commit(std::move(unit)));
  return key;
}

base::Result<std::string> identity_of(const Input& input, const std::string& key, std::stop_token stop) {
  Gmac gmac(key);
  const auto stream = stream_of(input.bytes);
  for (auto bytes = TRY(stream->next()); !bytes.empty(); bytes = TRY(stream->next())) {
    if (stop.stop_requested()) return fail(ErrorCode::cancelled, "The input was not read to its end.");
    gmac.update(bytes);
  }
  return gmac.finish();
}

}  // namespace vedette::ingest
