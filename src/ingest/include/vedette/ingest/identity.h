// Whether two inputs have the same bytes, at the speed of reading them.
//
// GMAC (NIST SP 800-38D) under a random key of the data folder: as a hash it is ten times as fast as SHA-256, and who
// does not know the key cannot make two inputs that have one.
#pragma once

#include <chrono>
#include <future>
#include <stop_token>
#include <string>

#include "vedette/ingest/record_reader.h"
#include "vedette/ingest/sink.h"

namespace vedette::ingest {

// The key that the sink's state holds; made and committed when there is none. For one thread at a time.
base::Result<std::string> identity_key(IngestSink& sink);

// 32 hexadecimal digits; `cancelled` when it is stopped. Any thread.
base::Result<std::string> identity_of(const Input& input, const std::string& key, std::stop_token stop = {});

// The identity of an input, found out beside what its owner does, who need not wait for it. Inputs that come next are
// best begun with early: on a cold disk that is when their bytes come into memory.
class Identity {
 public:
  Identity(Input input, std::string key)
      : found_(std::async(std::launch::async, [input = std::move(input), key = std::move(key),
                                               stop = stop_.get_token()] { return identity_of(input, key, stop); })) {}
  ~Identity() { stop_.request_stop(); }
  Identity(Identity&&) = default;
  Identity& operator=(Identity&&) = delete;

  bool is_ready() const { return found_.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }
  base::Result<std::string> get() { return found_.get(); }  // once; waits

 private:
  std::stop_source stop_;
  std::future<base::Result<std::string>> found_;
};

}  // namespace vedette::ingest
