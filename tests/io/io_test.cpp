#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "vedette/io/faulty_file_system.h"
#include "vedette/io/outside_file.h"

namespace vedette::io {
namespace {

class Io : public testing::Test {
 protected:
  Io() {
    char name[] = "/tmp/vedette-io-XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~Io() override { EXPECT_TRUE(remove_tree(folder_)); }
  std::string folder_;
  FileSystem& files_ = posix_file_system();
};

TEST_F(Io, WritesDurablyAndReads) {
  const std::string path = folder_ + "/a";
  ASSERT_TRUE(write_file_durably(files_, path, "one"));
  ASSERT_TRUE(write_file_durably(files_, path, "two", FileMode::owner_only));
  EXPECT_EQ(read_file(files_, path).value(), "two");
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(files_.list_directory(folder_).value(), std::vector<std::string>{"a"});
}

TEST_F(Io, NamesWhatIsAbsentOrShort) {
  EXPECT_EQ(read_file(files_, folder_ + "/none").error().code, base::ErrorCode::not_found);
  ASSERT_TRUE(write_file_durably(files_, folder_ + "/a", "abc"));
  const auto file = files_.open_for_reading(folder_ + "/a").value();
  EXPECT_EQ(file->read_at(1, 2).value(), "bc");
  EXPECT_EQ(file->read_at(2, 2).error().code, base::ErrorCode::corrupt_data);
  EXPECT_EQ(file->read_at(2, size_t{1} << 60).error().cause, folder_ + "/a");
}

TEST_F(Io, ASecondLockIsRefused) {
  auto first = files_.lock(folder_ + "/LOCK");
  ASSERT_TRUE(first);
  EXPECT_EQ(files_.lock(folder_ + "/LOCK").error().code, base::ErrorCode::conflict);
  first->reset();
  EXPECT_TRUE(files_.lock(folder_ + "/LOCK"));
}

TEST_F(Io, AFileIsWholeOrAsBeforeWhateverFails) {
  const std::string path = folder_ + "/a";
  for (const Fault fault : {Fault::no_space, Fault::torn_write, Fault::sync_failure}) {
    auto faulty = make_faulty_file_system(files_);
    int64_t at = 0;
    bool failed = true;
    while (failed) {
      ASSERT_TRUE(write_file_durably(files_, path, "before"));
      faulty->arm(++at, fault);
      failed = !write_file_durably(*faulty, path, "after");
      const std::string now = read_file(files_, path).value();
      EXPECT_TRUE(now == "before" || now == "after");
      EXPECT_TRUE(failed || now == "after");
    }
    EXPECT_GT(at, 2);
  }
}

TEST_F(Io, KnowsOutsideFilesByWhatTheyAre) {
  ASSERT_TRUE(write_file_durably(files_, folder_ + "/a.log", "first"));
  ASSERT_TRUE(write_file_durably(files_, folder_ + "/b.log", "second"));
  const auto file = OutsideFile::open(folder_ + "/a.log").value();
  ASSERT_TRUE(files_.rename(folder_ + "/a.log", folder_ + "/c.log"));
  EXPECT_EQ(identify(folder_ + "/c.log").value(), file->identity());
  EXPECT_NE(identify(folder_ + "/b.log").value(), file->identity());
  EXPECT_EQ(file->size().value(), 5u);
  EXPECT_EQ(file->read(2, 100).value(), "rst");
  EXPECT_EQ(file->read(9, 100).value(), "");
  EXPECT_EQ(matching_paths(folder_ + "/?.log").value(),
            (std::vector<std::string>{folder_ + "/b.log", folder_ + "/c.log"}));
  EXPECT_TRUE(matching_paths(folder_ + "/x*").value().empty());
  EXPECT_EQ(paths_in(folder_).value().size(), 2u);
}

TEST_F(Io, ReadsNoOutsideFileThatIsNone) {
  EXPECT_EQ(OutsideFile::open(folder_ + "/absent").error().code, base::ErrorCode::not_found);
  EXPECT_EQ(OutsideFile::open(folder_).error().code, base::ErrorCode::bad_request);
  ASSERT_EQ(mkfifo((folder_ + "/pipe").c_str(), 0600), 0);
  EXPECT_EQ(OutsideFile::open(folder_ + "/pipe").error().code, base::ErrorCode::bad_request);
  EXPECT_EQ(identify(folder_ + "/pipe").error().code, base::ErrorCode::bad_request);
}

}  // namespace
}  // namespace vedette::io
