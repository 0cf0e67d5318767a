// Files that are followed: as they grow, are renamed, cut off and replaced.
#include <random>

#include "../../src/federation/file_position.h"
#include "tail_world.h"

namespace vedette::federation::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

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

}  // namespace
}  // namespace vedette::federation::test
