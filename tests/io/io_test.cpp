#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "vedette/io/faulty_file_system.h"

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

}  // namespace
}  // namespace vedette::io
