// Providers whose alerts are read before they are written to, by requests of any kind.
#include "write_back_world.h"

namespace vedette::federation::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* by_search =
    R"(current = { method = "POST", url = "{base_url}/find", body = { ids = ["{alert.providerAlertId}"] }, )"
    R"(records = "result.found" })";

// Each change is a request of its own; comments go along with the second.
constexpr const char* two_requests = R"(
let target = source | extend Url = strcat(tostring(Setting.base_url), "/alerts/", tostring(Alert.providerAlertId));
union (target | where isnotnull(Changes.status)
       | project Method = "PATCH", Url, Body = bag_pack("status", Changes.status), Written = dynamic(["status"])),
      (target | where isnotnull(Changes.assignedTo)
       | project Method = "PATCH", Url,
           Body = bag_pack("owner", Changes.assignedTo, "said", array_length(Comments)),
           Written = dynamic(["assignedTo", "comments"]))
)";

using WriteBackReading = WriteBack;

TEST_F(WriteBackReading, FindsTheAlertBySearch) {
  connect(by_search);
  written_.answer_next({{500, true}});
  change({{"status", "resolved"}});
  ASSERT_TRUE(eventually([&] { return synchronized(); })) << testing::PrintToString(problems());
  EXPECT_THAT(written_.effects(), ElementsAre(R"(PATCH {"status":"resolved"})"));
}

TEST_F(WriteBackReading, EndsWhenTheAlertIsGone) {
  connect(by_search);
  written_.set_gone();
  change({{"status", "resolved"}});
  ASSERT_TRUE(eventually([&] { return state() == "failed"; })) << testing::PrintToString(problems());
  EXPECT_EQ(json::find_string(json::Value(entry()), "error"), "The provider has no such alert.");
}

// The first request made the provider's copy newer than all that a user changed.
TEST_F(WriteBackReading, GoesOnBehindTheRequestsThatWereAnswered) {
  connect(by_search, two_requests);
  written_.answer_next({{200, true}, {500, false}});
  provider_.put("a", "2026-05-01T10:00:00Z", {{"owner", ""}});
  change({{"status", "resolved"}, {"assignedTo", "ann"}});
  ASSERT_TRUE(eventually([&] { return synchronized(); })) << testing::PrintToString(problems());
  EXPECT_THAT(written_.effects(), ElementsAre(R"(PATCH {"status":"resolved"})", R"(PATCH {"owner":"ann","said":0})"));
  EXPECT_EQ(of_alert("a", "assignedTo"), "ann");
}

TEST_F(WriteBackReading, TellsCommentsOnceThatTheProviderDoesNotTell) {
  connect(by_search, two_requests);
  comment("seen it");
  change({{"assignedTo", "ann"}});
  ASSERT_TRUE(eventually([&] { return written_.effects().size() == 1 && synchronized(); }));
  change({{"assignedTo", "bob"}});
  ASSERT_TRUE(eventually([&] { return written_.effects().size() == 2 && synchronized(); }));
  EXPECT_THAT(written_.effects(),
              ElementsAre(R"(PATCH {"owner":"ann","said":1})", R"(PATCH {"owner":"bob","said":0})"));
}

TEST(WriteBackToml, SaysWhatIsWrong) {
  const auto wrong = [](const std::string& current) {
    const auto parsed = parse_connector_transport("[write_back]\ncurrent = " + current + "\n");
    return parsed ? "nothing" : parsed.error().message;
  };
  EXPECT_THAT(wrong("7"), HasSubstr("'current' must be a string"));
  EXPECT_THAT(wrong("{ method = \"POST\" }"), HasSubstr("'write_back.current' needs 'url'"));
  EXPECT_THAT(wrong("{ url = \"x\", body = { a = 1 } }"), HasSubstr("needs method"));
  EXPECT_THAT(wrong("{ url = \"x\", colour = 1 }"), HasSubstr("the key 'colour' of 'write_back.current'"));
  EXPECT_THAT(wrong("{ url = \"x\", method = \"POST\", body = { a = \"{record}\" } }"), HasSubstr("'{record}' is no"));
  EXPECT_EQ(wrong("{ url = \"x\", records = \"a.b\" }"), "nothing");
}

}  // namespace
}  // namespace vedette::federation::test
