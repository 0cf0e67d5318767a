// What a provider sends again is stored once, also what is no alert and cannot merge.
#include "../../src/federation/recent_records.h"
#include "world.h"

namespace vedette::federation::test {
namespace {

using testing::IsEmpty;

constexpr const char* by_cursor_toml = R"(
vendor = "Acme"
provider = "Acme Log"
[setting.base_url]
kind = "url"
description = "Where it is"
[poll]
url = "{base_url}/log?after={cursor}"
records = "log"
paging = "cursor"
next = "next"
interval_seconds = 1
)";

constexpr const char* log_events = R"(
let fits = (record: dynamic) { isnotempty(tostring(record.device)) };
source | where fits(Record)
| project Timestamp = todatetime(Record.at), DeviceName = tostring(Record.device), ActionType = "Logged"
| as DeviceEvents;
source | where not(fits(Record))
| project Timestamp = todatetime(Record.at), Reason = "no device", Record
| as UnmappedEvents;
)";

// A log in pages of two; the last page, which may have one, has no cursor behind it.
class Log {
 public:
  explicit Log(Provider& provider) : provider_(provider) {
    provider_.set_handle([this](const http::Request& request) {
      const std::scoped_lock lock(mutex_);
      const size_t begin = static_cast<size_t>(std::stoul("0" + option(request, "after")));
      json::Object page;
      json::Array records;
      for (size_t i = begin; i < std::min(begin + 2, records_.size()); ++i) records.push_back(records_[i]);
      if (begin + 2 <= records_.size()) page["next"] = std::to_string(begin + 2);
      page["log"] = std::move(records);
      ++asked_;
      return answer(200, json::to_text(page));
    });
  }
  ~Log() { provider_.stop(); }
  void add(const json::Object& record) {
    const std::scoped_lock lock(mutex_);
    records_.push_back(record);
  }
  // That were answered after this.
  bool answers(int more) {
    const int before = asked_;
    return eventually([&] { return asked_ >= before + more; });
  }

 private:
  Provider& provider_;
  std::mutex mutex_;
  std::vector<json::Object> records_;
  std::atomic<int> asked_ = 0;
};

using Once = World;

TEST_F(Once, AreRowsOfALastPageWithoutACursor) {
  Provider provider;
  Log log(provider);
  for (const char* device : {"a", "b", "c"}) log.add({{"at", "2026-05-01T10:00:00Z"}, {"device", device}});
  write_connector("log", {{"connector.toml", by_cursor_toml}, {"events.kql", log_events}});
  ASSERT_TRUE(add("log", "log", {{"base_url", provider.url()}}, {}));
  start();
  ASSERT_TRUE(log.answers(3));
  EXPECT_EQ(mapped_, 3u);
  // The last page grows, by one that says the same as the one it had, and another one begins.
  log.add({{"at", "2026-05-01T10:00:00Z"}, {"device", "c"}});
  log.add({{"at", "2026-05-01T10:01:00Z"}});
  ASSERT_TRUE(eventually([&] { return unmapped_ == 1; }));
  stop();
  events_.reset();
  open_events();
  start();
  ASSERT_TRUE(log.answers(3));
  EXPECT_EQ(mapped_, 4u);
  EXPECT_EQ(unmapped_, 1u);
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Once, AreRecordsThatAreNoAlertsWherePollsOverlap) {
  Provider provider;
  provider.put("a", "2026-05-01T10:00:00Z");
  provider.put("", "2026-05-01T10:00:01Z", {{"title", "no alert"}});
  write_acme({}, {{"alerts.kql", std::string(acme_alerts) + "| where isnotempty(providerAlertId)"}});
  add_acme(provider);
  start();
  ASSERT_TRUE(eventually([&] { return provider.asked("GET /alerts").size() > 3; }));
  EXPECT_EQ(mapped_, 1u);
  EXPECT_EQ(unmapped_, 1u);
  provider.put("a", "2026-05-01T10:00:30Z", {{"status", "resolved"}});  // within the overlap
  ASSERT_TRUE(eventually([&] { return of_alert("a", "status") == "resolved"; }));
  EXPECT_EQ(unmapped_, 1u);
}

TEST_F(Once, IsABadRecordWherePollsOverlap) {
  Provider provider(10);
  provider.put("bad", "2026-05-01T10:01:00Z", {{"title", std::string(5 << 20, 'x')}});
  write_acme();
  add_acme(provider);
  start();
  ASSERT_TRUE(eventually([&] { return provider.asked("GET /alerts").size() > 3; }));
  EXPECT_EQ(quarantined_, 1u);
}

TEST_F(Once, AreAlertsOfTwoInstancesAtOneAddress) {
  Provider provider, other;
  provider.put("a", "2026-05-01T10:00:00Z");
  other.put("a", "2026-05-01T10:00:00Z", {{"title", "Another one"}});
  write_acme();
  for (const auto& [name, where] :
       {std::pair{"edr", &provider}, std::pair{"edr-again", &provider}, std::pair{"branch", &other}})
    ASSERT_TRUE(add(name, "acme", {{"base_url", where->url()}}, {{"key", "k"}}));
  start();
  const auto well = [&](const char* name) { return health_text("health", name) == "healthy"; };
  ASSERT_TRUE(eventually([&] { return well("edr") && well("edr-again") && well("branch"); }));
  EXPECT_EQ(all("alerts").size(), 2u);  // alerts of two installations may have the same names
  EXPECT_EQ(health_text("provider", "edr"), "Acme EDR");
  EXPECT_EQ(health_text("provider", "edr-again"), "Acme EDR");
  EXPECT_EQ(health_text("provider", "branch"), "Acme EDR (branch)");
}

TEST(RecentRecords, ForgetTheOldest) {
  RecentRecords recent;
  const base::DateTime begin = *base::parse_iso_date_time("2026-05-01T10:00:00Z");
  std::vector<std::string> hashes;
  for (size_t i = 0; i <= recent_records_max; ++i) {
    hashes.push_back(RecentRecords::hash_of(json::Value(i)).value());
    recent.add(hashes.back(), {begin.ticks + static_cast<int64_t>(i) * base::ticks_per_second});
  }
  EXPECT_EQ(recent.all().size(), recent_records_max);
  EXPECT_TRUE(recent.has(hashes.back()));
  const json::Value encoded(recent.encode());
  EXPECT_EQ(RecentRecords::decode(&encoded).all(), recent.all());
  recent.forget_before({begin.ticks + base::ticks_per_day});
  EXPECT_TRUE(recent.all().empty());
  for (const char* text : {"[]", R"({"x":1,"7":"abc","-1":"0123456789abcdef"})", "null"}) {
    const json::Value hostile = json::parse(text).value();
    EXPECT_LE(RecentRecords::decode(&hostile).all().size(), 1u) << text;
  }
}

}  // namespace
}  // namespace vedette::federation::test
