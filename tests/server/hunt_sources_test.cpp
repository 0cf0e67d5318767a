// `vedette hunt` over files and over a server.
#include <gmock/gmock.h>

#include <fstream>

#include "running_server.h"

namespace {

using ::testing::HasSubstr;

Outcome hunt(const TemporaryFolder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "hunt");
  return run_program(std::move(arguments), folder / ".");
}

TEST(HuntFile, IsATableByItsName) {
  const TemporaryFolder folder;
  std::ofstream(folder / "conn.csv") << "ip,bytes\r\n198.51.100.7,10\r\n203.0.113.9,25\r\n198.51.100.7,5\r\n";
  const auto by_stem = hunt(folder, {"--format", "csv", "--file", folder / "conn.csv",
                                     "conn | summarize Bytes = sum(bytes) by ip | order by ip asc"});
  EXPECT_EQ(by_stem.out, "ip,Bytes\r\n198.51.100.7,15\r\n203.0.113.9,25\r\n") << by_stem.err;
  const auto named = hunt(folder, {"--format", "csv", "--file", "Flows=" + (folder / "conn.csv"), "Flows | count"});
  EXPECT_EQ(named.out, "Count\r\n3\r\n") << named.err;
}

TEST(HuntFile, CanStandForAHuntingTable) {
  const TemporaryFolder folder;
  std::ofstream(folder / "rows.ndjson") << R"({"DeviceName":"ws-01","ProcessId":4,"FileName":"a.exe"})"
                                        << "\n";
  const auto answer = hunt(folder, {"--format", "csv", "--file", "DeviceProcessEvents=" + (folder / "rows.ndjson"),
                                    "DeviceProcessEvents | project DeviceName, ProcessId, SHA256"});
  EXPECT_EQ(answer.out, "DeviceName,ProcessId,SHA256\r\nws-01,4,\r\n") << answer.err;
}

TEST(HuntFile, TellsWhatItCannotRead) {
  const TemporaryFolder folder;
  const auto absent = hunt(folder, {"--file", folder / "absent.json", "absent | count"});
  EXPECT_EQ(absent.status, 1);
  std::ofstream(folder / "broken.json") << "{\"a\":1}\n{\"a\"\n";
  const auto broken = hunt(folder, {"--file", folder / "broken.json", "broken | count"});
  EXPECT_EQ(broken.status, 1);
  EXPECT_THAT(broken.err, HasSubstr("broken.json, line 2"));
}

TEST(HuntServer, AnswersAsTheServerDoes) {
  const TemporaryFolder folder;
  RunningServer server(folder / "demo", {"--demo"});
  const std::string app = server.data() + "/demo.json";
  const auto ask = [&](const std::string& query) {
    return hunt(folder, {"--server", server.base_url() + "/", "--app", app, "--format", "json", query});
  };
  const auto answer = ask("print a = 1, b = 'x', c = datetime(2024-01-02), d = dynamic({\"e\":[1]}), f = true, g = 1h");
  EXPECT_EQ(answer.status, 0) << answer.err;
  EXPECT_THAT(answer.out, HasSubstr(R"([1,"x","2024-01-02T00:00:00.0000000Z",{"e":[1]},true,"01:00:00"])"));
  EXPECT_THAT(answer.out, HasSubstr(R"({"name":"g","type":"timespan"})"));
  EXPECT_THAT(ask("AlertInfo | summarize Alerts = dcount(AlertId) | project Alerts > 30").out, HasSubstr("[true]"));
  const auto wrong = ask("AlertInf | count");
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, HasSubstr("AlertInfo"));
}

TEST(HuntExternalData, ReadsFromHostsThatAreNamed) {
  const TemporaryFolder folder;
  std::ofstream(folder / "external.toml") << "[external_data]\nhosts = [\"127.0.0.1\"]\nallow_http = true\n"
                                          << "allowed_ranges = [\"127.0.0.0/8\"]\n";
  RunningServer server(folder / "demo", {"--demo", "--config", folder / "external.toml"});
  const std::string query = "externaldata(issuer:string)['" + server.base_url() +
                            "/organizations/v2.0/.well-known/openid-configuration'] with (format='json') | count";
  const auto refused = hunt(folder, {query});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("externalDataDisabled"));
  const auto here = hunt(folder, {"--external-data", "127.0.0.1", "--format", "csv", query});
  EXPECT_EQ(here.out, "Count\r\n1\r\n") << here.err;
  const auto there = hunt(
      folder, {"--server", server.base_url() + "/", "--app", server.data() + "/demo.json", "--format", "csv", query});
  EXPECT_EQ(there.out, "Count\r\n1\r\n") << there.err;
}

TEST(HuntServer, NeedsAnApplication) {
  const TemporaryFolder folder;
  const auto answer = hunt(folder, {"--server", "http://127.0.0.1:1", "print 1"});
  EXPECT_EQ(answer.status, 1);
  EXPECT_THAT(answer.err, HasSubstr("--app FILE"));
}

}  // namespace
