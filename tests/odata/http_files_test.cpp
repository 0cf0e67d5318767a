// Every .http file of tests/http and tests/odata, in process: one test per file, each over a store of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "http_file.h"
#include "test_service.h"

namespace vedette::odata {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> http_files() {
  std::vector<fs::path> files;
  for (const char* folder : {"/tests/http", "/tests/odata"})
    for (const auto& entry : fs::directory_iterator(VEDETTE_SOURCE_DIR + std::string(folder)))
      if (entry.path().extension() == ".http") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class HttpFiles : public testing::TestWithParam<fs::path> {};

TEST_P(HttpFiles, Answer) {
  std::ifstream in(GetParam());
  std::stringstream text;
  text << in.rdbuf();
  const auto file = parse_http_file(text.str());
  ASSERT_TRUE(file) << GetParam() << ": " << file.error().message;
  TestService server(file->now);
  for (const HttpSeed& seed : file->seeds)
    for (const json::Value& document : seed.documents) server.put(seed.tenant, seed.collection, document.get_object());
  const auto send = [&](const http::Request& request, const Caller& caller) {
    EXPECT_TRUE(server.service().serves(request)) << request.target;
    return server.service().handle(request, caller);
  };
  EXPECT_FALSE(file->cases.empty());
  run_http_cases(*file, send, [&](const HttpCase& one, const std::string& difference) {
    ADD_FAILURE_AT(GetParam().c_str(), one.line) << one.name << ": " << difference;
  });
}

std::string file_name(const testing::TestParamInfo<fs::path>& file) { return file.param.stem().string(); }

INSTANTIATE_TEST_SUITE_P(All, HttpFiles, testing::ValuesIn(http_files()), file_name);

TEST(HttpFileFormat, ReadsCasesAndSaysWhatIsWrong) {
  const auto file = parse_http_file(
      "@tenant t\n@roles A B\n@seed alerts\n[{\"id\":\"1\"}]\n\n### one\nGET /x y\nA: b\n\n"
      "{}\n=> 200 in order\nC: d\n{\"e\":1}\n");
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->cases.size(), 1u);
  const HttpCase& one = file->cases[0];
  EXPECT_EQ(one.request.target, "/x y");
  EXPECT_EQ(one.request.headers.get("a"), "b");
  EXPECT_EQ(one.request.body, "{}");
  EXPECT_EQ(one.caller.roles.size(), 2u);
  EXPECT_TRUE(one.in_order);
  EXPECT_EQ(one.headers.get("C"), "d");
  EXPECT_EQ(one.body, "{\"e\":1}");
  EXPECT_EQ(parse_http_file("@x").error().message, "line 1: the directive '@x' is unknown");
  EXPECT_EQ(parse_http_file("### a\nGET /x\n").error().message, "line 3: expected => STATUS");
}

TEST(HttpFileFormat, MatchesPlaceholders) {
  std::map<std::string, std::string> saved;
  const auto differs = [&](const char* expected, const char* actual, bool in_order = false) {
    const auto e = json::parse(expected), a = json::parse(actual);
    return difference(*e, &*a, in_order, saved);
  };
  EXPECT_EQ(differs(R"({"a":"<text>","...":true})", R"({"b":1,"a":"x"})"), "");
  EXPECT_EQ(differs(R"({"a":"<text>"})", R"({"b":1,"a":"x"})"), " has 'b'");
  EXPECT_EQ(differs(R"({"a":1,"b":2})", R"({"b":2,"a":1})", true), " has 'b' where 'a' was expected");
  EXPECT_EQ(differs(R"({"a":"<absent>"})", R"({"a":null})"), ".a is null instead of absent");
  EXPECT_EQ(differs(R"([1,"..."])", R"([1,2,3])"), "");
  EXPECT_EQ(differs(R"([1])", R"([1,2])"), " has 2 elements instead of 1");
  EXPECT_EQ(differs(R"(["<save:x>"])", R"(["kept"])"), "");
  EXPECT_EQ(saved["x"], "kept");
  EXPECT_NE(differs(R"(["<date-time>"])", R"(["2024-05-01T00:00:00Z"])"), "");
}

}  // namespace
}  // namespace vedette::odata
