// Texts of bytes, one behind the other in large blocks, found by a place of four bytes. None is freed before all are.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace vedette::correlate {

class PackedRecords {
 public:
  using Place = uint32_t;
  static constexpr Place none = UINT32_MAX;

  Place add(std::string_view record) {
    const size_t taken = (record.size() + unit - 1) / unit;
    if (blocks_.empty() || next_ + taken > block_units) {
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(std::max(block_units, taken) * unit));
      next_ = 0;
    }
    std::memcpy(blocks_.back().get() + next_ * unit, record.data(), record.size());
    const size_t place = (blocks_.size() - 1) * block_units + next_;
    next_ += taken;
    bytes_ += taken * unit;
    return static_cast<Place>(place);
  }
  const char* at(Place place) const { return blocks_[place / block_units].get() + place % block_units * unit; }
  size_t bytes() const { return bytes_; }  // of all

 private:
  // Places count in units: 16 GB have some. What is longer than a block begins one of its own.
  static constexpr size_t unit = 4, block_units = (size_t{1} << 20) / unit;

  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t next_ = 0;  // in the last block
  size_t bytes_ = 0;
};

}  // namespace vedette::correlate
