#include "vedette/base/base64.h"

#include <gtest/gtest.h>

namespace vedette::base {
namespace {

// RFC 4648, section 10.
TEST(Base64, TakesTheVectorsOfItsStandard) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(encode_base64(bytes), text);
    EXPECT_EQ(decode_base64(text), bytes);
    const std::string plain = std::string(text).substr(0, std::string_view(text).find('='));
    EXPECT_EQ(encode_base64url(bytes), plain);
    EXPECT_EQ(decode_base64url(plain), bytes);
  }
}

TEST(Base64, HasTwoAlphabets) {
  const std::string bytes = "\xfb\xef\xff";
  EXPECT_EQ(encode_base64(bytes), "++//");
  EXPECT_EQ(encode_base64url(bytes), "--__");
  EXPECT_FALSE(decode_base64("--__"));
  EXPECT_FALSE(decode_base64url("++//"));
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Z===", "Zm9v\n", "Zm 9", "Zg==Zg==", "====", "Z=g="})
    EXPECT_FALSE(decode_base64(text)) << text;
  for (const char* text : {"Zg==", "Z", "Zh", "Zm9v\n", "Zm9vYmF*"}) EXPECT_FALSE(decode_base64url(text)) << text;
  EXPECT_EQ(decode_base64("Zh=="), "f") << "stray bits";
}

}  // namespace
}  // namespace vedette::base
