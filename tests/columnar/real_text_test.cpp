#include "vedette/columnar/real_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>

namespace vedette::columnar {
namespace {

std::string text_of(double value) {
  std::string text;
  append_real_text(text, value);
  return text;
}

TEST(RealText, Forms) {
  EXPECT_EQ(text_of(0), "0.0");
  EXPECT_EQ(text_of(-0.0), "-0.0");
  EXPECT_EQ(text_of(50), "50.0");
  EXPECT_EQ(text_of(-12.5), "-12.5");
  EXPECT_EQ(text_of(0.00001), "0.00001");
  EXPECT_EQ(text_of(0.000001), "0.000001");
  EXPECT_EQ(text_of(0.0000001), "1e-7");
  EXPECT_EQ(text_of(1.25e-9), "1.25e-9");
  EXPECT_EQ(text_of(1e20), "100000000000000000000.0");
  EXPECT_EQ(text_of(1e21), "1e21");
  EXPECT_EQ(text_of(1.5e300), "1.5e300");
  EXPECT_EQ(text_of(std::numeric_limits<double>::denorm_min()), "5e-324");
  EXPECT_EQ(text_of(std::numeric_limits<double>::max()), "1.7976931348623157e308");
}

// What the engine answered (kusto/query: geo-line-densify-function, geo-line-lookup-plugin, geo-polygon-lookup-plugin).
TEST(RealText, LastDigitsAreTheEngines) {
  EXPECT_EQ(text_of(40.764323000000005), "40.764323000000008");
  EXPECT_EQ(text_of(50.25000000000001), "50.25000000000001");
  EXPECT_EQ(text_of(-0.18756982045002246), "-0.18756982045002247");
  EXPECT_EQ(text_of(-73.99910622331991), "-73.99910622331992");
  EXPECT_EQ(text_of(2.1016783119165723), "2.1016783119165725");
  EXPECT_EQ(text_of(40.73145135821781), "40.73145135821781");
}

TEST(RealText, ReadsBackToTheSameValue) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200'000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const std::string text = text_of(value);
    double read = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), read);
    ASSERT_TRUE(end.ec == std::errc() && end.ptr == text.data() + text.size()) << text;
    ASSERT_EQ(read, value) << text;
  }
}

}  // namespace
}  // namespace vedette::columnar
