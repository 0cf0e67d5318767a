// A query that is told to stop does so soon, whatever it is at; and so does one whose time is over.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <thread>

#include "stub_source.h"
#include "vedette/kql/exec/engine.h"

namespace vedette::kql::testing {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// 50 ms are promised; a build with sanitizers on a busy machine needs more.
constexpr milliseconds late_max{1000};

// Each runs for seconds at least when nobody stops it.
constexpr std::string_view queries[] = {
    "range x from 1 to 1000000000000 step 1 | count",
    "range x from 1 to 1000000000000 step 1 | where x < 0",
    "range x from 1 to 1000000000000 step 1 | summarize sum(x), dcount(x % 100)",
    "range x from 1 to 1000000000000 step 1 | top 5 by x",
    "range x from 1 to 1000000000000 step 1 | extend y = prev(x) | where y < -1",
    "range x from 1 to 1000000000000 step 1 | parse-where tostring(x) with 'a' b",
    "range x from 1 to 1000000 step 1 | extend k = 1 | join kind=inner (range y from 1 to 1000000 step 1 | extend k = "
    "1) "
    "on k | count",
    "print a = range(1, 1000000, 1) | mv-expand a | extend b = range(1, 1000000, 1) | mv-expand b | count",
    "range x from 1 to 1000000 step 1 | mv-apply y = range(1, 1000, 1) to typeof(long) on (summarize max(y)) | count",
    "print a = range(1, 500000, 1) | project series_fir(a, a)",
    "print a = range(1, 500000, 1) | project series_iir(a, a, a)",
    "range x from 1 to 1000000 step 1 | project n = array_length(range(0, 100000 + x % 10, 1)) | summarize sum(n)",
    "range x from 1 to 1000000 step 1 | project s = strlen(strrep(tostring(x), 1024)) | summarize sum(s)",
    "range x from 1 to 1000000 step 1 | where strrep(tostring(x), 1024) matches regex '(1|2)+(3|4)+x'",
    "range x from 1 to 1000000 step 1 | extend s = replace_regex(strrep(tostring(x), 1024), '[0-9]', 'ab') | where s "
    "== ''",
    "range x from 1 to 1000000 step 1 | project a = parse_json(strcat('[', strrep('1,', 1000 + x % 2), '1]')), x | "
    "where "
    "tostring(array_sort_desc(a)) == 'x'",
    "range x from 1 to 1000000 step 1 | summarize make_set(x % 7) by x % 100000 | summarize count()",
    "range x from 1 to 3000000 step 1 | make-series count() on x from 1 to 1000000 step 1 by y = x % 3",
    "union (range x from 1 to 1000000000 step 1), (range x from 1 to 1000000000 step 1) | summarize max(x)",
};

struct Stopped {
  milliseconds late;
  std::string error;
};

base::Status run_to_end(std::string_view query, base::StopCheck stop) {
  static const StubCatalog catalog;
  EngineOptions options;
  options.stop = std::move(stop);
  const auto execution = TRY(run(query, catalog, options));
  while (TRY(execution->next())) {
  }
  return {};
}

Stopped stop_soon(std::string_view query) {
  std::stop_source source;
  base::Status status;
  Clock::time_point ended;
  std::thread runner([&] {
    status = run_to_end(query, base::StopCheck(source.get_token(), Clock::time_point::max()));
    ended = Clock::now();
  });
  std::this_thread::sleep_for(milliseconds(60));
  const auto told = Clock::now();
  source.request_stop();
  runner.join();
  return {std::chrono::duration_cast<milliseconds>(ended - told), status ? "" : status.error().message};
}

TEST(Stop, IsSoonWhateverAQueryIsAt) {
  for (const std::string_view query : queries) {
    const Stopped stopped = stop_soon(query);
    EXPECT_LT(stopped.late, late_max) << query;
    RecordProperty("late_ms", static_cast<int>(stopped.late.count()));
    if (std::getenv("VEDETTE_SHOW")) std::cout << stopped.late.count() << " ms: " << query << '\n';
    EXPECT_NE(stopped.error, "") << query << ": ended by itself";
  }
}

TEST(Stop, TheTimeOfAQueryIsNamed) {
  const auto status = run_to_end(queries[0], base::StopCheck({}, Clock::now() + milliseconds(20)));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::limit_exceeded);
}

TEST(Stop, MemoryIsNamed) {
  static const StubCatalog catalog;
  EngineOptions options;
  options.memory_limit_bytes = 16 << 20;
  for (const std::string_view query :
       {"range x from 1 to 10000000 step 1 | sort by x desc",
        "range x from 1 to 1000000 step 1 | summarize make_list(range(1, 1000, 1))",
        "range x from 1 to 1000 step 1 | project range(1, 100000 + x, 1)",
        "range x from 1 to 20000 step 1 | summarize b = make_bag(bag_pack(tostring(x), 1)) "
        "| project treepath(bag_pack(strrep('k', 1000), b))"}) {
    const auto execution = run(query, catalog, options);
    ASSERT_TRUE(execution);
    base::Result<std::optional<columnar::Batch>> batch = (*execution)->next();
    while (batch && *batch) batch = (*execution)->next();
    ASSERT_FALSE(batch) << query;
    EXPECT_EQ(batch.error().code, base::ErrorCode::limit_exceeded) << batch.error().message;
  }
}

}  // namespace
}  // namespace vedette::kql::testing
