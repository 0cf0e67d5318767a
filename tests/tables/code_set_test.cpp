#include "code_set.h"

#include <gtest/gtest.h>

namespace vedette::tables {
namespace {

TEST(CodeSet, HoldsNoCodeBeyondItsLimit) {
  for (const size_t limit : {0, 1, 63, 64, 65, 130}) {
    EXPECT_EQ(CodeSet(limit).count(), 0U);
    const CodeSet all(limit, true);
    EXPECT_EQ(all.count(), limit);
    EXPECT_EQ(all.codes().size(), limit);
    if (limit > 0) {
      EXPECT_EQ(all.codes().back(), limit - 1);
    }
  }
}

TEST(CodeSet, IsWhatWasInsertedAndNotErased) {
  CodeSet codes(200);
  for (const uint32_t code : {199U, 0U, 64U, 63U, 64U}) codes.insert(code);
  codes.erase(0);
  codes.erase(1);
  EXPECT_EQ(codes.codes(), (std::vector<uint32_t>{63, 64, 199}));
  EXPECT_EQ(codes.count(), 3U);
  EXPECT_TRUE(codes.contains(64));
  EXPECT_FALSE(codes.contains(65));
}

TEST(CodeSet, OfTruths) {
  std::vector<uint8_t> truths(70);
  truths[3] = truths[69] = 1;
  EXPECT_EQ(CodeSet::where(truths).codes(), (std::vector<uint32_t>{3, 69}));
}

}  // namespace
}  // namespace vedette::tables
