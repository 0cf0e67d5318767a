// Secrets of connectors at rest: AES-256-GCM under a key that lies in the data folder, readable by its owner alone.
//
//   sealed = hexadecimal of: nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes)
//
// What a secret is for (tenant, connector, name) is authenticated with it, so that one cannot be moved to another
// place. Threads: any; immutable.
#pragma once

#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/io/file_system.h"

namespace vedette::federation {

class SecretBox {
 public:
  // Reads the key, or makes one (mode 0600) when there is none. corrupt_data for a file that is no key.
  static base::Result<SecretBox> open(io::FileSystem& files, const std::string& key_file);

  base::Result<std::string> seal(std::string_view secret, std::string_view purpose) const;
  // corrupt_data when it was not sealed with this key for this purpose.
  base::Result<std::string> unseal(std::string_view sealed, std::string_view purpose) const;

 private:
  explicit SecretBox(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

}  // namespace vedette::federation
