// Where a JSON object ends, found without parsing it: brackets and strings are followed, nothing else is checked.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vedette::ingest {

class JsonExtent {
 public:
  enum class Outcome : uint8_t {
    need_more,  // the view ended first
    complete,   // the object ends at position()
    wrapper,    // an array under one of the wrapper names begins at position(): its first element stands there
    broken,     // at position() stands what cannot follow: an object that was cut off ended there
  };

  // Begins at the object's '{', or with `inside` (within the object, after the wrapper's ']').
  enum class Start : uint8_t { object, inside };
  explicit JsonExtent(std::span<const std::string> wrapper, Start start = Start::object)
      : wrapper_(wrapper), open_(start == Start::inside ? "{" : "") {}

  // `view` begins where it did in the call before, but for rebase().
  Outcome scan(std::string_view view);
  size_t position() const { return position_; }
  // The caller let go of the first `bytes` of the view.
  void rebase(size_t bytes) { position_ -= bytes, key_begin_ = key_end_ = 0, expects_key_ = false; }

 private:
  Outcome scan_string(std::string_view view);
  enum class Follows : uint8_t { unknown, fine, next_record };
  Follows after_line_end(std::string_view view) const;
  bool is_wrapper_key(std::string_view view) const;

  std::span<const std::string> wrapper_;
  std::string open_;  // the brackets around position_
  size_t position_ = 0;
  bool in_string_ = false;
  bool expects_key_ = false;            // at depth 1
  size_t key_begin_ = 0, key_end_ = 0;  // of the last key at depth 1
  char last_token_ = 'v';               // '{' '[' ',' ':' or 'v' for a value's end
};

}  // namespace vedette::ingest
