// The committed pages of docs/reference/kql are what the tables and the examples say. With VEDETTE_BLESS set they are
// written anew (./dev docs).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "limit_cases.h"
#include "pages.h"

namespace vedette::kql::testing {
namespace {

const std::filesystem::path folder = VEDETTE_SOURCE_DIR "/docs/reference/kql";

std::string committed(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(folder / name).rdbuf();
  return text.str();
}

TEST(Reference, EveryNameHasAnExample) {
  for (const std::string& name : names_without_example()) ADD_FAILURE() << "no example: " << name;
  for (const std::string& name : examples_without_name()) ADD_FAILURE() << "an example of no name: " << name;
}

TEST(Reference, EveryLimitIsReachedAndNamed) {
  for (const LimitCase& limit : limit_cases()) {
    const std::string error = limit.error();
    EXPECT_NE(error, "") << limit.what << " is not reached";
    EXPECT_NE(error.find(limit.in_error), std::string::npos) << limit.what << ": " << error;
  }
}

TEST(Reference, PagesAreCurrent) {
  const bool bless = std::getenv("VEDETTE_BLESS") != nullptr;
  const auto pages = reference_pages();
  for (const auto& [name, text] : pages) {
    if (bless) std::ofstream(folder / name, std::ios::trunc) << text;
    EXPECT_EQ(committed(name), text) << "docs/reference/kql/" << name << " is stale: ./dev docs";
  }
  for (const auto& file : std::filesystem::directory_iterator(folder))
    EXPECT_TRUE(pages.contains(file.path().filename().string())) << file.path() << " is not generated";
}

}  // namespace
}  // namespace vedette::kql::testing
