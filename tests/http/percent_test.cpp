#include "vedette/http/percent.h"

#include <gtest/gtest.h>

namespace vedette::http {
namespace {

TEST(Percent, Decodes) {
  EXPECT_EQ(percent_decode("a%2Fb+c", Plus::literal).value(), "a/b+c");
  EXPECT_EQ(percent_decode("a%2fb+c", Plus::blank).value(), "a/b c");
  EXPECT_EQ(percent_decode("b+c", Plus::blank).value(), "b c");
  EXPECT_EQ(percent_decode("b+c", Plus::literal).value(), "b+c");
  EXPECT_EQ(percent_decode("%E2%82%AC", Plus::literal).value(), "\u20ac");
  for (const char* wrong : {"%", "%0", "%g0", "%00", "%ff", "\xff"})
    EXPECT_FALSE(percent_decode(wrong, Plus::blank)) << wrong;
}

TEST(Percent, EncodesAllButUnreservedCharacters) {
  EXPECT_EQ(percent_encode("a/b 'c'"), "a%2Fb%20%27c%27");
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("\u20ac+"), "%E2%82%AC%2B");
}

}  // namespace
}  // namespace vedette::http
