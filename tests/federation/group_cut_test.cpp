#include "../../src/federation/group_cut.h"

#include <gtest/gtest.h>

namespace vedette::federation {
namespace {

using Keys = std::vector<std::string>;
const GroupCut::Time begin{};
const auto later = begin + GroupCut::join_time;

size_t whole(GroupCut& cut, const Keys& keys, GroupCut::Time now) { return cut.whole(keys, now); }

TEST(GroupCut, HoldsGroupsThatMayGoOn) {
  GroupCut cut(1000);
  EXPECT_EQ(whole(cut, {"", "", "a", "", "a"}, begin), 2u);
  EXPECT_EQ(whole(cut, {"a", "", "a", "b"}, later), 3u);
  EXPECT_EQ(whole(cut, {"b"}, later), 0u);
  EXPECT_EQ(whole(cut, {"b", ""}, later + GroupCut::join_time), 2u);
}

TEST(GroupCut, CutsNoGroup) {
  GroupCut cut(1000);
  EXPECT_EQ(whole(cut, {"", "a"}, begin), 1u);
  // a is old, but woven into b, which is not.
  EXPECT_EQ(whole(cut, {"a", "b", "a"}, later), 0u);
  EXPECT_EQ(whole(cut, {"a", "b", "a"}, later + GroupCut::join_time), 3u);
}

TEST(GroupCut, AGroupEndsWithItsWindow) {
  GroupCut cut(2);
  EXPECT_EQ(whole(cut, {"a", "b", "c", "d"}, begin), 2u);
}

TEST(GroupCut, CutsGroupsThatNeverEnd) {
  GroupCut cut(1000);
  EXPECT_EQ(whole(cut, {"a", "b", "a"}, begin), 0u);
  EXPECT_EQ(whole(cut, {"a", "b", "a"}, begin + GroupCut::held_max - GroupCut::join_time), 3u);
  Keys endless{"a"};
  GroupCut woven(1000);
  EXPECT_EQ(whole(woven, endless, begin), 0u);
  for (auto now = begin; now < begin + GroupCut::held_max; now += std::chrono::milliseconds(500)) {
    endless.push_back(std::to_string(endless.size()));
    endless.push_back("a");
    EXPECT_EQ(whole(woven, endless, now), 0u);
  }
  EXPECT_GT(whole(woven, endless, begin + GroupCut::held_max), 0u);
}

}  // namespace
}  // namespace vedette::federation
