#include "input_window.h"

#include <algorithm>
#include <utility>

namespace vedette::ingest {

bool InputWindow::grow() {
  constexpr size_t step_bytes = 256 << 10;
  if (ended_) return false;
  if (begin_ > 0) {
    std::copy_n(buffer_.data() + begin_, end_ - begin_, buffer_.data());
    end_ -= std::exchange(begin_, 0);
  }
  if (buffer_.size() < end_ + step_bytes) buffer_.resize(2 * end_ + step_bytes);
  const auto bytes = stream_->read({buffer_.data() + end_, step_bytes});
  if (!bytes || *bytes == 0) {
    if (!bytes) failure_ = bytes.error();
    ended_ = true;
    return false;
  }
  end_ += *bytes;
  return true;
}

void InputWindow::consume(size_t bytes) {
  const std::string_view used = view().substr(0, bytes);
  place_.offset += used.size();
  place_.line += static_cast<uint64_t>(std::count(used.begin(), used.end(), '\n'));
  begin_ += used.size();
}

void InputWindow::consume_line(size_t bytes) {
  place_.offset += bytes;
  ++place_.line;
  begin_ += bytes;
}

std::optional<Line> next_line(InputWindow& window, uint64_t bytes_max, std::string& overlong_text) {
  Line line{.text = {}, .place = window.place()};
  size_t searched = 0, end = std::string_view::npos;
  while ((end = window.view().find('\n', searched)) == std::string_view::npos) {
    searched = window.view().size();
    if (searched > bytes_max) {
      if (!line.overlong) overlong_text = window.view().substr(0, ReadLimits::quarantine_text_bytes_max);
      line.overlong = true;
      window.consume(searched);
      searched = 0;
    }
    if (!window.grow()) break;
  }
  line.ended = end != std::string_view::npos;
  const size_t size = line.ended ? end : window.view().size();
  if (size == 0 && !line.ended && !line.overlong) return std::nullopt;
  line.text = window.view().substr(0, size);
  if (!line.overlong && size > bytes_max) {
    line.overlong = true;
    overlong_text = line.text.substr(0, ReadLimits::quarantine_text_bytes_max);
  }
  if (line.overlong) line.text = overlong_text;
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  line.ended ? window.consume_line(size + 1) : window.consume(size);
  return line;
}

}  // namespace vedette::ingest
