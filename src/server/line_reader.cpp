#include "line_reader.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace vedette::server {

using std::chrono::steady_clock;

bool LineReader::take_line(std::string& line) {
  const size_t end = buffer_.find('\n', std::max(at_, scanned_));
  if (end == buffer_.npos) {
    scanned_ = buffer_.size();
    return false;
  }
  line.assign(buffer_, at_, end - at_);
  at_ = scanned_ = end + 1;
  return true;
}

LineReader::Outcome LineReader::fill(std::optional<steady_clock::time_point> deadline) {
  buffer_.erase(0, at_);
  scanned_ -= at_;
  at_ = 0;
  if (deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - steady_clock::now()).count();
    pollfd ready{descriptor_, POLLIN, 0};
    const int found = poll(&ready, 1, static_cast<int>(std::max<int64_t>(left, 0)));
    if (found == 0) return Outcome::timed_out;
    if (found < 0 && errno == EINTR) return Outcome::line;
  }
  char bytes[65536];
  const ssize_t count = read(descriptor_, bytes, sizeof(bytes));
  if (count < 0 && errno == EINTR) return Outcome::line;
  if (count <= 0) return Outcome::end;
  buffer_.append(bytes, static_cast<size_t>(count));
  return Outcome::line;
}

LineReader::Outcome LineReader::next(std::string& line, std::optional<std::chrono::milliseconds> timeout) {
  const auto deadline = timeout ? std::optional(steady_clock::now() + *timeout) : std::nullopt;
  while (true) {
    if (take_line(line)) {
      const bool too_long = std::exchange(skipping_, false) || line.size() > line_bytes_max_;
      return too_long ? Outcome::too_long : Outcome::line;
    }
    if (buffer_.size() - at_ > line_bytes_max_) {
      skipping_ = true;
      at_ = scanned_ = buffer_.size();
    }
    if (!ended_) {
      const Outcome outcome = fill(deadline);
      if (outcome == Outcome::timed_out) return outcome;
      ended_ = outcome == Outcome::end;
      if (!ended_) continue;
    }
    if (at_ == buffer_.size() && !skipping_) return Outcome::end;
    line.assign(buffer_, at_);  // a last line without a line feed
    at_ = scanned_ = buffer_.size();
    return std::exchange(skipping_, false) ? Outcome::too_long : Outcome::line;
  }
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

}  // namespace vedette::server
