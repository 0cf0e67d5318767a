// The log of SQLite goes into the file beside the commits, and does not grow without end.
#include "../../src/store/log_checkpointer.h"

#include <fstream>

#include "../eventually.h"
#include "store_test.h"

namespace vedette::store::testing {
namespace {

namespace fs = std::filesystem;

// It changes when the log begins anew (sqlite.org/fileformat2.html, section 4.1).
std::string header_of_log(const std::string& path) {
  std::string header(32, '\0');
  std::ifstream(path + "-wal", std::ios::binary).read(header.data(), static_cast<std::streamsize>(header.size()));
  return header;
}

TEST(LogCheckpointer, BringsALargeLogIntoTheFileAndLetsItBeginAnew) {
  constexpr std::chrono::seconds patience(30);
  constexpr size_t page_bytes = 4'096, state_bytes = size_t{4} << 20, log_bytes = log_pages_max * page_bytes;
  constexpr size_t enough = log_bytes / state_bytes, states = enough + 2;
  const TempFolder folder;
  const std::string path = folder.file("entities.db"), value(state_bytes, 'x');
  const base::FixedClock clock{noon};
  const auto store = open_sqlite_store(path, test_collections(), clock).value();
  const auto put = [&](const std::string& name, const std::string& state) {
    ASSERT_TRUE(store->commit("a", {{}, {}, {{name, state}}}));
  };
  put("small", "");
  const std::string first = header_of_log(path);
  for (size_t state = 0; state < states; ++state) put(std::to_string(state), value);
  // What made the log so large, without a further commit.
  EXPECT_TRUE(test::eventually([&] { return fs::file_size(path) > enough * state_bytes; }, patience));
  const auto begins_anew = [&] {
    put("small", "");
    return header_of_log(path) != first;
  };
  EXPECT_TRUE(test::eventually(begins_anew, patience));
  for (size_t state = 0; state < states; ++state)
    EXPECT_EQ(store->state("a", std::to_string(state)).value()->value, value);
}

}  // namespace
}  // namespace vedette::store::testing
