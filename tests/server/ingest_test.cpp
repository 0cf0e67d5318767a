// `vedette ingest` as a program sees it: files in, rows that `vedette hunt` finds, nothing lost and nothing twice.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/file.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <thread>

#include "program.h"

namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Milliseconds = std::chrono::milliseconds;

class Ingest : public testing::Test {
 protected:
  void SetUp() override {
    write("connector/connector.toml", "vendor = \"Test\"\nprovider = \"Test\"\n");
    write("connector/events.kql",
          "source | where isnotnull(Record.n) "
          "| project Timestamp = datetime(2024-01-02), DeviceName = tostring(Record.host), ReportId = "
          "tolong(Record.n) | as DeviceEvents\n");
  }

  void write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }

  Outcome run(const std::vector<std::string>& arguments) { return run_program(arguments, folder / "."); }

  std::vector<std::string> ingest(const std::string& data, std::vector<std::string> more) {
    std::vector<std::string> arguments{"ingest",   "--data", folder / data, "--connector", folder / "connector",
                                       "--format", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  // The only tenant's folder.
  std::string tenant_folder(const std::string& data) {
    const auto entries = std::filesystem::directory_iterator(folder / data + "/tenants");
    return entries == std::filesystem::directory_iterator() ? "" : entries->path().string();
  }

  // The one number that a query gives.
  int64_t ask(const std::string& data, const std::string& query) {
    const auto answer = run({"hunt", "--data", folder / data, "--format", "csv", query});
    EXPECT_EQ(answer.status, 0) << answer.err;
    const size_t line = answer.out.find('\n');
    return line == std::string::npos ? -1 : std::stoll(answer.out.substr(line + 1));
  }

  TemporaryFolder folder;
};

TEST_F(Ingest, StoresRowsThatHuntFinds) {
  write("a.json", "{\"n\":1,\"host\":\"x\"}\n{\"other\":2}\n{broken\n");
  const auto first = run(ingest("data", {folder / "a.json"}));
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(first.err, IsEmpty());
  EXPECT_THAT(first.out, HasSubstr(R"("ok":true,"records":3,"mapped":1,"unmapped":1,)"
                                   R"("quarantined":1,"alerts":0,"rows":{"DeviceEvents":1,"UnmappedEvents":1})"));
  EXPECT_EQ(ask("data", "DeviceEvents | where DeviceName == 'x' | count"), 1);
  const auto second = run(ingest("data", {folder / "a.json"}));
  EXPECT_THAT(second.out, HasSubstr(R"("storedBefore":true)"));
  EXPECT_EQ(ask("data", "DeviceEvents | count"), 1);
  EXPECT_EQ(ask("data", "UnmappedEvents | count"), 1);
}

TEST_F(Ingest, AFileThatIsRefusedKeepsNoOtherOut) {
  write("odd.json", "{\"x\":1}\n");
  const auto refused = run({"ingest", "--data", folder / "data", folder / "odd.json"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.out, HasSubstr("No connector claims 'odd.json'."));
  write("a.json", "{\"n\":1}\n");
  const auto mixed = run(ingest("data", {folder / "absent.json", folder / "a.json"}));
  EXPECT_EQ(mixed.status, 1);
  EXPECT_THAT(mixed.err, HasSubstr("absent.json"));
  EXPECT_EQ(ask("data", "DeviceEvents | count"), 1);
}

// They are read side by side; of those that hold the same bytes, which come one after another, one is.
TEST_F(Ingest, ManyFilesAreStoredOnceEach) {
  constexpr int files = 12, contents = 4, records = 3'000;
  std::vector<std::string> names;
  for (int i = 0; i < files; ++i) {
    std::string text;
    for (int n = 0; n < records; ++n)
      text += R"({"n":)" + std::to_string(n) + R"(,"host":"h)" + std::to_string(i * contents / files) + "\"}\n";
    write(names.emplace_back(std::to_string(i) + ".ndjson"), text);
  }
  std::vector<std::string> paths;
  for (const std::string& name : names) paths.push_back(folder / name);
  const auto first = run(ingest("many", paths));
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("\"DeviceEvents\":" + std::to_string(contents * records)));
  EXPECT_EQ(ask("many", "DeviceEvents | distinct DeviceName, ReportId | count"), contents * records);
  EXPECT_EQ(ask("many", "DeviceEvents | count"), contents * records);
  EXPECT_EQ(run(ingest("many", paths)).status, 0);
  EXPECT_EQ(ask("many", "DeviceEvents | count"), contents * records);
}

TEST_F(Ingest, FindsConnectorsOfTheDataFolder) {
  ASSERT_EQ(run({"connector", "new", "acme-edr", "--data", folder / "data"}).status, 0);
  const std::string records = folder / "data/connectors/acme-edr/tests/first.in.json";
  const auto found = run({"ingest", "--data", folder / "data", "--format", "json", records});
  EXPECT_EQ(found.status, 0) << found.err;
  EXPECT_THAT(found.out, HasSubstr(R"("connector":"acme-edr")"));
  EXPECT_EQ(ask("data", "AlertInfo | count"), 1);
}

TEST_F(Ingest, TakesRowsOfATable) {
  write("rows.csv", "Timestamp,DeviceName,Extra\n2024-01-02T03:04:05Z,a,1\n2024-01-02T03:04:06Z,b,2\nlater,c,3\n");
  const std::vector<std::string> ingest{"ingest",   "--data", folder / "data",     "--table", "DeviceInfo",
                                        "--format", "json",   folder / "rows.csv", "--strict"};
  const auto strict = run(ingest);
  EXPECT_EQ(strict.status, 1);
  EXPECT_THAT(strict.err, HasSubstr("has the member 'Extra', which is no column of the table."));
  const auto loose = run({ingest.begin(), ingest.end() - 1});
  EXPECT_EQ(loose.status, 0) << loose.err;
  EXPECT_THAT(loose.out, HasSubstr(R"("records":3,"mapped":2,"unmapped":1,"quarantined":0)"));
  EXPECT_THAT(loose.out, HasSubstr(R"("droppedMembers":{"Extra":3})"));
  EXPECT_EQ(ask("data", "DeviceInfo | where Timestamp == datetime(2024-01-02 03:04:05) and DeviceName == 'a' | count"),
            1);
}

TEST_F(Ingest, WritesToATenantOfTheDirectory) {
  write("a.json", "{\"n\":1}\n");
  for (const char* tenant : {"../x", "..", "a/b", ".a", "a b", "contoso"}) {
    const auto refused = run(ingest("data", {"--tenant", tenant, folder / "a.json"}));
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("There is no tenant '" + std::string(tenant) + "'"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "data"));
  EXPECT_EQ(run({"tenant", "create", "--name", "contoso", "--data", folder / "data"}).status, 0);
  EXPECT_EQ(run(ingest("data", {folder / "a.json"})).status, 0);
  const std::string tenant = tenant_folder("data");
  EXPECT_TRUE(std::filesystem::exists(tenant + "/events/MANIFEST"));
  EXPECT_THAT(tenant, Not(HasSubstr("contoso")));
  EXPECT_EQ(run({"tenant", "create", "--name", "fabrikam", "--data", folder / "data"}).status, 0);
  EXPECT_THAT(run(ingest("data", {folder / "a.json"})).err, HasSubstr("several tenants"));
  EXPECT_THAT(run(ingest("data", {"--tenant", "Contoso", folder / "a.json"})).out, HasSubstr(R"("storedBefore":true)"));
  const auto hunt = [this](const std::string& name) {
    return run({"hunt", "--data", folder / "data", "--tenant", name, "--format", "csv", "DeviceEvents | count"});
  };
  EXPECT_EQ(hunt("contoso").out, hunt(std::filesystem::path(tenant).filename()).out);
  EXPECT_NE(hunt("contoso").out, hunt("fabrikam").out);
  EXPECT_THAT(hunt("../tenants/contoso").err, HasSubstr("There is no tenant"));
  EXPECT_THAT(run({"hunt", "--data", folder / "data", "print 1"}).err, HasSubstr("several tenants"));
}

// Folders that were filled before there was a directory.
TEST_F(Ingest, GoesOnInAFolderWithoutDirectory) {
  write("a.json", "{\"n\":1}\n");
  ASSERT_EQ(run(ingest("data", {folder / "a.json"})).status, 0);
  std::filesystem::rename(tenant_folder("data"), folder / "data/tenants/old");
  for (const auto& entry : std::filesystem::directory_iterator(folder / "data"))
    if (entry.path().filename().string().starts_with("entities.sqlite")) std::filesystem::remove(entry.path());
  EXPECT_EQ(ask("data", "DeviceEvents | count"), 1);
  EXPECT_THAT(run(ingest("data", {folder / "a.json"})).out, HasSubstr(R"("tenantId":"old")"));
  EXPECT_THAT(run(ingest("data", {"--tenant", "older", folder / "a.json"})).err, HasSubstr("no tenant 'older'"));
}

TEST_F(Ingest, TenantsThatCannotBeReadAreNotTakenForNone) {
  write("a.json", "{\"n\":1}\n");
  std::filesystem::create_directories(folder / "data");
  write("data/tenants", "no folder");
  const auto refused = run(ingest("data", {folder / "a.json"}));
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("cannot be read"));
}

TEST_F(Ingest, OneWriterOwnsTheFolder) {
  write("a.json", "{\"n\":1}\n");
  ASSERT_EQ(run(ingest("data", {folder / "a.json"})).status, 0);
  const int lock = open((tenant_folder("data") + "/events/LOCK").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(flock(lock, LOCK_EX), 0);
  const auto second = run(ingest("data", {folder / "a.json"}));
  EXPECT_EQ(second.status, 1);
  EXPECT_THAT(second.err,
              HasSubstr("Another process is using the data folder. (" + tenant_folder("data") + "/events/LOCK"));
  EXPECT_EQ(ask("data", "DeviceEvents | count"), 1) << "reading goes on beside the writer";
  close(lock);
}

TEST_F(Ingest, RefusesWrongUsage) {
  write("a.json", "{\"n\":1}\n");
  EXPECT_EQ(run({"ingest", "--data", folder / "data"}).status, 2);
  EXPECT_EQ(run({"ingest", "--connector", "x", "--table", "y", folder / "a.json"}).status, 2);
  EXPECT_EQ(run({"ingest", "--strict", folder / "a.json"}).status, 2);
  EXPECT_THAT(run({"ingest", "--connector", "none", "--data", folder / "data", folder / "a.json"}).err,
              HasSubstr("There is no connector 'none'"));
  EXPECT_THAT(run({"ingest", "--table", "NoTable", "--data", folder / "data", folder / "a.json"}).err,
              HasSubstr("There is no hunting table 'NoTable'."));
  EXPECT_FALSE(std::filesystem::exists(folder / "data"));
}

// What was once seen in the folder was acknowledged: it stays, and nothing is there twice.
// Runs of the program that are killed at random moments, or end before that.
class KilledRuns {
 public:
  KilledRuns() : seed_(std::random_device()()), random_(seed_) {}
  std::string trace() const { return "seed " + std::to_string(seed_) + ", after " + std::to_string(kills_) + " kills"; }
  int kills() const { return kills_; }
  // True when it was killed; else its status is 0.
  bool run(const std::vector<std::string>& arguments, Milliseconds longest, const std::string& folder) {
    const pid_t process = start_program(arguments, folder + "/out", folder + "/err");
    std::this_thread::sleep_for(Milliseconds(std::uniform_int_distribution<int64_t>(1, longest.count())(random_)));
    kill(process, SIGKILL);
    int status = 0;
    waitpid(process, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << trace() << read_text(folder + "/err");
    kills_ += WIFSIGNALED(status) ? 1 : 0;
    return WIFSIGNALED(status);
  }

 private:
  const unsigned seed_;
  std::mt19937 random_;
  int kills_ = 0;
};

Milliseconds time_of(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begun);
}

TEST_F(Ingest, ARunThatIsKilledGoesOnWhereItWas) {
  constexpr int records = 200'000, kills_wanted = 20;
  std::string text;
  for (int i = 0; i < records; ++i) text += "{\"n\":" + std::to_string(i) + ",\"host\":\"h\"}\n";
  write("big.json", text);
  const auto whole = time_of([&] { ASSERT_EQ(run(ingest("whole", {folder / "big.json"})).status, 0); });
  KilledRuns runs;
  for (int round = 0; runs.kills() < kills_wanted; ++round) {
    const std::string data = "data" + std::to_string(round);
    int64_t acknowledged = 0;
    for (bool killed = true; killed;) {
      killed = runs.run(ingest(data, {folder / "big.json"}), whole, folder / ".");
      if (!std::filesystem::exists(folder / data)) continue;
      const int64_t rows = ask(data, "DeviceEvents | count");
      ASSERT_GE(rows, acknowledged) << runs.trace();
      ASSERT_EQ(ask(data, "DeviceEvents | summarize n = count() by ReportId | where n > 1 | count"), 0) << runs.trace();
      acknowledged = rows;
    }
    EXPECT_EQ(acknowledged, records);
    EXPECT_EQ(ask(data, "DeviceEvents | where ReportId >= 0 | summarize by ReportId | count"), records);
    std::filesystem::remove_all(folder / data);
  }
}

// Alerts go to another store than rows: each is there once, and in one incident, however often the run began anew.
TEST_F(Ingest, AlertsOfARunThatIsKilledAreThereOnce) {
  constexpr int records = 2'000, kills_wanted = 20;
  std::string text;
  for (int i = 0; i < records; ++i)
    text += R"({"timestamp":"2024-05-01T10:00:00.000000+0000","event_type":"alert","flow_id":)" + std::to_string(i) +
            R"(,"src_ip":"10.0.0.5","dest_ip":"10.0.0.)" + std::to_string(i % 200) +
            R"(","proto":"TCP","alert":{"action":"allowed","gid":1,"signature_id":)" + std::to_string(i) +
            R"(,"rev":1,"signature":"S","category":"Misc","severity":2}})" + "\n";
  write("eve.json", text);
  const auto arguments = [&](const std::string& data) {
    return std::vector<std::string>{"ingest", "--data", folder / data, "--connector", "suricata", folder / "eve.json"};
  };
  const auto whole = time_of([&] { ASSERT_EQ(run(arguments("whole")).status, 0); });
  KilledRuns runs;
  for (int round = 0; runs.kills() < kills_wanted; ++round) {
    const std::string data = "data" + std::to_string(round);
    int64_t acknowledged = 0;
    for (bool killed = true; killed;) {
      killed = runs.run(arguments(data), whole, folder / ".");
      if (!std::filesystem::exists(folder / data)) continue;
      const int64_t alerts = ask(data, "AlertInfo | count");
      ASSERT_GE(alerts, acknowledged) << runs.trace();
      ASSERT_EQ(ask(data, "AlertInfo | summarize n = count() by AlertId | where n > 1 | count"), 0) << runs.trace();
      acknowledged = alerts;
    }
    EXPECT_EQ(acknowledged, records);
    std::filesystem::remove_all(folder / data);
  }
}

}  // namespace
