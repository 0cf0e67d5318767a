// The limits of one sweep: how often it begins again, and how many pages it reads.
#include "../../src/federation/poll_cursor.h"
#include "../../src/federation/poller.h"
#include "world.h"

namespace vedette::federation::test {
namespace {

using testing::HasSubstr;

using PollLimits = World;

TEST_F(PollLimits, GivesUpWhenRecordsNeverStand) {
  Provider provider;
  for (int i = 0; i < 9; ++i) provider.put("a" + std::to_string(i), "2026-05-01T10:0" + std::to_string(i) + ":00Z");
  write_acme({{"/alerts?since={since}", "/alerts?since={since}&offset={offset}&limit={page_size}"},
              {"paging = \"next_link\"\nnext = \"next\"", "paging = \"offset\"\nrecord = \"id\"\npage_size = 3"}});
  const StopsFirst stops_first(provider);
  provider.set_trouble([&](const http::Request& request) -> std::optional<http::Response> {
    if (option(request, "offset") == "0") return std::nullopt;
    return answer(200, json::to_text(json::Object{{"alerts", provider.page("", 5, 3)}}));
  });
  add_acme(provider);
  start();
  ASSERT_TRUE(eventually([&] { return health_text("health") == "failing"; }));
  EXPECT_THAT(health_text("lastError"), HasSubstr("move between its pages, 6 times in one sweep"));
}

TEST_F(PollLimits, ReadsSoManyPagesInOneSweepAtMost) {
  Provider provider;
  for (int i = 0; i < 9; ++i) provider.put("a" + std::to_string(i), "2026-05-01T10:0" + std::to_string(i) + ":00Z");
  write_acme();
  add_acme(provider);
  PollCursor cursor;
  cursor.pages = sweep_pages_max - 2;
  cursor.next = provider.url() + "/alerts?skip=0";
  const auto instance = load_instances(*store_, "t").value().front();
  const std::string key = "poll/edr/" + std::to_string(instance.created.ticks);
  ASSERT_TRUE(events_->commit({{}, {{key, encode(cursor)}}}));
  start();
  ASSERT_TRUE(eventually([&] { return health_text("lastError") != ""; }));
  EXPECT_THAT(health_text("lastError"), HasSubstr("more than 100000 pages"));
}

}  // namespace
}  // namespace vedette::federation::test
