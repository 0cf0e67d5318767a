// Dates as people and mail headers write them:
//
//   text  := ISO 8601 [zone] | [weekday [',']] date ['T'] [time [zone]]
//   date  := d ('-' | ' ') Mon ('-' | ' ') year         RFC 822, RFC 850
//          | m ('/' | '-') d ('/' | '-') year            as written in the United States
//          | yyyy sep m sep d                            sep := '-' | '/' | '.' | ',' [' ']: datetime(2024, 2, 9)
//          | yyyy '-' m                                  the month's first day; nothing follows
//   time  := hh ':' mm [':' ss ['.' fraction]] ['AM' | 'PM']
//   zone  := 'Z' | 'UT' | 'UTC' | 'GMT' | ('+' | '-') hhmm | the North American ones of RFC 822
//
// A year of two digits is in 1950 … 2049.
#include <algorithm>
#include <array>
#include <cctype>

#include "characters.h"
#include "vedette/base/ascii_case.h"
#include "vedette/base/time.h"

namespace vedette::base {
namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

// Reads the text from left to right; a reader that does not find its kind leaves the position alone.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  void skip_blanks() {
    while (!at_end() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  // One of `characters`; '\0' when none of them is next.
  char take_any(std::string_view characters) {
    return !at_end() && characters.find(text_[at_]) != characters.npos ? text_[at_++] : '\0';
  }
  std::string_view word() {
    const size_t begin = at_;
    while (!at_end() && is_letter(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  // A number of `least` to `most` digits.
  std::optional<int> number(size_t least, size_t most) {
    size_t end = at_;
    int value = 0;
    for (; end < text_.size() && end - at_ < most && is_digit(text_[end]); ++end)
      value = value * 10 + (text_[end] - '0');
    if (end - at_ < least || (end < text_.size() && is_digit(text_[end]))) return std::nullopt;
    at_ = end;
    return value;
  }
  bool starts_with_year() const {
    return text_.size() - at_ >= 4 && std::all_of(text_.begin() + static_cast<ptrdiff_t>(at_),
                                                  text_.begin() + static_cast<ptrdiff_t>(at_) + 4, is_digit);
  }
  // Digits after a point, as ticks; further ones than seven are cut.
  int64_t fraction_ticks() {
    int64_t ticks = 0, unit = ticks_per_second / 10;
    for (; !at_end() && is_digit(text_[at_]); ++at_, unit /= 10) ticks += (text_[at_] - '0') * unit;
    return ticks;
  }

 private:
  const std::string_view text_;
  size_t at_ = 0;
};

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> weekdays{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};

std::optional<int> month_number(std::string_view word) {
  for (size_t i = 0; i < months.size(); ++i)
    if (equal_ignoring_ascii_case(word, months[i])) return static_cast<int>(i) + 1;
  return std::nullopt;
}

bool is_weekday(std::string_view word) {
  return std::any_of(weekdays.begin(), weekdays.end(), [&](std::string_view day) {
    return equal_ignoring_ascii_case(word, day) || equal_ignoring_ascii_case(word, day.substr(0, 3));
  });
}

std::optional<int> full_year(Reader& reader) {
  if (const auto year = reader.number(4, 4)) return year;
  const auto year = reader.number(2, 2);
  if (!year) return std::nullopt;
  return *year + (*year < 50 ? 2000 : 1900);
}

// Blanks may stand around the separators, as in 2017 - 08 - 01.
bool read_year_first(Reader& reader, CivilTime& civil) {
  const auto year = reader.number(4, 4);
  reader.skip_blanks();
  const char separator = reader.take_any("-/.,");
  if (!year || separator == '\0') return false;
  reader.skip_blanks();
  const auto month = reader.number(1, 2);
  reader.skip_blanks();
  if (!month) return false;
  civil.year = *year, civil.month = *month, civil.day = 1;
  if (separator == '-' && reader.at_end()) return true;
  if (!reader.take(separator)) return false;
  reader.skip_blanks();
  const auto day = reader.number(1, 2);
  civil.day = day.value_or(0);
  return day.has_value();
}

bool read_date(Reader& reader, CivilTime& civil) {
  if (reader.starts_with_year()) return read_year_first(reader, civil);
  const auto first = reader.number(1, 2);
  const char separator = reader.take_any("-/ ");
  if (!first || separator == '\0') return false;
  if (const auto second = reader.number(1, 2); second && separator != ' ') {
    civil.month = *first, civil.day = *second;
  } else {
    const auto month = month_number(reader.word());
    if (!month || separator == '/') return false;
    civil.day = *first, civil.month = *month;
  }
  if (!reader.take(separator)) return false;
  const auto year = full_year(reader);
  civil.year = year.value_or(0);
  return year.has_value();
}

bool read_time(Reader& reader, CivilTime& civil) {
  const auto hour = reader.number(1, 2);
  if (!hour || !reader.take(':')) return false;
  const auto minute = reader.number(2, 2);
  if (!minute) return false;
  civil.hour = *hour, civil.minute = *minute;
  if (!reader.take(':')) return true;
  const auto second = reader.number(2, 2);
  civil.second = second.value_or(0);
  if (reader.take('.')) civil.fraction_ticks = reader.fraction_ticks();
  return second.has_value();
}

struct Zone {
  std::string_view name;
  int hours;
};
constexpr std::array zones{Zone{"Z", 0},    Zone{"UT", 0},   Zone{"UTC", 0},  Zone{"GMT", 0},
                           Zone{"EST", -5}, Zone{"EDT", -4}, Zone{"CST", -6}, Zone{"CDT", -5},
                           Zone{"MST", -7}, Zone{"MDT", -6}, Zone{"PST", -8}, Zone{"PDT", -7}};

bool apply_noon(std::string_view word, CivilTime& civil) {
  const bool am = equal_ignoring_ascii_case(word, "AM"), pm = equal_ignoring_ascii_case(word, "PM");
  if ((!am && !pm) || civil.hour < 1 || civil.hour > 12) return false;
  civil.hour = civil.hour % 12 + (pm ? 12 : 0);
  return true;
}

// The rest of the text: AM or PM, then a zone; both may be missing. The zone's distance from UTC.
std::optional<TimeSpan> read_zone(Reader& reader, CivilTime& civil) {
  reader.skip_blanks();
  std::string_view word = reader.word();
  if (!word.empty() && apply_noon(word, civil)) {
    reader.skip_blanks();
    word = reader.word();
  }
  if (!word.empty()) {
    const auto zone = std::find_if(zones.begin(), zones.end(),
                                   [&](const Zone& z) { return equal_ignoring_ascii_case(z.name, word); });
    if (zone == zones.end() || !reader.at_end()) return std::nullopt;
    return TimeSpan{zone->hours * ticks_per_hour};
  }
  const char sign = reader.take_any("+-");
  if (sign == '\0') return reader.at_end() ? std::optional(TimeSpan{}) : std::nullopt;
  const auto hhmm = reader.number(4, 4);
  if (!hhmm || !reader.at_end() || *hhmm / 100 > 14 || *hhmm % 100 > 59) return std::nullopt;
  const int64_t ticks = *hhmm / 100 * ticks_per_hour + *hhmm % 100 * ticks_per_minute;
  return TimeSpan{sign == '-' ? -ticks : ticks};
}

std::optional<DateTime> parse_written(std::string_view text) {
  Reader reader(text);
  if (const std::string_view word = reader.word(); !word.empty()) {
    if (!is_weekday(word)) return std::nullopt;
    reader.take(',');
    reader.skip_blanks();
  }
  CivilTime civil;
  if (!read_date(reader, civil)) return std::nullopt;
  std::optional<TimeSpan> zone = TimeSpan{};
  if (!reader.take('T')) reader.skip_blanks();
  if (!reader.at_end()) {
    if (!read_time(reader, civil)) return std::nullopt;
    zone = read_zone(reader, civil);
  }
  const auto local = from_civil(civil);
  if (!zone || !local) return std::nullopt;
  return *local - *zone;
}

}  // namespace

std::optional<DateTime> parse_date_time(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  if (const auto time = parse_iso_date_time(text)) return time;
  for (const std::string_view utc : {" GMT", " UTC"})
    if (text.ends_with(utc))
      if (const auto time = parse_iso_date_time(text.substr(0, text.size() - utc.size()))) return time;
  const auto time = parse_written(text);
  return time && *time >= min_date_time && *time <= max_date_time ? time : std::nullopt;
}

}  // namespace vedette::base
