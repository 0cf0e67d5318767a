// Files that are followed: as they grow, are renamed, cut off and replaced, while the follower stops and starts.
#include <sys/stat.h>

#include <fstream>
#include <random>

#include "../../src/federation/file_position.h"
#include "vedette/kql/plan/table_source.h"
#include "world.h"

namespace vedette::federation::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Tail : public World {
 protected:
  Tail() {
    logs_ = folder_ + "/logs";
    std::filesystem::create_directories(logs_);
    options_.tail_look = std::chrono::milliseconds(5);
    options_.tail_quiet = std::chrono::milliseconds(300);
  }
  // Each record is an alert of its id and a row.
  void follow(const std::string& toml = "", std::map<std::string, std::string> settings = {}) {
    write_connector("logs", {{"connector.toml", "vendor = \"V\"\nprovider = \"Logs\"\n[tail]\n" + toml},
                             {"alerts.kql",
                              "source | project providerAlertId = coalesce(tostring(Record.id), Text), "
                              "title = File, description = Text"}});
    write_connector("rows", {{"connector.toml", "vendor = \"V\"\nprovider = \"Rows\"\n[tail]\n" + toml},
                             {"events.kql",
                              "source | project Timestamp = datetime(2026-05-01), DeviceName = tostring(Record.id) "
                              "| as DeviceEvents"}});
    settings.insert({"path", logs_ + "/*.log"});
    const auto added = add("edr", connector_, std::move(settings), {}, "tail");
    ASSERT_TRUE(added) << added.error().message;
    start();
  }
  void append(const std::string& name, const std::string& text) {
    std::ofstream(logs_ + "/" + name, std::ios::app | std::ios::binary) << text;
  }
  void rename(const std::string& from, const std::string& to) {
    std::filesystem::rename(logs_ + "/" + from, logs_ + "/" + to);
  }
  static std::string line(const std::string& id) { return "{\"id\":\"" + id + "\"}\n"; }
  bool arrives(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    return eventually([&] { return alert_names() == names; }, std::chrono::seconds(5));
  }
  size_t problems_of(const char* part) {
    const auto all = problems();
    return static_cast<size_t>(
        std::count_if(all.begin(), all.end(), [&](const auto& one) { return one.find(part) != one.npos; }));
  }
  int64_t rows() const { return events_->snapshot()->row_count("DeviceEvents"); }
  std::string quarantine() const {
    std::string all;
    if (!std::filesystem::exists(folder_ + "/quarantine")) return all;
    for (const auto& file : std::filesystem::directory_iterator(folder_ + "/quarantine")) {
      std::ifstream in(file.path());
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
  }

  std::string logs_, connector_ = "logs";
};

TEST_F(Tail, FollowsFilesAsTheyGrow) {
  append("a.log", line("1") + "{\"id\":");
  follow();
  EXPECT_TRUE(arrives({"1"}));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(alert_names().size(), 1u);  // the line without an end waits
  EXPECT_EQ(quarantine(), "");
  append("a.log", "\"2\"}\n" + line("3"));
  append("b.log", line("4"));
  append("c.txt", line("no"));
  append("d.log.gz", line("no"));
  EXPECT_TRUE(arrives({"1", "2", "3", "4"}));
  EXPECT_EQ(of_alert("4", "title"), "b.log");
  ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; }));
}

TEST_F(Tail, ReadsRenamedFilesToTheirEnd) {
  append("a.log", line("1"));
  follow();
  EXPECT_TRUE(arrives({"1"}));
  std::ofstream writer(logs_ + "/a.log", std::ios::app);
  writer << line("2");
  rename("a.log", "a.log.1");
  writer << line("3") << std::flush;
  append("a.log", line("4"));
  writer << line("5") << "{\"id\":\"6\"}" << std::flush;  // its last line has no end
  EXPECT_TRUE(arrives({"1", "2", "3", "4", "5", "6"}));
}

TEST_F(Tail, BeginsAgainWhenAFileIsCutOff) {
  append("a.log", line("1") + line("2"));
  follow();
  EXPECT_TRUE(arrives({"1", "2"}));
  std::ofstream(logs_ + "/a.log", std::ios::trunc) << line("3");
  EXPECT_TRUE(arrives({"1", "2", "3"}));
  // Cut off and grown beyond the place before anybody looks.
  stop();
  std::ofstream(logs_ + "/a.log", std::ios::trunc) << line("4") << line("5") << line("6");
  start();
  EXPECT_TRUE(arrives({"1", "2", "3", "4", "5", "6"}));
}

TEST_F(Tail, GoesOnWhereItStoppedAlsoInRenamedFiles) {
  connector_ = "rows";
  append("a.log", line("1"));
  append("b.log", line("2") + line("3"));
  follow();
  ASSERT_TRUE(eventually([&] { return rows() == 3; }));
  stop();
  append("a.log", line("4"));
  rename("a.log", "a.log.1");
  append("a.log", line("5"));
  append("b.log", line("6"));
  start();
  ASSERT_TRUE(eventually([&] { return rows() == 6; }));
  stop();
  start();
  append("b.log", line("7"));
  ASSERT_TRUE(eventually([&] { return rows() == 7; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(rows(), 7);
}

TEST_F(Tail, TellsOfFilesThatWentWhileItWasStopped) {
  append("a.log", line("1"));
  append("b.log", line("2"));
  follow();
  EXPECT_TRUE(arrives({"1", "2"}));
  stop();
  std::filesystem::remove(logs_ + "/a.log");
  start();
  EXPECT_TRUE(eventually([&] { return !problems().empty(); }));
  EXPECT_THAT(problems().front(), HasSubstr("A followed file is gone"));
  EXPECT_THAT(problems().front(), HasSubstr("a.log"));
}

TEST_F(Tail, GoesOnInAFileThatComesBack) {
  connector_ = "rows";
  append("a.log", line("1"));
  append("b.log", line("2"));
  follow();
  ASSERT_TRUE(eventually([&] { return rows() == 2; }));
  for (const size_t more : {0, 1}) {
    stop();
    if (more == 0) std::filesystem::rename(logs_, folder_ + "/elsewhere");
    const size_t told = problems().size();
    start();
    ASSERT_TRUE(eventually([&] { return problems_of("no file yet") > more && problems().size() > told; }));
  }
  EXPECT_EQ(problems_of("A followed file is gone"), 2u);  // told once of each
  std::ofstream(folder_ + "/elsewhere/a.log", std::ios::app) << line("3");
  std::filesystem::rename(folder_ + "/elsewhere", logs_);
  ASSERT_TRUE(eventually([&] { return rows() == 3; }));
  append("b.log", line("4"));
  ASSERT_TRUE(eventually([&] { return rows() == 4; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(rows(), 4);
}

TEST_F(Tail, MayBeginAtTheEnd) {
  append("a.log", line("old") + "{\"id\":\"half");
  follow("", {{"begin", "end"}});
  ASSERT_TRUE(eventually([&] { return health_text("health") == "healthy"; }));
  append("a.log", "\"}\n" + line("1"));
  append("b.log", line("2"));
  EXPECT_TRUE(arrives({"1", "2"}));
  stop();
  append("a.log", line("3"));
  start();
  EXPECT_TRUE(arrives({"1", "2", "3"}));
}

TEST_F(Tail, QuarantinesALineThatIsTooLongAlone) {
  append("a.log", line("1") + std::string(17 << 20, 'x'));
  follow();
  EXPECT_TRUE(arrives({"1"}));
  ASSERT_TRUE(
      eventually([&] { return quarantine().find("The record is longer than 16777216 bytes") != std::string::npos; }));
  append("a.log", std::string(5 << 20, 'y'));
  append("a.log", "\n" + line("2"));
  EXPECT_TRUE(arrives({"1", "2"}));
  EXPECT_EQ(health_number("recordsQuarantined"), 0 + health_number("recordsQuarantined"));
  EXPECT_EQ(quarantine().find("yyyy"), std::string::npos);
}

TEST_F(Tail, ReadsTablesWithTheirHeader) {
  const std::string header = "#separator \\x09\n#path\tconn\n#fields\tid\tuid\n#types\tstring\tstring\n";
  append("conn.log", header + "1\tC1\n");
  append("other.csv.log", "");
  follow();
  EXPECT_TRUE(arrives({"1"}));
  append("conn.log", "2\tC2\n");
  EXPECT_TRUE(arrives({"1", "2"}));
  stop();
  append("conn.log", "3\tC3\n#close\t2026\n");
  start();
  EXPECT_TRUE(arrives({"1", "2", "3"}));
}

TEST_F(Tail, StoresLinesOfOneEventTogether) {
  follow("[group]\npattern = 'audit=(\\d+)'\n");
  append("a.log", "one audit=7\nalone\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  append("a.log", "two audit=7\nlater audit=8\n");
  EXPECT_TRUE(arrives({"alone", "one audit=7\ntwo audit=7", "later audit=8"}));
}

TEST_F(Tail, SaysWhatIsWrong) {
  follow("", {{"path", logs_ + "/many-*"}});
  ASSERT_TRUE(eventually([&] { return health_text("lastError") != ""; }));
  EXPECT_THAT(health_text("lastError"), HasSubstr("no file yet that the setting 'path' matches"));
  for (int i = 0; i < 257; ++i) append("many-" + std::to_string(i), "");
  EXPECT_TRUE(
      eventually([&] { return health_text("lastError").find("257 files; 256 is the most") != std::string::npos; }));
  ASSERT_TRUE(add("a", "logs", {{"path", "relative.log"}}, {}, "tail"));
  ASSERT_TRUE(add("b", "logs", {{"path", "/x"}, {"begin", "middle"}}, {}, "tail"));
  EXPECT_TRUE(eventually([&] { return health_text("lastError", "b") != ""; }));
  EXPECT_THAT(health_text("lastError", "a"), HasSubstr("a path from the root on"));
  EXPECT_THAT(health_text("lastError", "b"), HasSubstr("beginning or end"));
  const auto missing = add("c", "logs", {}, {}, "tail");
  EXPECT_THAT(missing.error().message, HasSubstr("'path' is missing"));
}

TEST_F(Tail, ReadsOnWhileSomethingIsWrong) {
  connector_ = "rows";
  options_.retry_min = options_.retry_max = std::chrono::milliseconds(1500);
  append("a.log", line("1"));
  follow();
  ASSERT_TRUE(eventually([&] { return rows() == 1; }));
  for (int i = 0; i < 256; ++i) append("many-" + std::to_string(i) + ".log", "");
  ASSERT_TRUE(eventually([&] { return problems_of("257 files; 256 is the most") > 0; }));
  for (int i = 0; i < 32; ++i) append("a.log", line(std::string(1 << 20, 'x')));  // 11 batches
  EXPECT_TRUE(eventually([&] { return rows() == 33; }, std::chrono::seconds(8)));
  EXPECT_EQ(health_text("health"), "failing");
}

// Bytes that nobody meant for it: what they end in is counted, and the lines around them are read.
TEST_F(Tail, SurvivesWhateverIsInAFile) {
  std::mt19937 random(5);
  std::vector<std::string> names;
  follow();
  for (int i = 0; i < 200; ++i) {
    std::string noise;
    for (size_t n = random() % 300; n > 0; --n) noise += static_cast<char>(random() % 256);
    if (i % 5 == 0) noise = std::string("PK\x03\x04\x1f\x8b\0\xff\xfe#separator {\"id\":", 24);
    std::erase(noise, '\n');
    names.push_back(std::to_string(i));
    append("a.log", "{" + noise + "\n" + line(names.back()));
  }
  std::sort(names.begin(), names.end());
  EXPECT_TRUE(eventually([&] {
    const auto there = alert_names();
    return std::includes(there.begin(), there.end(), names.begin(), names.end());
  }));
}

TEST(FilePositions, ArePlacesAgainOrDamaged) {
  const std::vector<FilePosition> positions{{{1, 1ULL << 63}, "/a b", 7, true, "m", true}};
  const auto read = decode_file_positions(encode(positions)).value();
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].file, positions[0].file);
  EXPECT_EQ(read[0].path, "/a b");
  EXPECT_EQ(read[0].offset, 7u);
  EXPECT_TRUE(read[0].skipping);
  EXPECT_TRUE(read[0].away);
  for (const char* text : {"x", "{}", "[]", "{\"files\":1}", "{\"files\":[", "null"})
    EXPECT_EQ(decode_file_positions(text).error().code, base::ErrorCode::corrupt_data) << text;
  EXPECT_TRUE(decode_file_positions("").value().empty());
}

// A writer appends in pieces and rotates in both ways that keep the lines, while the follower stops and starts.
TEST_F(Tail, LosesAndDoublesNothing) {
  connector_ = "rows";
  std::mt19937 random(11);
  int written = 0, rotations = 0;
  follow();
  const auto piece = [&](std::ofstream& file) {
    for (size_t n = 1 + random() % 40; n > 0; --n) {
      const std::string whole = line(std::to_string(++written) + std::string(random() % 200, 'z'));
      const size_t cut = random() % whole.size();
      file << whole.substr(0, cut) << std::flush << whole.substr(cut);
    }
    file << std::flush;
  };
  std::ofstream file(logs_ + "/a.log", std::ios::app);
  // A file must have been seen before it gets a name that nobody looks for.
  const auto seen = [] { std::this_thread::sleep_for(std::chrono::milliseconds(80)); };
  const auto rotate = [&] {
    rename("a.log", "a." + std::to_string(++rotations) + (random() % 2 == 0 ? ".log" : ".old"));
    piece(file);  // the writer learns of it later
    file = std::ofstream(logs_ + "/a.log", std::ios::app);
  };
  for (int round = 0; round < 60; ++round) {
    piece(file);
    const bool rotates = random() % 3 == 0;
    if (rotates) seen();
    if (random() % 4 == 0) {
      seen();
      stop();
      piece(file);
      if (rotates) rotate();
      piece(file);
      start();
    } else if (rotates) {
      rotate();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 30));
  }
  EXPECT_TRUE(eventually([&] { return rows() == written; })) << rows() << " of " << written;
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  EXPECT_EQ(rows(), written);
  EXPECT_EQ(quarantine(), "");
}

}  // namespace
}  // namespace vedette::federation::test
