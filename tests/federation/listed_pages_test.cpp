// Providers whose pages only list what there is, and those that are asked for one window of time after the other.
#include "../../src/federation/poll_cursor.h"
#include "../../src/federation/poll_details.h"
#include "vedette/ingest/sink.h"
#include "world.h"

namespace vedette::federation::test {
namespace {

constexpr const char* windows_toml = R"(
vendor = "Acme"
provider = "Acme Log"
[setting.base_url]
kind = "url"
description = "Where it is"
[poll]
url = "{base_url}/list?from={since}&to={until}"
paging = "next_link"
next_header = "X-Next"
time = "seconds"
window_seconds = 3600
delay_seconds = 60
lookback_seconds = 7200
interval_seconds = 3600
[poll.each]
url = "{record.url}"
)";

constexpr const char* windows_events = R"(
source
| project Timestamp = todatetime(Record.at), ActionType = tostring(Record.what)
| as CloudAppEvents
)";

// Blobs of events, each listed in the window that it belongs to.
class Windows : public World {
 protected:
  void connect(const std::string& more = "") {
    std::string toml = windows_toml;
    toml.insert(toml.find("[poll.each]"), more);
    write_connector("log", {{"connector.toml", toml}, {"events.kql", windows_events}});
    provider_.set_handle([this](const http::Request& request) { return handle(request); });
    ASSERT_TRUE(add("edr", "log", {{"base_url", provider_.url()}}, {}));
  }
  http::Response handle(const http::Request& request) {
    const std::string path(request.split_target().path);
    if (path.starts_with("/blob/")) return answer_blob(path.substr(6));
    if (path == "/second") return list({"c"});
    const int64_t from = std::stoll(option(request, "from"));
    if (windows_++ == 0) first_ = from;
    widths_.push_back(std::stoll(option(request, "to")) - from);
    if (from > first_ + 600) return list({});
    auto page = list({"a", "b"});
    page.headers.set("X-Next", provider_.url() + "/second");
    return page;
  }
  http::Response list(const std::vector<std::string>& blobs) const {
    json::Array listed;
    for (const auto& blob : blobs) listed.push_back(json::Object{{"url", provider_.url() + "/blob/" + blob}});
    return answer(200, json::to_text(listed));
  }
  http::Response answer_blob(const std::string& name) {
    if (name == broken_.load()) return answer(500);
    if (name == gone_.load()) return answer(404);
    const json::Object event{{"at", "2026-05-01T10:00:00Z"}, {"what", name + padding_}};
    return answer(200, json::to_text(json::Array{event, event}));
  }
  int64_t rows() const { return events_->snapshot()->row_count("CloudAppEvents"); }

  std::atomic<const char*> broken_ = "", gone_ = "";
  std::string padding_;
  int64_t first_ = 0;
  std::atomic<int> windows_ = 0;
  std::vector<int64_t> widths_;  // of one thread, that of the instance
  Provider provider_;            // last: its handler uses the rest
};

TEST_F(Windows, AreStoredWholeOrNotAtAll) {
  connect();
  broken_ = "c";
  start();
  ASSERT_TRUE(eventually([&] { return provider_.asked("/blob/c").size() >= 3; }));
  EXPECT_EQ(rows(), 0);
  broken_ = "";
  ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; })) << testing::PrintToString(problems());
  EXPECT_EQ(rows(), 6);
  const std::string last = provider_.asked("/list").back();
  EXPECT_GE(std::stoll(last.substr(last.find("to=") + 3)), first_ + 7140);
}

TEST_F(Windows, AreNotReadTwiceAfterARestart) {
  connect();
  start();
  ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; }));
  stop();
  events_.reset();
  open_events();
  start();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(provider_.asked("/blob/a").size(), 1u);
  EXPECT_EQ(rows(), 6);
}

TEST_F(Windows, BeginWhereTheProviderStillReaches) {
  connect("reach_back_seconds = 1800\n");
  ingest::IngestUnit unit;
  PollCursor old;
  old.watermark = clock_.now() - base::TimeSpan{8 * base::ticks_per_day};
  const auto instance = load_instance(*store_, "t", "edr").value().value();
  unit.state["poll/edr/" + std::to_string(instance.created.ticks)] = encode(old);
  const auto sink = ingest::make_sink(*events_, nullptr, io::posix_file_system(), folder_ + "/quarantine");
  ASSERT_TRUE(sink->commit(std::move(unit)));
  const int64_t now = (clock_.now().ticks - base::unix_epoch_ticks) / base::ticks_per_second;
  start();
  ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; })) << testing::PrintToString(problems());
  EXPECT_GE(first_, now - 1800);
  EXPECT_LE(first_, now - 1790);
  ASSERT_EQ(problems().size(), 1u);
  EXPECT_THAT(problems().front(), testing::HasSubstr("What the provider had from 2026-04-23T12:00:0"));
}

TEST_F(Windows, GoOnWithoutWhatIsGone) {
  connect();
  gone_ = "b";
  start();
  ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; }));
  EXPECT_EQ(rows(), 4);
  EXPECT_EQ(health_number("recordsLost"), 1);
}

TEST_F(Windows, AreHalvedWhenTheyHoldTooMuch) {
  padding_ = std::string(details_bytes_max / 3, 'x');  // two of them are too much for the first page
  connect();
  start();
  ASSERT_TRUE(eventually([&] { return provider_.asked("/list").size() >= 3; }, std::chrono::seconds(60)));
  stop();
  ASSERT_GE(widths_.size(), 3u);
  widths_.resize(3);
  EXPECT_THAT(widths_, testing::ElementsAre(3600, 1800, 900));
  EXPECT_EQ(rows(), 0);
}

TEST_F(Windows, SendCredentialsNowhereElse) {
  Provider other;
  connect();
  const StopsFirst stops_first(provider_);
  provider_.set_handle([&](const http::Request&) { return answer(200, R"([{"url":")" + other.url() + R"(/blob"}])"); });
  start();
  ASSERT_TRUE(eventually([&] { return health_text("health") == "failing"; }));
  EXPECT_THAT(health_text("lastError"), testing::HasSubstr("none of the addresses"));
  EXPECT_TRUE(other.asked().empty());
}

TEST_F(Windows, SayWhatNoListIs) {
  connect();
  provider_.set_handle([](const http::Request&) { return answer(200, R"([{"uri":"x"}])"); });
  start();
  ASSERT_TRUE(eventually([&] { return health_text("health") == "failing"; }));
  EXPECT_THAT(health_text("lastError"), testing::HasSubstr("'{record.url}' has no value"));
}

TEST_F(Windows, ListNoMoreThanTheLimit) {
  connect();
  std::string page = "[";
  for (size_t i = 0; i <= details_max; ++i) page += std::string(i ? "," : "") + R"({"url":"x"})";
  page += "]";
  const StopsFirst stops_first(provider_);
  provider_.set_handle([&](const http::Request&) { return answer(200, page); });
  start();
  ASSERT_TRUE(eventually([&] { return health_text("health") == "failing"; }, std::chrono::seconds(60)));
  EXPECT_THAT(health_text("lastError"), testing::HasSubstr("lists more than 10000 records"));
}

TEST(ListedPages, AreAskedForAtOnceWithAllOfThem) {
  Provider provider;
  provider.set_handle([](const http::Request& request) {
    return answer(200,
                  R"({"resources":[{"id":")" + std::string(request.method) + R"("}],"asked":)" + request.body + "}");
  });
  const auto transport = parse_connector_transport(R"(
[setting.base_url]
kind = "url"
[poll]
url = "{base_url}/ids"
[poll.each]
method = "POST"
url = "{base_url}/entities"
body = { ids = "{records}", kind = "of {base_url}", strict = true, most = 3 }
records = "asked.ids"
)");
  ASSERT_TRUE(transport) << transport.error().message;
  Outbound outbound;
  outbound.allow_http = true;
  outbound.client.allowed = {http::parse_address_range("127.0.0.0/8").value()};
  const base::SystemClock clock;
  ProviderClient client(*transport, {{"base_url", provider.url()}}, outbound, clock);
  const auto details = fetch_details(*transport->poll->each, json::Array{"x", "y"}, client, {});
  ASSERT_TRUE(details) << details.error().message;
  EXPECT_EQ(json::to_text(details->records), R"(["x","y"])");
  EXPECT_EQ(provider.asked().size(), 1u);
  EXPECT_TRUE(fetch_details(*transport->poll->each, json::Array(), client, {})->records.empty());
  EXPECT_EQ(provider.asked().size(), 1u);
}

}  // namespace
}  // namespace vedette::federation::test
