#include <algorithm>

#include "vedette/base/ascii_case.h"
#include "vedette/resources/hunting/hunting.h"

namespace vedette::resources {

using base::DateTime;
using base::ErrorCode;
using base::fail;
using base::Result;
using base::TimeSpan;

namespace {

base::Error at_fault(std::string_view parameter, std::string message) {
  return base::Error(ErrorCode::bad_request, std::move(message)).with_target(std::string(parameter));
}

base::Error invalid_timespan() {
  return at_fault("Timespan",
                  "Timespan must be an ISO 8601 duration such as 'P7D', a start such as '2024-02-01T08:00:00Z', or two "
                  "of those joined by '/'.");
}

// One side of an interval.
struct Side {
  std::optional<DateTime> time;
  std::optional<TimeSpan> span;
};

Result<Side> parse_side(std::string_view text) {
  Side side{base::parse_iso_date_time(text), base::parse_iso_duration(text)};
  if (!side.time && !side.span) return invalid_timespan();
  return side;
}

DateTime before(DateTime end, TimeSpan span) {
  return {std::max(base::min_date_time.ticks, end.ticks - std::min(span.ticks, end.ticks))};
}

Result<TimeWindow> parse_window(std::string_view text, DateTime now) {
  const size_t slash = text.find('/');
  const Side first = TRY(parse_side(text.substr(0, slash)));
  if (slash == text.npos) return TimeWindow{first.time ? *first.time : before(now, *first.span), std::nullopt};
  const Side second = TRY(parse_side(text.substr(slash + 1)));
  if (first.span && second.span) return invalid_timespan();
  if (first.span) return TimeWindow{before(*second.time, *first.span), second.time};
  if (second.time) return TimeWindow{*first.time, second.time};
  const int64_t room = base::max_date_time.ticks - first.time->ticks;
  return TimeWindow{*first.time, DateTime{first.time->ticks + std::min(second.span->ticks, room)}};
}

}  // namespace

Result<HuntingRequest> parse_hunting_request(const json::Value& body, DateTime now) {
  if (!body.is_object()) return fail(ErrorCode::bad_request, "The request must be a JSON object with a 'Query'.");
  HuntingRequest request{"", {before(now, hunting_default_span), std::nullopt}};
  bool has_query = false;
  for (const auto& member : body.get_object()) {
    const std::string_view name(member.key().data(), member.key().size());
    const bool is_query = base::equal_ignoring_ascii_case(name, "query"),
               is_timespan = base::equal_ignoring_ascii_case(name, "timespan");
    if (!is_query && !is_timespan)
      return at_fault(
          name, "The parameter '" + std::string(name) + "' is not known; a hunting query has 'Query' and 'Timespan'.");
    if (is_timespan && member.value().is_null()) continue;
    if (!member.value().is_string()) return at_fault(name, "'" + std::string(name) + "' must be a string.");
    const std::string_view text(member.value().get_string().data(), member.value().get_string().size());
    if (is_query) {
      request.query = text;
      has_query = true;
    } else if (!text.empty()) {
      request.window = TRY(parse_window(text, now));
    }
  }
  if (!has_query) return at_fault("Query", "The request has no 'Query', the text of the query.");
  return request;
}

}  // namespace vedette::resources
