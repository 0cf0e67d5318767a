#include "time_form.h"

#include <charconv>
#include <limits>

#include "poll_page.h"

namespace vedette::federation {

namespace {

const base::DateTime epoch = *base::parse_iso_date_time("1970-01-01T00:00:00Z");

int64_t ticks_of_unit(TimeForm form) {
  return form == TimeForm::seconds ? base::ticks_per_second : base::ticks_per_millisecond;
}

}  // namespace

json::Value write_time(base::DateTime time, TimeForm form, base::DateTime now) {
  constexpr size_t to_seconds = std::string_view("2026-05-01T12:00:00").size();
  std::string text = base::format_date_time(time);  // seven digits and "Z"
  switch (form) {
    case TimeForm::iso:
      return json::Value(text);
    case TimeForm::iso_microseconds:
      return json::Value(text.erase(text.size() - 2, 1));
    case TimeForm::iso_seconds:
      return json::Value(text.substr(0, to_seconds));
    case TimeForm::seconds:
    case TimeForm::milliseconds:
      return json::Value((time - epoch).ticks / ticks_of_unit(form));
    case TimeForm::age_seconds:
      return json::Value((now - time).ticks / base::ticks_per_second);
  }
  return {};
}

std::optional<base::DateTime> read_time(const json::Value* value, TimeForm form) {
  const std::string text = scalar_text(value);
  if (form != TimeForm::seconds && form != TimeForm::milliseconds) return base::parse_iso_date_time(text);
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  // Who is asked in numbers may have times of records as texts.
  const bool is_number = error != std::errc::invalid_argument && end == text.data() + text.size();
  if (!is_number) return base::parse_iso_date_time(text);
  const int64_t most = std::numeric_limits<int64_t>::max() / ticks_of_unit(form) / 2;
  if (error != std::errc() || count < 0 || count > most) return std::nullopt;
  return base::DateTime{epoch.ticks + count * ticks_of_unit(form)};
}

}  // namespace vedette::federation
