// Files that are followed while the follower stops and starts.
#include <random>

#include "tail_world.h"

namespace vedette::federation::test {
namespace {

using testing::HasSubstr;

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
  for (const size_t more : {size_t{0}, size_t{1}}) {
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
