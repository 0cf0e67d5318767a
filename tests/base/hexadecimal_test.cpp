#include "vedette/base/hexadecimal.h"

#include <gtest/gtest.h>

#include <array>

namespace vedette::base {
namespace {

TEST(Hexadecimal, HasTwoDigitsForEachByte) {
  EXPECT_EQ(hexadecimal(""), "");
  EXPECT_EQ(hexadecimal("foobar"), "666f6f626172");  // RFC 4648, section 10
  EXPECT_EQ(hexadecimal(std::string_view("\0\x0a\xff", 3)), "000aff");
  EXPECT_EQ(hexadecimal(std::array<unsigned char, 2>{0xab, 0x01}, Digits::upper_case), "AB01");
}

TEST(Hexadecimal, IsReadInEitherCase) {
  EXPECT_EQ(from_hexadecimal(""), "");
  EXPECT_EQ(from_hexadecimal("666F6f626172"), "foobar");
  EXPECT_EQ(from_hexadecimal("00ff"), std::string("\0\xff", 2));
  for (const char* wrong : {"6", "666", "6g", "g6", " 66", "6 6 ", "0x66", "-1", "\xc3\xa4"})
    EXPECT_FALSE(from_hexadecimal(wrong)) << wrong;
}

}  // namespace
}  // namespace vedette::base
