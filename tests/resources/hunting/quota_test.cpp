// The quotas of hunting: windows that slide, what a refusal says, and what a restart keeps.
#include "vedette/resources/hunting/quota.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace vedette::resources {
namespace {

using base::DateTime;
using base::TimeSpan;
using testing::HasSubstr;

const DateTime noon = *base::parse_iso_date_time("2026-05-01T12:00:00Z");
DateTime seconds_later(int64_t seconds) { return noon + TimeSpan{seconds * base::ticks_per_second}; }

class Quota : public testing::Test {
 protected:
  base::Status admit(HuntingMeter& meter, int64_t second, const std::string& tenant = "t1") {
    return meter.admit(*store, tenant, seconds_later(second));
  }
  base::FixedClock clock{noon};
  std::unique_ptr<store::EntityStore> store = store::make_memory_store({}, clock);
};

TEST_F(Quota, RefusesTheRequestBeyondTheMinute) {
  HuntingMeter meter{HuntingQuota{}};
  for (int i = 0; i < 45; ++i) ASSERT_TRUE(admit(meter, 10)) << i;
  const auto refused = admit(meter, 30);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::too_many_requests);
  EXPECT_EQ(refused.error().message,
            "The tenant has used up its limit of 45 hunting queries a minute. It frees at "
            "2026-05-01T12:01:10.0000000Z.");
  EXPECT_EQ(refused.error().retry_after_s, 40u);
  EXPECT_FALSE(admit(meter, 69));
  EXPECT_TRUE(admit(meter, 70));
}

TEST_F(Quota, SlidesWithTheClock) {
  HuntingMeter meter{HuntingQuota{2, 0, 0, 0}};
  EXPECT_TRUE(admit(meter, 0));
  EXPECT_TRUE(admit(meter, 59));
  EXPECT_FALSE(admit(meter, 59));
  EXPECT_TRUE(admit(meter, 60));
  EXPECT_FALSE(admit(meter, 118));
  EXPECT_TRUE(admit(meter, 119));
}

TEST_F(Quota, CountsTheRunningTimeOfTheHourAndTheDay) {
  HuntingMeter meter{HuntingQuota{0, 0, 600, 1'000}};
  ASSERT_TRUE(admit(meter, 0));
  ASSERT_TRUE(meter.finish(*store, "t1", seconds_later(0), 599'999));
  ASSERT_TRUE(admit(meter, 1));
  ASSERT_TRUE(meter.finish(*store, "t1", seconds_later(1), 1));
  const auto refused = admit(meter, 2);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("600 seconds of running time an hour"));
  EXPECT_TRUE(admit(meter, 3'600));
  ASSERT_TRUE(meter.finish(*store, "t1", seconds_later(3'600), 400'000));
  const auto of_the_day = admit(meter, 2 * 3'600);
  ASSERT_FALSE(of_the_day);
  EXPECT_THAT(of_the_day.error().message, HasSubstr("1000 seconds of running time a day"));
  EXPECT_TRUE(admit(meter, 24 * 3'600));
}

TEST_F(Quota, BelongsToOneTenant) {
  HuntingMeter meter{HuntingQuota{1, 0, 0, 0}};
  EXPECT_TRUE(admit(meter, 0, "t1"));
  EXPECT_FALSE(admit(meter, 0, "t1"));
  EXPECT_TRUE(admit(meter, 0, "t2"));
}

TEST_F(Quota, HoldsOverARestartAndForTwoServers) {
  {
    HuntingMeter meter{HuntingQuota{2, 0, 0, 0}};
    ASSERT_TRUE(admit(meter, 0));
  }
  HuntingMeter first{HuntingQuota{2, 0, 0, 0}}, second{HuntingQuota{2, 0, 0, 0}};
  ASSERT_TRUE(admit(first, 1));
  EXPECT_FALSE(admit(second, 1));
}

TEST_F(Quota, AdmitsAsManyAsItMayWhileUseIsWritten) {
  HuntingMeter meter{HuntingQuota{300, 0, 0, 0}};
  std::atomic<int> admitted = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i)
      callers.emplace_back([&] {
        for (int j = 0; j < 100; ++j) admitted += meter.admit(*store, "t1", noon).has_value() ? 1 : 0;
      });
  }
  EXPECT_EQ(admitted, 300);
}

TEST_F(Quota, TellsWhatIsLeft) {
  HuntingMeter meter{HuntingQuota{45, 1'500, 0, 0}};
  ASSERT_TRUE(admit(meter, 0));
  const auto headers = meter.headers("t1", seconds_later(15));
  EXPECT_EQ(headers.get("RateLimit-Policy"), R"("requests-minute";q=45;w=60, "requests-hour";q=1500;w=3600)");
  EXPECT_EQ(headers.get("RateLimit"), R"("requests-minute";r=44;t=45, "requests-hour";r=1499;t=3585)");
}

TEST_F(Quota, IsWithoutLimitWhenItIsZero) {
  HuntingMeter meter{HuntingQuota::unlimited()};
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(admit(meter, 0));
  EXPECT_FALSE(meter.headers("t1", noon).find("RateLimit"));
}

TEST_F(Quota, NamesDamagedState) {
  EXPECT_EQ(HuntingUse::from_json(R"({"requests-minute":7})").error().code, base::ErrorCode::corrupt_data);
}

}  // namespace
}  // namespace vedette::resources
