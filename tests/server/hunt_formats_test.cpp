// `vedette hunt --format`: rows as people and other programs read them.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "program.h"

namespace {

using ::testing::HasSubstr;

Outcome hunt(const TemporaryFolder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "hunt");
  return run_program(std::move(arguments), folder / ".");
}

// The value is small, as its parts are shared; its text is more than this.
constexpr size_t value_bytes = 270 << 20, value_rows = 20;

std::string rows_of_large_values() {
  std::string query = "print d = range(1, 1000000, 1) | project e = pack_array(d";
  for (int i = 1; i < 40; ++i) query += ", d";
  return query + ") | mv-expand row = range(1, " + std::to_string(value_rows) + ", 1)";
}

// What comes out of a pipe until it is closed.
size_t count_bytes(const std::string& pipe) {
  std::ifstream in(pipe, std::ios::binary);
  std::vector<char> block(1 << 20);
  size_t bytes = 0;
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
    bytes += static_cast<size_t>(in.gcount());
  return bytes;
}

TEST(HuntFormats, WriteNoRowsOnceTheTimeIsOver) {
  for (const char* format : {"json", "csv"}) {
    const TemporaryFolder folder;
    const std::string pipe = folder / "out";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    const pid_t process =
        start_program({"hunt", "--format", format, "--timeout", "1", rows_of_large_values()}, pipe, folder / "err");
    EXPECT_LT(count_bytes(pipe), value_rows * value_bytes) << format;
    int status = 0;
    waitpid(process, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 1) << format;
    EXPECT_THAT(read_text(folder / "err"), HasSubstr("longer than its time limit")) << format;
  }
}

TEST(HuntFormats, HoldATableUpToItsLimit) {
  const TemporaryFolder folder;
  const auto rows_of_a_mebibyte = [&](int rows) {
    return hunt(folder, {"range row from 1 to " + std::to_string(rows) +
                         " step 1 | extend text = strrep(strrep('x', 1024), 1024)"});
  };
  const auto fits = rows_of_a_mebibyte(2);
  EXPECT_EQ(fits.status, 0) << fits.err;
  EXPECT_GT(fits.out.size(), 2u << 20);
  const auto large = rows_of_a_mebibyte(300);
  EXPECT_EQ(large.status, 1);
  EXPECT_EQ(large.out, "");
  EXPECT_THAT(large.err, HasSubstr("A table of more than 256 MiB is not printed"));
}

TEST(HuntFormats, SayNothingOfShapesThatAreBroken) {
  const TemporaryFolder folder;
  const auto answer = hunt(folder, {"--format", "csv", R"(print
    line = geo_line_length(dynamic({"type":"LineString","coordinates":[[1,1],[1,1]]})),
    ring = geo_polygon_area(dynamic({"type":"Polygon","coordinates":[[[0,0],[4,4],[4,0],[0,4],[0,0]]]})))"});
  EXPECT_EQ(answer.out, "line,ring\r\n,\r\n");
  EXPECT_EQ(answer.err, "");
}

}  // namespace
