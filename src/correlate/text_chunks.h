// Texts that stay, one behind the other in large blocks: no more than their bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette::correlate {

class TextChunks {
 public:
  // Good as long as the chunks.
  std::string_view keep(std::string_view text) {
    if (text.size() > free_bytes_) {
      free_bytes_ = std::max(chunk_bytes, text.size());
      bytes_ += free_bytes_;
      free_ = chunks_.emplace_back(std::make_unique_for_overwrite<char[]>(free_bytes_)).get();
    }
    std::copy(text.begin(), text.end(), free_);
    free_bytes_ -= text.size();
    return {std::exchange(free_, free_ + text.size()), text.size()};
  }
  size_t bytes() const { return bytes_; }  // of the chunks

 private:
  static constexpr size_t chunk_bytes = size_t{1} << 16;

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* free_ = nullptr;  // in the last one
  size_t free_bytes_ = 0, bytes_ = 0;
};

}  // namespace vedette::correlate
