// The bytes of one member as the readers of forms see them: a contiguous view that grows on demand.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "byte_stream.h"

namespace vedette::ingest {

// Where something stands in its member.
struct Place {
  uint64_t offset = 0;
  uint64_t line = 1;
};

class InputWindow {
 public:
  explicit InputWindow(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

  std::string_view view() const { return std::string_view(buffer_).substr(begin_, end_ - begin_); }
  // Makes the view longer; false at the end of the bytes, or of what could be read of them (failure()).
  bool grow();
  bool at_end() const { return ended_; }
  void consume(size_t bytes);
  void consume_line(size_t bytes);  // that end in the one line end among them
  Place place() const { return place_; }
  const std::optional<base::Error>& failure() const { return failure_; }

 private:
  std::unique_ptr<ByteStream> stream_;
  std::string buffer_;
  size_t begin_ = 0, end_ = 0;
  bool ended_ = false;
  Place place_;
  std::optional<base::Error> failure_;
};

struct Line {
  std::string_view text;  // without its end; of an overlong line its beginning. Valid until the window is used
  Place place;
  bool overlong = false;
  bool ended = true;  // false: the bytes ended before the line did
};

// The next line, or nullopt at the end. Lines longer than `bytes_max` are passed over whole.
std::optional<Line> next_line(InputWindow& window, uint64_t bytes_max, std::string& overlong_text);

}  // namespace vedette::ingest
