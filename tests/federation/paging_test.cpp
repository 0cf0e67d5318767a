// Pages that are counted, and pages that begin behind the last record of the one before.
#include "world.h"

namespace vedette::federation::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* head = R"(
vendor = "Acme"
provider = "Acme Pages"
[setting.base_url]
kind = "url"
description = "Where it is"
[poll]
url = "{base_url}/list"
method = "POST"
records = "hits"
since = "at"
page_size = 2
interval_seconds = 3600
)";
constexpr const char* counted = "paging = \"page\"\nbody = { page = \"{page}\", since = \"{since}\" }\n";
constexpr const char* behind = "paging = \"cursor\"\nnext_record = \"sort\"\nbody = { after = \"{cursor}\" }\n";

constexpr const char* alerts_kql = R"(
source | project providerAlertId = tostring(Record.id), title = "x", createdDateTime = todatetime(Record["at"])
)";

class Pages : public World {
 protected:
  void connect(const std::string& paging) {
    write_connector("pages", {{"connector.toml", std::string(head) + paging}, {"alerts.kql", alerts_kql}});
    provider_.set_handle([this](const http::Request& request) { return handle(request); });
    ASSERT_TRUE(add("edr", "pages", {{"base_url", provider_.url()}}, {}));
    start();
  }
  http::Response handle(const http::Request& request) {
    const auto body = json::parse(request.body).value_or(json::Value());
    const std::scoped_lock lock(guard_);
    bodies_.push_back(request.body);
    const size_t page = repeats_ ? 0 : std::min(bodies_.size() - 1, pages_.size() - 1);
    json::Array hits;
    for (const std::string& id : pages_[page])
      hits.push_back(json::Object{{"id", id}, {"at", "2026-05-01T10:00:00Z"}, {"sort", json::Array{7, id}}});
    return answer(200, json::to_text(json::Object{{"hits", std::move(hits)}}));
  }
  std::vector<std::string> bodies() {
    const std::scoped_lock lock(guard_);
    return bodies_;
  }

  std::vector<std::vector<std::string>> pages_{{"a", "b"}, {"c"}, {}};
  std::atomic<bool> repeats_ = false;
  std::mutex guard_;
  std::vector<std::string> bodies_;
  Provider provider_;  // last: its handler uses the rest
};

TEST_F(Pages, AreCountedUntilOneIsEmpty) {
  connect(counted);
  ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; })) << testing::PrintToString(problems());
  EXPECT_THAT(alert_names(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(bodies(), ElementsAre(HasSubstr(R"("page":1)"), HasSubstr(R"("page":2)"), HasSubstr(R"("page":3)")));
}

TEST_F(Pages, ThatRepeatAreReported) {
  repeats_ = true;
  connect(counted);
  ASSERT_TRUE(eventually([&] { return health_text("health") == "failing"; }));
  EXPECT_THAT(health_text("lastError"), HasSubstr("The provider repeats a page."));
  EXPECT_THAT(alert_names(), ElementsAre("a", "b"));
}

TEST_F(Pages, BeginBehindTheLastRecord) {
  connect(behind);
  ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; })) << testing::PrintToString(problems());
  EXPECT_THAT(alert_names(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(bodies(), ElementsAre("{}", R"({"after":[7,"b"]})", R"({"after":[7,"c"]})"));
}

TEST_F(Pages, AreRefusedWithoutTheirPlace) {
  const auto error_of = [](const std::string& paging) {
    const auto parsed = parse_connector_transport(head + paging);
    return parsed ? std::string() : parsed.error().message;
  };
  EXPECT_THAT(error_of("paging = \"page\"\nbody = {}\n"), HasSubstr("have no {page}"));
  EXPECT_THAT(error_of("paging = \"page\"\nnext_record = \"x\"\nbody = { page = \"{page}\" }\n"),
              HasSubstr("'next_record' is for paging by cursor"));
  EXPECT_THAT(error_of("paging = \"pages\"\n"), HasSubstr("'paging' is none, next_link, cursor, offset or page."));
  EXPECT_THAT(error_of("time = \"week\"\n"), HasSubstr("milliseconds or age_seconds"));
}

}  // namespace
}  // namespace vedette::federation::test
