// Alerts as they are packed: what went in comes out, by its number and by its id.
#include "../../src/correlate/alert_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "vedette/base/guid.h"

namespace vedette::correlate {
namespace {

class AlertTableTest : public testing::Test {
 protected:
  // With everything by chance, and `number` in its activity, as the table gives it back.
  KnownAlert some_alert(std::string id, AlertNumber number) {
    const auto up_to = [&](uint64_t most) { return std::uniform_int_distribution<uint64_t>(0, most)(random_); };
    KnownAlert alert;
    alert.id = std::move(id);
    alert.moved = up_to(1) == 1;
    alert.activity.first = {static_cast<int64_t>(up_to(base::max_date_time.ticks))};
    alert.activity.last = {alert.activity.first.ticks + static_cast<int64_t>(up_to(1'000))};
    alert.activity.alert = number;
    IncidentSummary& summary = alert.summary;
    summary.alerts = 1;
    summary.severity = static_cast<Severity>(up_to(4));
    summary.tactics = static_cast<uint32_t>(up_to(UINT32_MAX));
    summary.created = {static_cast<int64_t>(up_to(base::max_date_time.ticks))};
    summary.first_activity = alert.activity.first;
    summary.last_activity = alert.activity.last;
    summary.title = static_cast<NameNumber>(up_to(9));
    for (auto* names : {&summary.devices, &summary.users, &summary.sources})
      for (uint64_t left = up_to(3); left > 0; --left) names->insert(static_cast<NameNumber>(up_to(UINT32_MAX)));
    for (auto* entities : {&alert.full, &alert.partial}) {
      std::set<EntityNumber> numbers;
      for (uint64_t left = up_to(40); left > 0; --left) numbers.insert(static_cast<EntityNumber>(up_to(UINT32_MAX)));
      entities->assign(numbers.begin(), numbers.end());
    }
    return alert;
  }
  std::string some_id(size_t i) {
    base::Guid guid;
    for (uint8_t& byte : guid.bytes) byte = static_cast<uint8_t>(random_());
    std::string text = base::to_string(guid);
    if (i % 3 == 1) text = "provider:" + std::to_string(i);
    if (i % 3 == 2) text[0] = 'A';  // a guid, but not in its canonical form
    return text;
  }

  std::mt19937 random_{5};
  AlertTable table_;
};

TEST_F(AlertTableTest, GivesBackWhatIsPutIn) {
  std::vector<KnownAlert> alerts;
  for (AlertNumber number = 0; number < 3'000; ++number) {
    alerts.push_back(some_alert(some_id(number), number));
    ASSERT_EQ(table_.add(alerts.back(), {number + 1, number}), number);
  }
  for (const KnownAlert& alert : alerts) {
    const AlertNumber number = alert.activity.alert;
    EXPECT_EQ(table_.read(number), alert);
    EXPECT_EQ(table_.find(alert.id), number);
    EXPECT_EQ(table_.place(number).group, number);
    EXPECT_EQ(table_.place(number).stored, number + 1);
  }
  EXPECT_EQ(table_.find("provider:2"), std::nullopt);
  EXPECT_EQ(table_.find(""), std::nullopt);
}

TEST_F(AlertTableTest, FindsWhatWasRemovedNoMore) {
  EXPECT_EQ(table_.find("0"), std::nullopt);
  const auto id = [](AlertNumber i) { return std::to_string(i % 100); };
  for (AlertNumber i = 0; i < 2'000; ++i) {  // twenty times each, under a new number
    ASSERT_EQ(table_.find(id(i)), std::nullopt);
    ASSERT_EQ(table_.add(some_alert(id(i), i), {}), i);
    ASSERT_EQ(table_.find(id(i)), i);
    if (i >= 50) table_.remove(i - 50);
  }
  for (AlertNumber i = 0; i < 2'000; ++i) EXPECT_EQ(table_.exists(i), i >= 1'950) << i;
  for (AlertNumber i = 1'950; i < 2'000; ++i) EXPECT_EQ(table_.find(id(i)), i);
}

TEST_F(AlertTableTest, DoesNotGrowWithReplacements) {
  for (AlertNumber number = 0; number < 100; ++number) table_.add(some_alert(std::to_string(number), number), {});
  std::vector<KnownAlert> last(100);
  for (int i = 0; i < 200'000; ++i) {
    const auto number = static_cast<AlertNumber>(i % 100);
    last[number] = some_alert(std::to_string(number), number);
    table_.replace(number, last[number]);
  }
  EXPECT_LT(table_.packed_bytes(), size_t{2} << 20);
  for (const KnownAlert& alert : last) EXPECT_EQ(table_.read(alert.activity.alert), alert);
}

TEST_F(AlertTableTest, TakesIdsOfAnyLength) {
  AlertNumber number = 0;
  for (const size_t length : {1'000'000, 3, 5'000'000, 1'048'576, 10}) {
    const KnownAlert alert = some_alert(std::string(length, 'x'), number);
    ASSERT_EQ(table_.add(alert, {}), number);
    ++number;
  }
  EXPECT_EQ(table_.read(2).id.size(), 5'000'000u);
  EXPECT_EQ(table_.find(std::string(1'048'576, 'x')), 3u);
  EXPECT_EQ(table_.read(4).id, "xxxxxxxxxx");
}

TEST_F(AlertTableTest, KeepsOnceWhatAlertsSayAlike) {
  KnownAlert alert = some_alert("", 0);
  for (uint32_t i = 0; i < 1'000; ++i) alert.full.push_back(i);
  std::sort(alert.full.begin(), alert.full.end());
  for (AlertNumber number = 0; number < 10'000; ++number) {
    alert.id = some_id(3 * number);
    alert.activity.alert = number;
    table_.add(alert, {});
    ASSERT_EQ(table_.read(number), alert);
  }
  EXPECT_LT(table_.packed_bytes(), size_t{1} << 20);
}

}  // namespace
}  // namespace vedette::correlate
