// Secrets of applications. Only their argon2id hashes (RFC 9106) are stored; a secret is shown once, when it is made.
//
// Hashing is slow and takes memory on purpose, so anyone who may ask for it could exhaust the machine. Hence: few
// hashes at a time, few callers waiting for one, the others are told to come back. A secret that was right once is
// remembered (as a keyed hash, in memory, bounded), so that clients with the right secret do not queue behind guesses.
// A client that does not exist costs the same hash as a wrong secret: the time does not tell which it was.
#pragma once

#include <condition_variable>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

#include "vedette/base/result.h"

namespace vedette::auth {

// 256 random bits as text; nobody guesses one.
std::string generate_client_secret();

// The argon2id hash in its encoded form ("$argon2id$v=19$…"): 19 MiB, two passes.
base::Result<std::string> hash_client_secret(std::string_view secret);

struct SecretCheckLimits {
  size_t running_max = 2;   // hashes computed at once
  size_t waiting_max = 14;  // callers waiting for their turn; more is `too_many_requests`
  size_t remembered_max = 4096;
};

// Threads: any.
class SecretChecker {
 public:
  explicit SecretChecker(SecretCheckLimits limits = {});

  // Whether `secret` belongs to `hash`; `hash` is empty for a client that does not exist.
  // Errors: `too_many_requests` when too many callers wait.
  base::Result<bool> check(std::string_view secret, std::string_view hash);

  static constexpr size_t secret_bytes_max = 512;  // longer ones are wrong

 private:
  bool is_remembered(const std::string& proof);
  void remember(const std::string& proof);
  base::Status wait_for_turn();
  void end_turn();

  const SecretCheckLimits limits_;
  const std::string key_;          // of the remembered proofs, new in every process
  const std::string absent_hash_;  // of no secret
  std::mutex mutex_;
  std::condition_variable turn_ended_;
  size_t running_ = 0, waiting_ = 0;
  std::unordered_set<std::string> proofs_;
  std::list<std::string> oldest_first_;
};

}  // namespace vedette::auth
