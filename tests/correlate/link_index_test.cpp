#include "vedette/correlate/link_index.h"

#include <gmock/gmock.h>

#include <numeric>
#include <random>

namespace vedette::correlate {
namespace {

constexpr int64_t hour = base::ticks_per_hour;

Activity at(int64_t first_hour, int64_t last_hour, AlertNumber alert) {
  return {{first_hour * hour}, {last_hour * hour}, alert};
}

class Components {
 public:
  explicit Components(size_t count) : parents_(count) { std::iota(parents_.begin(), parents_.end(), 0); }
  size_t find(size_t i) { return parents_[i] == i ? i : parents_[i] = find(parents_[i]); }
  void unite(size_t a, size_t b) { parents_[std::max(find(a), find(b))] = std::min(find(a), find(b)); }
  std::vector<size_t> all() {
    for (size_t i = 0; i < parents_.size(); ++i) parents_[i] = find(i);
    return parents_;
  }

 private:
  std::vector<size_t> parents_;
};

TEST(Timeline, TheWindowIsClosedAndBetweenTheNearestEnds) {
  const int64_t window = link_window.ticks / hour;
  for (const int64_t distance : {window, window + 1}) {
    Timeline timeline;
    std::vector<AlertNumber> linked;
    timeline.insert(at(0, 10, 0), linked);
    timeline.insert(at(10 + distance, 20 + distance, 1), linked);
    EXPECT_EQ(linked.size(), distance == window ? 1 : 0);
  }
}

// Connects exactly what comparing all pairs connects, and every link is a pair within the window.
TEST(Timeline, ConnectsAsAllPairsDo) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    const size_t count = 1 + random() % 40;
    const int64_t days = 1 + random() % 120;
    Timeline timeline;
    Components expected(count), found(count);
    std::vector<Activity> all;
    for (AlertNumber i = 0; i < count; ++i) {
      const int64_t first = static_cast<int64_t>(random() % (days * 24));
      const int64_t length = random() % 3 == 0 ? static_cast<int64_t>(random() % 200) : 0;
      all.push_back(at(first, first + length, i));
      for (const Activity& other : all) {
        if (gap(other, all.back()) <= link_window) expected.unite(other.alert, i);
      }
      std::vector<AlertNumber> linked;
      timeline.insert(all.back(), linked);
      for (const AlertNumber other : linked) {
        EXPECT_LE(gap(all[other], all.back()), link_window);
        found.unite(other, i);
      }
      ASSERT_EQ(found.all(), expected.all()) << "round " << round << " after " << i;
    }
  }
}

TEST(LinkIndex, OneFullOrTwoPartialEntities) {
  LinkIndex index;
  std::vector<AlertNumber> linked;
  const auto enter = [&](AlertNumber alert, std::vector<EntityNumber> full, std::vector<EntityNumber> partial) {
    linked.clear();
    index.insert(at(0, 0, alert), full, partial, linked);
    return linked;
  };
  using testing::ElementsAre;
  using testing::IsEmpty;
  EXPECT_THAT(enter(0, {1}, {10, 11, 12}), IsEmpty());
  EXPECT_THAT(enter(1, {2}, {0, 10}), IsEmpty());
  EXPECT_THAT(enter(2, {}, {10, 12}), ElementsAre(0));
  EXPECT_THAT(enter(3, {1, 2}, {}), testing::UnorderedElementsAre(0, 1));
  EXPECT_THAT(enter(4, {10, 11}, {1, 2}), IsEmpty());
}

// 50,000 alerts of one entity: the work grows with the alerts, not with their pairs, whatever the order.
TEST(LinkIndex, AHotEntityCostsAFewStepsAnAlert) {
  constexpr AlertNumber count = 50'000;
  for (const int order : {0, 1, 2}) {
    std::vector<AlertNumber> numbers(count);
    std::iota(numbers.begin(), numbers.end(), 0);
    if (order == 1) std::reverse(numbers.begin(), numbers.end());
    if (order == 2) std::shuffle(numbers.begin(), numbers.end(), std::mt19937(3));
    LinkIndex index;
    Timeline timeline;
    std::vector<AlertNumber> linked;
    const std::vector<EntityNumber> hot{7};
    for (const AlertNumber number : numbers) {
      index.insert(at(number, number, number), hot, {}, linked);
      timeline.insert(at(number, number, number), linked);
    }
    EXPECT_LE(index.steps(), 4 * count);
    EXPECT_LE(timeline.size(), 2 * count / (3 * 24) + 2);
  }
}

}  // namespace
}  // namespace vedette::correlate
