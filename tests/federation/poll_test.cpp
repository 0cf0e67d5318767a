// Polling a provider that does everything wrong: its alerts end here once each, and health says what happened.
#include "world.h"

namespace vedette::federation::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Poll = World;

TEST_F(Poll, FetchesAllPagesAndLaterChanges) {
  Provider provider;
  for (int i = 0; i < 7; ++i) provider.put("a" + std::to_string(i), "2026-05-01T10:0" + std::to_string(i) + ":00Z");
  write_acme();
  add_acme(provider);
  start();
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 7 && health_text("health") == "healthy"; }));
  // One that is late by less than the overlap, one that changed, one that is new.
  provider.put("late", "2026-05-01T10:05:30Z");
  provider.put("a0", "2026-05-01T10:08:00Z", {{"status", "resolved"}});
  provider.put("z", "2026-05-01T10:09:00Z");
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 9; }));
  EXPECT_THAT(alert_names(), ElementsAre("a0", "a1", "a2", "a3", "a4", "a5", "a6", "late", "z"));
  EXPECT_EQ(of_alert("a0", "status"), "resolved");
  EXPECT_THAT(provider.asked().front(), HasSubstr("since=2026-04-01T12%3A00%3A0"));
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_EQ(of_alert("z", "@instance"), "edr");
}

TEST_F(Poll, OutlivesWhatAProviderAnswersWrongly) {
  Provider provider;
  for (int i = 0; i < 7; ++i) provider.put("a" + std::to_string(i), "2026-05-01T10:0" + std::to_string(i) + ":00Z");
  std::atomic<int> asked = 0;
  const StopsFirst stops_first(provider);
  provider.set_trouble([&](const http::Request& request) -> std::optional<http::Response> {
    switch (asked++) {
      case 0:
        return answer(500);
      case 1:  // hangs
        for (int i = 0; i < 300 && !request.stop.stopped(); ++i)
          std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return answer(200, R"({"alerts":[]})");
      case 2:
        return answer(200, R"({"alerts":[{"id":"a0","updated":"2026-05-01T1)");
      case 3:
        return answer(200, R"({"alarms":[]})");
      case 5:
        return answer(503);
      case 7:
        return answer(200, "<html>");
      default:
        return std::nullopt;
    }
  });
  write_acme();
  add_acme(provider);
  start();
  ASSERT_TRUE(eventually([&] { return health_text("health") == "failing"; }));
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 7 && health_text("health") == "healthy"; }));
  EXPECT_GE(problems().size(), 6u);
  const auto said = testing::PrintToString(problems());
  for (const char* what : {"answered 500", "no JSON", "no array 'alerts'", "answered 503", "Timeout"})
    EXPECT_THAT(said, HasSubstr(what));
  EXPECT_THAT(said, Not(HasSubstr("very-secret-key")));
  EXPECT_THAT(json::to_text(health()), Not(HasSubstr("very-secret-key")));
  EXPECT_EQ(health_number("consecutiveFailures"), 0);
  EXPECT_NE(health_text("lastError"), "");
}

TEST_F(Poll, KeepsABadRecordApart) {
  Provider provider(10);
  provider.put("good", "2026-05-01T10:00:00Z");
  provider.put("bad", "2026-05-01T10:01:00Z", {{"title", std::string(5 << 20, 'x')}});
  provider.put("well", "2026-05-01T10:02:00Z");
  write_acme();
  add_acme(provider);
  start();
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 2; }));
  EXPECT_THAT(alert_names(), ElementsAre("good", "well"));
  ASSERT_TRUE(eventually([&] { return health_number("recordsQuarantined") >= 1; }));
  EXPECT_FALSE(std::filesystem::is_empty(folder_ + "/quarantine"));
}

TEST_F(Poll, NoticesPagesThatRepeat) {
  Provider provider;
  for (int i = 0; i < 7; ++i) provider.put("a" + std::to_string(i), "2026-05-01T10:0" + std::to_string(i) + ":00Z");
  std::atomic<bool> loops = true;
  const StopsFirst stops_first(provider);
  provider.set_trouble([&](const http::Request& request) -> std::optional<http::Response> {
    if (!loops || option(request, "skip") != "3") return std::nullopt;
    json::Object body{{"alerts", provider.page("", 3, 3)}, {"next", provider.url() + request.target}};
    return answer(200, json::to_text(body));
  });
  write_acme();
  add_acme(provider);
  start();
  ASSERT_TRUE(eventually([&] { return health_number("pagesRepeated") > 2; }));
  EXPECT_THAT(health_text("lastError"), HasSubstr("repeats a page"));
  EXPECT_EQ(alert_names().size(), 6u);
  loops = false;
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 7 && health_text("health") == "healthy"; }));
}

TEST_F(Poll, LosesNothingWhenRecordsMoveBetweenOffsets) {
  Provider provider;
  for (int i = 0; i < 9; ++i) provider.put("a" + std::to_string(i), "2026-05-01T10:0" + std::to_string(i) + ":00Z");
  write_acme({{"/alerts?since={since}", "/alerts?since={since}&offset={offset}&limit={page_size}"},
              {"paging = \"next_link\"\nnext = \"next\"", "paging = \"offset\"\nrecord = \"id\"\npage_size = 3"}});
  // After the first page, a record of it changes: those behind move up by one.
  std::atomic<int> asked = 0;
  const StopsFirst stops_first(provider);
  provider.set_trouble([&](const http::Request&) -> std::optional<http::Response> {
    if (asked++ == 1) provider.put("a0", "2026-05-01T10:30:00Z", {{"status", "resolved"}});
    return std::nullopt;
  });
  add_acme(provider);
  start();
  ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; }));
  EXPECT_EQ(alert_names().size(), 9u);
  EXPECT_EQ(of_alert("a0", "status"), "resolved");
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Poll, LosesNothingWhenAnAlertChangesBetweenPages) {
  Provider provider;
  for (int i = 0; i < 9; ++i) provider.put("a" + std::to_string(i), "2026-05-01T10:0" + std::to_string(i) + ":00Z");
  write_acme({{"next = \"next\"", "next = \"next\"\nrecord = \"id\""}});
  // After the first page, a record of it changes: a3 moves up to the page that was read.
  std::atomic<bool> changed = false;
  const StopsFirst stops_first(provider);
  provider.set_trouble([&](const http::Request& request) -> std::optional<http::Response> {
    if (option(request, "skip") == "3" && !changed.exchange(true))
      provider.put("a1", "2026-05-01T10:30:00Z", {{"status", "resolved"}});
    return std::nullopt;
  });
  add_acme(provider);
  start();
  ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; }));
  EXPECT_EQ(alert_names().size(), 9u);
  EXPECT_EQ(of_alert("a1", "status"), "resolved");
  EXPECT_EQ(mapped_, 10u);  // each once, and a1 as it became
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Poll, WaitsAsLongAsAProviderAsks) {
  Provider provider;
  provider.put("a", "2026-05-01T10:00:00Z");
  std::atomic<int> asked = 0;
  std::chrono::steady_clock::time_point refused{}, again{};
  const StopsFirst stops_first(provider);
  provider.set_trouble([&](const http::Request&) -> std::optional<http::Response> {
    if (asked++ == 0) {
      refused = std::chrono::steady_clock::now();
      return answer(429, "", {{"Retry-After", "1"}});
    }
    if (asked == 2) again = std::chrono::steady_clock::now();
    return std::nullopt;
  });
  write_acme();
  add_acme(provider);
  start();
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 1; }));
  EXPECT_GE(again - refused, std::chrono::milliseconds(1000));
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("answered 429")));
}

TEST_F(Poll, GoesOnAtThePageAfterARestart) {
  Provider provider;
  for (int i = 0; i < 7; ++i) provider.put("a" + std::to_string(i), "2026-05-01T10:0" + std::to_string(i) + ":00Z");
  std::atomic<bool> broken = true;
  const StopsFirst stops_first(provider);
  provider.set_trouble([&](const http::Request& request) -> std::optional<http::Response> {
    return broken && option(request, "skip") == "6" ? std::optional(answer(500)) : std::nullopt;
  });
  write_acme();
  add_acme(provider);
  start();
  ASSERT_TRUE(eventually([&] { return provider.asked("skip=6").size() > 1; }));
  stop();
  EXPECT_EQ(provider.asked("skip=3").size(), 1u);
  events_.reset();
  open_events();
  broken = false;
  start();
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 7; }));
  EXPECT_EQ(provider.asked("skip=3").size(), 1u);  // what was stored is not fetched again
}

TEST_F(Poll, SendsCredentialsNowhereElse) {
  Provider provider, other;
  for (int i = 0; i < 4; ++i) provider.put("a" + std::to_string(i), "2026-05-01T10:00:00Z");
  const StopsFirst stops_first(provider);
  provider.set_trouble([&](const http::Request&) -> std::optional<http::Response> {
    json::Object body{{"alerts", provider.page("", 0, 3)}, {"next", other.url() + "/alerts"}};
    return answer(200, json::to_text(body));
  });
  write_acme();
  add_acme(provider);
  start();
  ASSERT_TRUE(eventually([&] { return health_text("health") == "failing"; }));
  EXPECT_THAT(health_text("lastError"), HasSubstr("none of the addresses"));
  EXPECT_THAT(other.asked(), IsEmpty());
}

TEST_F(Poll, ReachesOnlyWhatTheOperatorAllows) {
  Provider provider;
  write_acme();
  add_acme(provider);
  options_.outbound.client.allowed.clear();
  start();
  ASSERT_TRUE(eventually([&] { return health_text("health") == "failing"; }));
  EXPECT_THAT(health_text("lastError"), HasSubstr("not public"));
  EXPECT_THAT(provider.asked(), IsEmpty());
}

TEST_F(Poll, GetsATokenAndANewOneWhenItIsRevoked) {
  Provider provider;
  provider.put("a", "2026-05-01T10:00:00Z");
  std::atomic<int> tokens = 0;
  std::atomic<bool> wrong = false;
  std::string form;
  std::mutex mutex;
  const StopsFirst stops_first(provider);
  provider.set_trouble([&](const http::Request& request) -> std::optional<http::Response> {
    if (request.split_target().path == "/token") {
      const std::scoped_lock lock(mutex);
      form = request.body;
      return answer(200, R"({"access_token":"t)" + std::to_string(++tokens) + R"(","expires_in":3600})");
    }
    const std::string_view given = request.headers.get("Authorization");
    if (given != "Bearer t" + std::to_string(tokens.load()) || wrong.exchange(false)) return answer(401);
    return std::nullopt;
  });
  write_acme({{"[setting.key]", "[setting.client]\ndescription=\"id\"\n[setting.key]"},
              {"type = \"header\"\nheader = \"X-Key\"\nvalue = \"{key}\"",
               "type = \"oauth2_client_credentials\"\ntoken_url = \"{base_url}/token\"\nclient_id = \"{client}\"\n"
               "client_secret = \"{key}\"\nscope = \"x/.default\""}});
  ASSERT_TRUE(add("edr", "acme", {{"base_url", provider.url()}, {"client", "me & you"}}, {{"key", "very-secret-key"}}));
  start();
  ASSERT_TRUE(eventually([&] { return alert_names().size() == 1; }));
  {
    const std::scoped_lock lock(mutex);
    EXPECT_EQ(
        form,
        "grant_type=client_credentials&client_id=me%20%26%20you&client_secret=very-secret-key&scope=x%2F.default");
  }
  EXPECT_EQ(tokens, 1);
  wrong = true;
  ASSERT_TRUE(eventually([&] { return tokens == 2; }));
  EXPECT_THAT(problems(), IsEmpty());
}

}  // namespace
}  // namespace vedette::federation::test
