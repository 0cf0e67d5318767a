// connectors/NAME/tests/CASE.exchange.json: a connector asks its provider what the file says, and does with the answers
// what it says.
#include "vedette/federation/exchange.h"

#include <filesystem>

#include "world.h"

namespace vedette::federation::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

struct ExchangeCase {
  std::string connector, file;
};

void PrintTo(const ExchangeCase& value, std::ostream* out) { *out << value.file; }

std::vector<ExchangeCase> exchange_cases() {
  std::vector<ExchangeCase> cases;
  for (const auto& connector : fs::directory_iterator(fs::path(VEDETTE_SOURCE_DIR) / "connectors"))
    for (const std::string& file : exchange_files(connector.path())) cases.push_back({connector.path(), file});
  std::sort(cases.begin(), cases.end(), [](const auto& a, const auto& b) { return a.file < b.file; });
  return cases;
}

std::string name_of(const testing::TestParamInfo<ExchangeCase>& info) {
  const std::string file = fs::path(info.param.file).filename();
  std::string name = fs::path(info.param.connector).filename().string() + "_" + file.substr(0, file.find('.'));
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

class Exchanges : public testing::TestWithParam<ExchangeCase> {};

TEST_P(Exchanges, AreAsTheFileSays) {
  const auto& [connector, file] = GetParam();
  const auto differences = play_exchange(connector, file, odata::Service::collections(models()));
  ASSERT_TRUE(differences) << differences.error().message << " " << differences.error().cause;
  EXPECT_THAT(*differences, IsEmpty()) << file;
}

// What a play says of a connector that does otherwise.
class WrittenExchanges : public World {
 protected:
  std::string differences(const std::string& steps, const std::string& more = "") {
    write_acme();
    const std::string file = folder_ + "/case.exchange.json";
    std::ofstream(file) << R"({"now":"2026-05-01T12:00:00Z","settings":{"base_url":"{server}"},"secrets":{"key":"k"},)"
                        << more << R"("steps":)" << steps << "}";
    const auto played = play_exchange(folder_ + "/connectors/acme", file, odata::Service::collections(models()));
    return played ? testing::PrintToString(*played) : played.error().message;
  }
};

TEST_F(WrittenExchanges, SayWhatIsOtherwise) {
  const std::string request = R"({"request":"GET /alerts?since=2026-04-01T12:00:00.0000000Z","headers":{"X-Key":"k"},)";
  const std::string good = request + R"("answer":{"alerts":[{"id":"a","updated":"2026-05-01T10:00:00Z"}]}})";
  EXPECT_EQ(differences("[{\"poll\":\"x\",\"exchange\":[" + good + "],\"alerts\":[{\"providerAlertId\":\"a\"}]}]"),
            "{}");
  EXPECT_THAT(differences("[{\"poll\":\"x\",\"exchange\":[" + good + "],\"alerts\":[]}]"),
              HasSubstr("left 1 alerts instead of 0"));
  EXPECT_THAT(differences("[{\"poll\":\"x\",\"exchange\":[]}]"), HasSubstr("which nothing expects"));
  EXPECT_THAT(differences(R"([{"poll":"x","exchange":[{"request":"GET /other"}]}])"),
              HasSubstr("instead of 'GET /other'"));
  EXPECT_THAT(
      differences(
          R"([{"poll":"x","exchange":[{"request":"GET /alerts?since=2026-04-01T12:00:00.0000000Z","body":{"a":1}}]}])"),
      HasSubstr("with the body (none)"));
  EXPECT_THAT(
      differences(
          R"([{"poll":"x","exchange":[{"request":"GET /alerts?since=2026-04-01T12:00:00.0000000Z","headers":{"X-Key":"j"}}]}])"),
      HasSubstr("X-Key: k"));
  EXPECT_THAT(
      differences("[{\"poll\":\"x\",\"exchange\":[" + good + "]}]", R"("anyTime":[{"request":"POST /token"}],)"),
      HasSubstr("never asked 'POST /token'"));
}

TEST_F(WrittenExchanges, SayWhatIsNoExchange) {
  EXPECT_THAT(differences("[]"), HasSubstr("'steps' has none"));
  EXPECT_THAT(differences("7"), HasSubstr("'steps' is no array"));
  EXPECT_THAT(differences("[{}]"), HasSubstr("steps[0]: is a 'poll', a 'change' or an 'action'"));
  EXPECT_THAT(differences(R"([{"poll":"x","colour":1}])"), HasSubstr("steps[0] has no member 'colour'"));
  EXPECT_THAT(differences(R"([{"poll":"x","exchange":[{"request":"GET"}]}])"),
              HasSubstr("steps[0].exchange[0]: 'request' is"));
  EXPECT_THAT(differences(R"([{"poll":"x","exchange":[{"request":"GET /","status":99}]}])"),
              HasSubstr("'status' is a number"));
  EXPECT_THAT(differences(R"([{"change":{"set":{}}}])"), HasSubstr("'alert' is a providerAlertId"));
  EXPECT_THAT(differences(R"([{"change":{"alert":"none"}}])"), HasSubstr("no alert 'none'"));
  EXPECT_THAT(differences("[{]"), HasSubstr("case.exchange.json"));
}

INSTANTIATE_TEST_SUITE_P(Connectors, Exchanges, testing::ValuesIn(exchange_cases()), name_of);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Exchanges);

}  // namespace
}  // namespace vedette::federation::test
