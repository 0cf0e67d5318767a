// The .http files of this folder, over the behaviours of the program.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "../odata/http_file.h"
#include "operations.h"

namespace vedette::resources {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> http_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(VEDETTE_SOURCE_DIR "/tests/resources"))
    if (entry.path().extension() == ".http") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class ResourceFiles : public testing::TestWithParam<fs::path> {};

TEST_P(ResourceFiles, Answer) {
  std::ifstream in(GetParam());
  std::stringstream text;
  text << in.rdbuf();
  const auto file = odata::parse_http_file(text.str());
  ASSERT_TRUE(file) << GetParam() << ": " << file.error().message;
  OperationService server;
  for (const odata::HttpSeed& seed : file->seeds)
    for (const json::Value& document : seed.documents)
      ASSERT_TRUE(server.put(seed.tenant, seed.collection, document.get_object()));
  const auto send = [&](const http::Request& request, const odata::Caller& caller) {
    return server.service().handle(request, caller);
  };
  odata::run_http_cases(*file, send, [&](const odata::HttpCase& one, const std::string& difference) {
    ADD_FAILURE_AT(GetParam().c_str(), one.line) << one.name << ": " << difference;
  });
}

std::string file_name(const testing::TestParamInfo<fs::path>& file) { return file.param.stem().string(); }

INSTANTIATE_TEST_SUITE_P(All, ResourceFiles, testing::ValuesIn(http_files()), file_name);

}  // namespace
}  // namespace vedette::resources
