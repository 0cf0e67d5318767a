// Lines from a file descriptor.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace vedette::server {

class LineReader {
 public:
  enum class Outcome : uint8_t { line, too_long, end, timed_out };

  LineReader(int descriptor, size_t line_bytes_max) : descriptor_(descriptor), line_bytes_max_(line_bytes_max) {}

  // The next line, without its line feed. What is longer than the limit is skipped and reported once.
  Outcome next(std::string& line, std::optional<std::chrono::milliseconds> timeout = std::nullopt);

 private:
  bool take_line(std::string& line);
  Outcome fill(std::optional<std::chrono::steady_clock::time_point> deadline);

  const int descriptor_;
  const size_t line_bytes_max_;
  std::string buffer_;
  size_t at_ = 0;       // of the first byte not handed out
  size_t scanned_ = 0;  // bytes that have no line feed
  bool skipping_ = false, ended_ = false;
};

// False when the reader is gone.
bool write_all(int descriptor, std::string_view bytes);

}  // namespace vedette::server
