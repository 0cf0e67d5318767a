// Which inputs are on their way into a store: of two that begin alike the second waits, and then finds the cursor of
// the first.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

namespace vedette::ingest {

// Safe from any thread; outlives its claims.
class InputClaims {
 public:
  class Claim {
   public:
    explicit Claim(InputClaims& of, std::string name) : of_(of), name_(std::move(name)) {}
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    ~Claim() { of_.release(name_); }

   private:
    InputClaims& of_;
    const std::string name_;
  };
  // As soon as nobody else has a claim of this name.
  [[nodiscard]] Claim wait_for(std::string name);

 private:
  void release(const std::string& name);

  std::mutex mutex_;
  std::condition_variable released_;
  std::set<std::string> held_;
};

}  // namespace vedette::ingest
