// The hash by which inputs are told apart, at the speed of reading them.
//
// GMAC (NIST SP 800-38D) under a random key of the data folder: as a hash it is ten times as fast as SHA-256, and who
// does not know the key cannot make two inputs that have one.
#pragma once

#include <openssl/evp.h>

#include <string>
#include <string_view>

#include "vedette/base/deadline.h"
#include "vedette/base/owned.h"
#include "vedette/ingest/record_reader.h"

namespace vedette::ingest {

class KeyedHash {
 public:
  // The digits of the key serve as they are: SHA-256 makes a key of them.
  explicit KeyedHash(const std::string& key);
  void update(std::string_view bytes);
  // The bytes [from, to) of a source, where the last update ended.
  base::Status update(const ByteSource& source, uint64_t from, uint64_t to, const base::StopCheck& stop);
  // 32 hexadecimal digits, of all bytes so far; more may follow.
  base::Result<std::string> digits() const;

 private:
  using Context = base::Owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;
  const base::Owned<EVP_MAC, EVP_MAC_free> mac_;
  const Context context_;
  bool good_ = false;
};

}  // namespace vedette::ingest
