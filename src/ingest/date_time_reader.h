// Times as they stand in most records, read without the generality of base::parse_iso_date_time, which reads the rest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vedette::ingest {

// What base::parse_iso_date_time reads. Times of one column are often of one day, whose ticks are remembered.
class DateTimeReader {
 public:
  bool read(std::string_view text, int64_t& ticks);

 private:
  std::string day_;  // "2026-11-28"
  int64_t ticks_of_day_ = 0;
};

}  // namespace vedette::ingest
