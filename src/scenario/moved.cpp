#include <optional>

#include "vedette/scenario/scenario.h"

namespace vedette::scenario {
namespace {

using base::DateTime;
using base::TimeSpan;

// Ten digits of seconds since 1970 reach from 2001 to 2286.
constexpr int year_min = 2002, year_max = 2285;
constexpr size_t clock_size = 19;  // "2026-03-10T08:41:12"

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-'; }

int64_t number(std::string_view digits) {
  int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

void put_number(std::string& text, size_t at, size_t width, int64_t value) {
  for (size_t i = width; i-- > 0; value /= 10) text[at + i] = static_cast<char>('0' + value % 10);
}

// The clock as it is written at the start of `text`, whatever zone follows.
std::optional<DateTime> read_clock(std::string_view text) {
  constexpr std::string_view form = "0000-00-00 00:00:00";
  if (text.size() < clock_size) return std::nullopt;
  for (size_t i = 0; i < clock_size; ++i) {
    const bool fits = form[i] == '0' ? is_digit(text[i]) : text[i] == form[i] || (i == 10 && text[i] == 'T');
    if (!fits) return std::nullopt;
  }
  const auto field = [&](size_t at, size_t size) { return static_cast<int>(number(text.substr(at, size))); };
  return base::from_civil({.year = field(0, 4),
                           .month = field(5, 2),
                           .day = field(8, 2),
                           .hour = field(11, 2),
                           .minute = field(14, 2),
                           .second = field(17, 2)});
}

class Mover {
 public:
  Mover(std::string_view text, const Period& period, TimeSpan by) : text_(text), period_(period), by_(by) {}

  base::Result<std::string> run() {
    while (at_ < text_.size()) {
      if (!is_digit(text_[at_])) {
        ++at_;
        continue;
      }
      const size_t end = std::min(text_.find_first_not_of("0123456789", at_), text_.size());
      if (const auto clock = read_clock(std::string_view(text_).substr(at_))) {
        TRY(move_clock(*clock));
        at_ += clock_size;
        continue;
      }
      if (end - at_ == 10 || end - at_ == 13) TRY(move_epoch(end));
      at_ = end;
    }
    return std::move(text_);
  }

 private:
  bool is_of_period(DateTime time) const { return period_.begin <= time && time <= period_.end; }

  base::Status move_clock(DateTime time) {
    if (!is_of_period(time)) return {};
    const auto civil = base::to_civil(TRY(target(time)));
    put_number(text_, at_, 4, civil.year);
    put_number(text_, at_ + 5, 2, civil.month);
    put_number(text_, at_ + 8, 2, civil.day);
    put_number(text_, at_ + 11, 2, civil.hour);
    put_number(text_, at_ + 14, 2, civil.minute);
    put_number(text_, at_ + 17, 2, civil.second);
    return {};
  }

  base::Status move_epoch(size_t end) {
    const bool alone = (at_ == 0 || (!is_word(text_[at_ - 1]) && text_[at_ - 1] != '.')) &&
                       (end == text_.size() || !is_word(text_[end]));
    const DateTime time = base::from_unix_seconds(number(std::string_view(text_).substr(at_, 10)));
    if (!alone || !is_of_period(time)) return {};
    put_number(text_, at_, 10, base::to_unix_seconds(TRY(target(time))));
    return {};
  }

  base::Result<DateTime> target(DateTime time) const {
    const auto from = base::from_civil({.year = year_min}), to = base::from_civil({.year = year_max + 1});
    const DateTime moved = time + by_;
    if (moved < *from || moved >= *to) {
      return base::fail(base::ErrorCode::bad_request, "A scenario can only be played in the years " +
                                                          std::to_string(year_min) + " to " + std::to_string(year_max) +
                                                          ".");
    }
    return moved;
  }

  std::string text_;
  const Period& period_;
  TimeSpan by_;
  size_t at_ = 0;
};

}  // namespace

base::Result<std::string> moved(std::string_view text, const Period& period, TimeSpan by) {
  return Mover(text, period, TimeSpan{by.ticks - by.ticks % base::ticks_per_second}).run();
}

}  // namespace vedette::scenario
