// Numbers for texts that repeat across alerts, so that each is held once and compared as a number.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace vedette::correlate {

using NameNumber = uint32_t;

class Names {
 public:
  NameNumber number(std::string_view text) {
    const auto found = numbers_.find(text);
    if (found != numbers_.end()) return found->second;
    texts_.emplace_back(text);
    const auto number = static_cast<NameNumber>(texts_.size() - 1);
    numbers_.emplace(texts_.back(), number);
    return number;
  }
  const std::string& text(NameNumber number) const { return texts_[number]; }

 private:
  std::deque<std::string> texts_;  // never move
  std::unordered_map<std::string_view, NameNumber> numbers_;
};

}  // namespace vedette::correlate
