// Joins of so many rows that they are held in pieces and fill several partitions; what each kind answers is counted by
// hand. The kinds on few rows are in tests/kql/join.kqlt.
#include <gtest/gtest.h>

#include "stub_source.h"
#include "vedette/kql/exec/engine.h"

namespace vedette::kql::testing {
namespace {

constexpr int64_t left_rows = 300'000, right_rows = 320'000;

bool has_key(int64_t x) { return x % 10 != 0; }
int64_t key_of(int64_t x) { return x / 3; }

// Rows of the left side, of which some have no key and some a key that the right side has not.
struct Sums {
  int64_t count = 0, left = 0, right = 0;
};

Sums sums_of_pairs() {
  Sums out;
  for (int64_t x = 1; x <= left_rows; ++x)
    if (has_key(x) && key_of(x) >= 1) ++out.count, out.left += x, out.right += key_of(x);
  return out;
}

std::string answer(const std::string& kind, const std::string& aggregates, int threads) {
  const std::string query = "let a = range x from 1 to " + std::to_string(left_rows) +
                            " step 1 | extend k = iff(x % 10 == 0, long(null), x / 3); let b = range y from 1 to " +
                            std::to_string(right_rows) + " step 1 | extend k = y; a | join kind=" + kind +
                            " b on k | summarize " + aggregates;
  EngineOptions options;
  options.threads = threads;
  const StubCatalog catalog;
  const auto execution = run(query, catalog, options);
  if (!execution) return execution.error().message;
  const auto batch = (*execution)->next();
  if (!batch || !*batch) return "no rows";
  std::string out;
  for (const Vector& column : (*batch)->columns) {
    append_json(out, column, 0);
    out += ' ';
  }
  return out;
}

std::string text_of(std::initializer_list<int64_t> numbers) {
  std::string out;
  for (const int64_t number : numbers) out += std::to_string(number) + ' ';
  return out;
}

TEST(ManyRowsJoin, AnswersAsCounted) {
  const Sums pairs = sums_of_pairs();
  int64_t keys = 0;  // of the left side that the right side has
  for (int64_t key = 1; key <= key_of(left_rows); ++key)
    keys += has_key(3 * key) || (3 * key + 1 <= left_rows && has_key(3 * key + 1)) ||
            (3 * key + 2 <= left_rows && has_key(3 * key + 2));
  for (const int threads : {1, 3}) {
    EXPECT_EQ(answer("inner", "count(), sum(x), sum(y)", threads), text_of({pairs.count, pairs.left, pairs.right}));
    EXPECT_EQ(answer("leftouter", "count(), countif(isnull(y)), sum(y)", threads),
              text_of({left_rows, left_rows - pairs.count, pairs.right}));
    EXPECT_EQ(answer("rightouter", "count(), countif(isnull(x)), sum(x)", threads),
              text_of({pairs.count + right_rows - keys, right_rows - keys, pairs.left}));
    EXPECT_EQ(answer("fullouter", "count()", threads), text_of({left_rows + right_rows - keys}));
    EXPECT_EQ(answer("leftanti", "count()", threads), text_of({left_rows - pairs.count}));
    EXPECT_EQ(answer("rightsemi", "count()", threads), text_of({keys}));
    EXPECT_EQ(answer("innerunique", "count()", threads), text_of({keys}));
  }
}

TEST(ManyRowsJoin, HoldsNothingOnceAllIsSaid) {
  for (const std::string kind : {"inner", "fullouter", "leftanti", "rightsemi"}) {
    EngineOptions options;
    const StubCatalog catalog;
    const auto execution = run("range x from 1 to 100000 step 1 | extend k = x | join kind=" + kind +
                                   " (range y from 1 to 100000 step 1 | extend k = y) on k",
                               catalog, options);
    ASSERT_TRUE(execution);
    int64_t most = 0;
    while (const auto batch = (*execution)->next()) {
      if (!*batch) break;
      most = std::max(most, (*execution)->held_bytes());
    }
    EXPECT_EQ((*execution)->held_bytes(), 0) << kind;
    EXPECT_TRUE(kind == "leftanti" || most > 0) << kind;
  }
}

}  // namespace
}  // namespace vedette::kql::testing
