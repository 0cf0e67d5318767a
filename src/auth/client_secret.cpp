#include "vedette/auth/client_secret.h"

#include <argon2.h>

#include "digest.h"
#include "vedette/base/base64.h"

namespace vedette::auth {
namespace {

using base::ErrorCode;
using base::fail;

constexpr uint32_t passes = 2, memory_kib = 19 * 1024, lanes = 1;
constexpr uint32_t salt_bytes = 16, hash_bytes = 32;

}  // namespace

std::string generate_client_secret() { return base::encode_base64url(random_bytes(32)); }

base::Result<std::string> hash_client_secret(std::string_view secret) {
  const std::string salt = random_bytes(salt_bytes);
  std::string encoded(argon2_encodedlen(passes, memory_kib, lanes, salt_bytes, hash_bytes, Argon2_id), '\0');
  const int status = argon2id_hash_encoded(passes, memory_kib, lanes, secret.data(), secret.size(), salt.data(),
                                           salt.size(), hash_bytes, encoded.data(), encoded.size());
  if (status != ARGON2_OK)
    return fail(ErrorCode::internal, "A secret could not be hashed.").with_cause(argon2_error_message(status));
  encoded.resize(encoded.find('\0'));
  return encoded;
}

SecretChecker::SecretChecker(SecretCheckLimits limits)
    : limits_(limits),
      key_(random_bytes(32)),
      absent_hash_(hash_client_secret(generate_client_secret()).value_or("")) {}

base::Result<bool> SecretChecker::check(std::string_view secret, std::string_view hash) {
  const bool exists = !hash.empty();
  const bool too_long = secret.size() > secret_bytes_max;
  if (too_long) secret = secret.substr(0, secret_bytes_max);
  const std::string encoded(exists ? hash : absent_hash_);
  const std::string secret_digest(as_bytes(sha256(key_ + std::string(secret))));
  const std::string proof(as_bytes(sha256(key_ + secret_digest + encoded)));
  if (!too_long && is_remembered(proof)) return true;
  TRY(wait_for_turn());
  if (!too_long && is_remembered(proof)) {  // another caller with the same secret was first
    end_turn();
    return true;
  }
  const int status = argon2id_verify(encoded.c_str(), secret.data(), secret.size());
  end_turn();
  if (status != ARGON2_OK && status != ARGON2_VERIFY_MISMATCH)
    return fail(ErrorCode::internal, "A secret could not be checked.").with_cause(argon2_error_message(status));
  const bool right = status == ARGON2_OK && exists && !too_long;
  if (right) remember(proof);
  return right;
}

bool SecretChecker::is_remembered(const std::string& proof) {
  const std::lock_guard lock(mutex_);
  return proofs_.contains(proof);
}

void SecretChecker::remember(const std::string& proof) {
  const std::lock_guard lock(mutex_);
  if (!proofs_.insert(proof).second) return;
  oldest_first_.push_back(proof);
  if (oldest_first_.size() <= limits_.remembered_max) return;
  proofs_.erase(oldest_first_.front());
  oldest_first_.pop_front();
}

base::Status SecretChecker::wait_for_turn() {
  std::unique_lock lock(mutex_);
  if (running_ >= limits_.running_max) {
    if (waiting_ >= limits_.waiting_max)
      return fail(ErrorCode::too_many_requests, "Too many client secrets are being checked; try again later.");
    ++waiting_;
    turn_ended_.wait(lock, [this] { return running_ < limits_.running_max; });
    --waiting_;
  }
  ++running_;
  return {};
}

void SecretChecker::end_turn() {
  {
    const std::lock_guard lock(mutex_);
    --running_;
  }
  turn_ended_.notify_one();
}

}  // namespace vedette::auth
