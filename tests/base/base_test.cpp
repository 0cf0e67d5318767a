#include <gtest/gtest.h>

#include "vedette/base/clock.h"
#include "vedette/base/deadline.h"
#include "vedette/base/guid.h"
#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/base/utf8.h"

namespace vedette::base {
namespace {

TEST(Time, FormatsSevenDigitsAndZ) {
  EXPECT_EQ(format_date_time({0}), "0001-01-01T00:00:00.0000000Z");
  EXPECT_EQ(format_date_time({unix_epoch_ticks}), "1970-01-01T00:00:00.0000000Z");
  EXPECT_EQ(format_date_time(max_date_time), "9999-12-31T23:59:59.9999999Z");
}

TEST(Time, ParsesIsoForms) {
  const auto text = [](std::string_view t) {
    auto time = parse_iso_date_time(t);
    return time ? format_date_time(*time) : std::string("none");
  };
  EXPECT_EQ(text("2024-03-26T09:39:50.7688641Z"), "2024-03-26T09:39:50.7688641Z");
  EXPECT_EQ(text("2024-05-01"), "2024-05-01T00:00:00.0000000Z");
  EXPECT_EQ(text("2024-05-01 10:20:30.5-0400"), "2024-05-01T14:20:30.5000000Z");
  EXPECT_EQ(text("2024-05-01T10:20:30.123456789+01:00"), "2024-05-01T09:20:30.1234567Z");
  for (const char* bad :
       {"", "2024", "2024-13-01", "2023-02-29", "2024-05-01T25:00", "2024-05-01T10:20:30.Z", "0000-01-01"})
    EXPECT_EQ(text(bad), "none") << bad;
}

TEST(Time, ParsesWrittenForms) {
  for (const char* text :
       {"8 Nov 14 15:05:25", "Sat, 8 Nov 2014 15:05:25 GMT", "Saturday, 08-Nov-14 15:05:25 UTC",
        "2014-11-08 15:05:25 GMT", "2014.11.08 15:05:25", "11/08/2014 15:05:25", "11-08-2014 3:05:25 PM",
        "8 Nov 14 10:05:25 EST", "8 Nov 14 17:05:25 +0200", " 2014-11-08T15:05:25Z "}) {
    const auto time = parse_date_time(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(format_date_time(*time), "2014-11-08T15:05:25.0000000Z") << text;
  }
  for (const char* text : {"", "junk", "8 Foo 14", "13/13/2014", "2014-13", "2014.11", "2014-11 15:05", "8 Nov 14 15",
                           "8 Nov 14 15:05 XYZ", "Sat,", "8 Nov 14 15:05 +9999"})
    EXPECT_FALSE(parse_date_time(text)) << text;
}

TEST(Time, ParsesIsoDurations) {
  const auto text = [](std::string_view duration) {
    const auto span = parse_iso_duration(duration);
    return span ? format_time_span(*span) : "none";
  };
  EXPECT_EQ(text("P30D"), "30.00:00:00");
  EXPECT_EQ(text("P1Y2M1W3DT4H5M6.5S"), "435.04:05:06.5000000");
  EXPECT_EQ(text("PT0.5H"), "00:30:00");
  for (const char* bad : {"", "P", "PT", "P1", "1D", "P1H", "PT1D", "P1D1D", "P1DT", "PT1S1M", "P-1D", "P1.D", "p1d",
                          "P99999999999999999999D", "P999999999999Y"})
    EXPECT_EQ(text(bad), "none") << bad;
}

TEST(Time, CivilRoundTripsEveryDay) {
  for (int64_t day = 0; day < 3'652'059; day += 13) {
    const DateTime time{day * ticks_per_day};
    ASSERT_EQ(from_civil(to_civil(time)), time);
  }
}

TEST(Time, FormatsSpans) {
  EXPECT_EQ(format_time_span({0}), "00:00:00");
  EXPECT_EQ(format_time_span({-36 * ticks_per_hour - 1}), "-1.12:00:00.0000001");
  EXPECT_EQ(format_time_span({INT64_MIN}), "-10675199.02:48:05.4775808");
}

TEST(Time, ReadsTheGreatestAndTheLeastSpan) {
  EXPECT_EQ(parse_time_span("10675199.02:48:05.4775807"), TimeSpan{INT64_MAX});
  EXPECT_EQ(parse_time_span("-10675199.02:48:05.4775808"), TimeSpan{INT64_MIN});
  EXPECT_EQ(parse_time_span("10675199d"), TimeSpan{10'675'199 * ticks_per_day});
  for (const char* beyond :
       {"10675200d", "10675199.02:48:05.4775808", "-10675199.02:48:05.4775809", "10675199.23:59:59"})
    EXPECT_EQ(parse_time_span(beyond), std::nullopt) << beyond;
}

TEST(Guid, RoundTripsAndRefuses) {
  const char* text = "74be27de-1e4e-49d9-b579-fe0b331d3642";
  ASSERT_TRUE(parse_guid(text));
  EXPECT_EQ(to_string(*parse_guid(text)), text);
  EXPECT_EQ(parse_guid("{74BE27DE1E4E49D9B579FE0B331D3642}"), parse_guid(text));
  EXPECT_FALSE(parse_guid("74be27de-1e4e-49d9-b579-fe0b331d364"));
  EXPECT_FALSE(parse_guid("74be27de+1e4e-49d9-b579-fe0b331d3642"));
  EXPECT_NE(random_guid(), random_guid());
}

TEST(Utf8, DecodesAndRefusesOverlongs) {
  std::string text;
  for (char32_t c : {U'a', U'é', U'€', U'😀'}) append_utf8(text, c);
  EXPECT_EQ(text, "aé€😀");
  EXPECT_EQ(count_code_points(text), 4u);
  EXPECT_FALSE(is_valid_utf8("\xC0\x80"));
  EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_valid_utf8("\xE2\x82"));
  EXPECT_TRUE(is_valid_utf8("12345678\u20ac1234567\u20ac"));
  EXPECT_FALSE(is_valid_utf8("12345678\xff"));
  EXPECT_FALSE(is_valid_utf8("123456\xff\x38"));
}

TEST(TimeSpan, IsReadAsClockDaysOrUnits) {
  const auto ticks = [](std::string_view text) { return parse_time_span(text).value_or(TimeSpan{-1}).ticks; };
  EXPECT_EQ(ticks("1.02:03:04.5"), ticks_per_day + 2 * ticks_per_hour + 3 * ticks_per_minute + 45'000'000);
  EXPECT_EQ(ticks("2"), 2 * ticks_per_day);
  EXPECT_EQ(ticks("15 seconds"), 15 * ticks_per_second);
  EXPECT_EQ(ticks("1.5h"), 90 * ticks_per_minute);
  EXPECT_EQ(parse_time_span("-00:00:01")->ticks, -ticks_per_second);
  EXPECT_EQ(format_time_span(*parse_time_span("1.02:03:04.5")), "1.02:03:04.5000000");
  for (const char* text : {"", "-", "h", "1w", "24:00", "1:60", "1:2:60", "1:2:3.", "1:2:3x", "99999999999d", "1e5"})
    EXPECT_FALSE(parse_time_span(text)) << text;
}

Result<int> half(int n) {
  if (n % 2 != 0) return fail(ErrorCode::bad_request, "odd");
  return n / 2;
}
Result<int> quarter(int n) { return TRY(half(TRY(half(n)))); }

TEST(Result, TryPassesErrorsOn) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().message, "odd");
}

TEST(MemoryBudget, RefusesByName) {
  MemoryBudget budget(100);
  EXPECT_TRUE(budget.charge(60, "join"));
  auto refused = budget.charge(60, "sort");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("sort"), std::string::npos);
  EXPECT_EQ(budget.used_bytes(), 60);
}

}  // namespace
}  // namespace vedette::base
