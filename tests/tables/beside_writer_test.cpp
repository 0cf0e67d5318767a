// Readers of a folder that somebody writes: each sees one moment of it, whole.
#include <algorithm>
#include <functional>

#include "store_fixture.h"

namespace vedette::tables {
namespace {

// Calls `interfere` with the number of each reading call (from 1) before it.
class InterruptedFiles final : public io::FileSystem {
 public:
  InterruptedFiles(io::FileSystem& real, std::function<void(int)> interfere)
      : real_(real), interfere_(std::move(interfere)) {}
  int calls() const { return calls_; }

  base::Result<std::unique_ptr<io::File>> open_for_reading(const std::string& path) override {
    interfere_(++calls_);
    return real_.open_for_reading(path);
  }
  base::Result<std::vector<std::string>> list_directory(const std::string& path) override {
    interfere_(++calls_);
    return real_.list_directory(path);
  }
  bool exists(const std::string& path) override {
    interfere_(++calls_);
    return real_.exists(path);
  }
  base::Result<std::unique_ptr<io::File>> open_for_appending(const std::string& path) override {
    return real_.open_for_appending(path);
  }
  base::Status rename(const std::string& from, const std::string& to) override { return real_.rename(from, to); }
  base::Status remove_file(const std::string& path) override { return real_.remove_file(path); }
  base::Status create_directories(const std::string& path) override { return real_.create_directories(path); }
  base::Status sync_directory(const std::string& path) override { return real_.sync_directory(path); }
  base::Result<std::unique_ptr<io::FileLock>> lock(const std::string& path) override { return real_.lock(path); }
  base::Status set_mode(const std::string& path, io::FileMode mode) override { return real_.set_mode(path, mode); }

 private:
  io::FileSystem& real_;
  const std::function<void(int)> interfere_;
  int calls_ = 0;
};

TEST_F(EventStoreTest, AReaderSeesAWholeMomentWhateverTheWriterDoesMeanwhile) {
  const auto writer = open();
  int64_t rows = 0;
  const auto commit = [&] {
    ASSERT_TRUE(writer->commit(commit_of(rows, 3)));
    rows += 3;
  };
  bool interrupted = true;
  for (int at = 1; interrupted; ++at) {
    for (int i = 0; i < 2; ++i) {  // a segment, and a log
      if (i == 1) {
        ASSERT_TRUE(writer->merge_small_segments());
      }
      commit();
    }
    const int64_t before = rows;
    InterruptedFiles files(files_, [&](int call) {
      if (call != at) return;
      commit();
      ASSERT_TRUE(writer->merge_small_segments());
      if (at % 2 == 0) commit();
    });
    const auto reader = EventStore::open(files, folder_, Access::read_only);
    ASSERT_TRUE(reader) << reader.error().message << " at " << at;
    auto numbers = numbers_in(*(*reader)->snapshot());
    std::sort(numbers.begin(), numbers.end());
    EXPECT_EQ(numbers, sequence(static_cast<int64_t>(numbers.size()))) << at;
    EXPECT_GE(numbers.size(), static_cast<size_t>(before)) << at;
    interrupted = files.calls() >= at;
    ASSERT_LT(at, 1000);
  }
}

TEST_F(EventStoreTest, AReaderGivesUpOnAFolderThatNeverRests) {
  const auto writer = open();
  ASSERT_TRUE(writer->commit(commit_of(0, 1)));
  InterruptedFiles files(files_, [&](int) {
    ASSERT_TRUE(writer->commit(commit_of(0, 1)));
    ASSERT_TRUE(writer->merge_small_segments());
  });
  const auto reader = EventStore::open(files, folder_, Access::read_only);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().message, "The data folder changed 20 times while it was read. Try again.");
}

}  // namespace
}  // namespace vedette::tables
