#include "date_time_reader.h"

#include "vedette/base/time.h"

namespace vedette::ingest {

namespace {

constexpr size_t day_size = std::string_view("2026-11-28").size();
constexpr size_t second_size = std::string_view("2026-11-28T12:34:56").size();
constexpr size_t fraction_digits_max = 7;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// -1 when it is none below `end`.
int two_digits(const char* at, int end) {
  if (!is_digit(at[0]) || !is_digit(at[1])) return -1;
  const int value = (at[0] - '0') * 10 + (at[1] - '0');
  return value < end ? value : -1;
}

// Of "T12:34:56", "T12:34:56.1234567", each with a Z or without; false for all others.
bool read_time_of_day(std::string_view text, int64_t& ticks) {
  const int hour = two_digits(text.data() + 1, 24), minute = two_digits(text.data() + 4, 60),
            second = two_digits(text.data() + 7, 60);
  if (text[0] != 'T' || text[3] != ':' || text[6] != ':' || hour < 0 || minute < 0 || second < 0) return false;
  ticks = hour * base::ticks_per_hour + minute * base::ticks_per_minute + second * base::ticks_per_second;
  text.remove_prefix(second_size - day_size);
  if (text.ends_with('Z')) text.remove_suffix(1);
  if (text.empty()) return true;
  if (text[0] != '.' || text.size() < 2 || text.size() > 1 + fraction_digits_max) return false;
  int64_t unit = base::ticks_per_second;
  for (const char c : text.substr(1)) {
    if (!is_digit(c)) return false;
    unit /= 10;
    ticks += (c - '0') * unit;
  }
  return true;
}

}  // namespace

bool DateTimeReader::read(std::string_view text, int64_t& ticks) {
  int64_t ticks_in_day = 0;
  if (text.size() < second_size || !read_time_of_day(text.substr(day_size), ticks_in_day)) {
    const auto time = base::parse_iso_date_time(text);
    if (time) ticks = time->ticks;
    return time.has_value();
  }
  const std::string_view day = text.substr(0, day_size);
  if (day != day_) {
    const auto midnight = base::parse_iso_date_time(day);
    if (!midnight) return false;
    day_ = day;
    ticks_of_day_ = midnight->ticks;
  }
  ticks = ticks_of_day_ + ticks_in_day;
  return true;
}

}  // namespace vedette::ingest
