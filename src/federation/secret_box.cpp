#include "vedette/federation/secret_box.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <chrono>
#include <memory>
#include <thread>

#include "vedette/base/hexadecimal.h"
#include "vedette/base/owned.h"

namespace vedette::federation {

using base::ErrorCode;
using base::fail;

namespace {

constexpr size_t key_bytes = 32, nonce_bytes = 12, tag_bytes = 16;

using Context = base::Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

base::Result<std::string> random_bytes(size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(bytes_of(bytes), static_cast<int>(count)) != 1)
    return fail(ErrorCode::internal, "There are no random bytes.");
  return bytes;
}

base::Error damaged() {
  return fail(ErrorCode::corrupt_data,
              "A sealed secret cannot be opened with the key of this data folder. Set it again.");
}

// Of several processes that find no key, one makes it.
base::Status make_key(io::FileSystem& files, const std::string& key_file) {
  constexpr int attempts_max = 1'000;
  constexpr std::chrono::milliseconds between_attempts{10};
  auto lock = files.lock(key_file + ".lock");
  for (int attempt = 1; !lock && lock.error().code == ErrorCode::conflict && attempt < attempts_max; ++attempt) {
    std::this_thread::sleep_for(between_attempts);
    lock = files.lock(key_file + ".lock");
  }
  if (!lock) return lock.error();
  if (files.exists(key_file)) return {};
  const std::string key = TRY(random_bytes(key_bytes));
  return io::write_file_durably(files, key_file, base::hexadecimal(key) + "\n", io::FileMode::owner_only);
}

}  // namespace

base::Result<SecretBox> SecretBox::open(io::FileSystem& files, const std::string& key_file) {
  if (!files.exists(key_file)) TRY(make_key(files, key_file));
  std::string text = TRY(io::read_file(files, key_file));
  if (text.ends_with('\n')) text.pop_back();
  auto key = base::from_hexadecimal(text);
  if (!key || key->size() != key_bytes)
    return fail(ErrorCode::corrupt_data, "The key of the data folder's secrets cannot be read.").with_cause(key_file);
  return SecretBox(std::move(*key));
}

base::Result<std::string> SecretBox::seal(std::string_view secret, std::string_view purpose) const {
  const Context context(EVP_CIPHER_CTX_new());
  const std::string nonce = TRY(random_bytes(nonce_bytes));
  std::string sealed(secret.size(), '\0'), tag(tag_bytes, '\0');
  int count = 0;
  const bool done =
      context &&
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(std::string_view(key_)),
                         bytes_of(std::string_view(nonce))) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &count, bytes_of(purpose), static_cast<int>(purpose.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), bytes_of(sealed), &count, bytes_of(secret), static_cast<int>(secret.size())) ==
          1 &&
      EVP_EncryptFinal_ex(context.get(), bytes_of(tag), &count) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag.data()) == 1;
  if (!done) return fail(ErrorCode::internal, "A secret could not be sealed.");
  return base::hexadecimal(nonce + sealed + tag);
}

base::Result<std::string> SecretBox::unseal(std::string_view sealed, std::string_view purpose) const {
  const auto bytes = base::from_hexadecimal(sealed);
  if (!bytes || bytes->size() < nonce_bytes + tag_bytes) return damaged();
  const std::string nonce = bytes->substr(0, nonce_bytes);
  const std::string hidden = bytes->substr(nonce_bytes, bytes->size() - nonce_bytes - tag_bytes);
  std::string tag = bytes->substr(bytes->size() - tag_bytes), secret(hidden.size() + 1, '\0');
  const Context context(EVP_CIPHER_CTX_new());
  int count = 0, last = 0;
  const bool done =
      context &&
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(std::string_view(key_)),
                         bytes_of(std::string_view(nonce))) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &count, bytes_of(purpose), static_cast<int>(purpose.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(secret), &count, bytes_of(std::string_view(hidden)),
                        static_cast<int>(hidden.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes_of(secret) + count, &last) == 1;
  if (!done) return damaged();
  secret.resize(static_cast<size_t>(count + last));
  return secret;
}

}  // namespace vedette::federation
