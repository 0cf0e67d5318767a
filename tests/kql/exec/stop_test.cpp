// A query that is told to stop does so soon, whatever it is at; and so does one whose time is over.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <thread>

#include "stub_source.h"
#include "vedette/kql/exec/engine.h"

namespace vedette::kql::testing {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// What is promised; a build with sanitizers, or without optimization, needs more.
#ifdef NDEBUG
constexpr milliseconds late_max{50};
#else
constexpr milliseconds late_max{1000};
#endif

// A trillion rows, none of them held.
#define ROWS                                                                                                          \
  "range x from 1 to 1000000 step 1 | extend k = 1 | join kind=inner (range y from 1 to 1000000 step 1 | extend k = " \
  "1) on k"
#define NUMBERS "range x from 1 to 10000000 step 1"

// Each runs for seconds at least when nobody stops it.
constexpr std::string_view queries[] = {
    ROWS " | count",
    ROWS " | where x + y < 0",
    ROWS " | summarize sum(x), dcount(y % 100)",
    ROWS " | top 5 by y",
    ROWS " | serialize z = prev(x) | where z < -1",
    ROWS " | parse-where tostring(x * y) with 'a' b",
    ROWS " | summarize make_set(y % 7) by x % 1000 | count",
    "union (" ROWS "), (" ROWS ") | summarize max(x)",
    NUMBERS " | sort by hash(x) asc | serialize n = row_number() | where n < 0",
    NUMBERS " | summarize count() by x | where count_ > 1",
    "print a = range(1, 1000000, 1) | mv-expand a | extend b = range(1, 1000000, 1) | mv-expand b | count",
    "range x from 1 to 1000000 step 1 | mv-apply y = range(1, 1000, 1) to typeof(long) on (summarize max(y)) | count",
    "print a = range(1, 500000, 1) | project series_fir(a, a)",
    "print a = range(1, 500000, 1) | project series_iir(a, a, a)",
    "range x from 1 to 1000000 step 1 | project n = array_length(range(0, 100000 + x % 10, 1)) | summarize sum(n)",
    NUMBERS " | project s = strlen(strrep(tostring(x), 1024)) | summarize sum(s)",
    "range x from 1 to 1000000 step 1 | where strrep(tostring(x), 1024) matches regex '(1|2)+(3|4)+x'",
    "range x from 1 to 1000000 step 1 | extend s = replace_regex(strrep(tostring(x), 1024), '[0-9]', 'ab') | where s "
    "== ''",
    "range x from 1 to 1000000 step 1 | project a = parse_json(strcat('[', strrep('1,', 1000 + x % 2), '1]')), x | "
    "where tostring(array_sort_desc(a)) == 'x'",
    "range x from 1 to 10000000 step 1 | make-series count() on x from 1 to 1000000 step 1 by y = x % 5 | count",
    // While it is bound: a constant.
    "print geo_line_to_s2cells(dynamic({'type':'LineString','coordinates':[[0,0],[180,0],[-180,0],[0,90],[0,-90]]}), "
    "14)",
    // Much within one row.
    "range x from 1 to 1000 step 1 | extend d = range(1, 1000000, 1) | extend e = pack_array(d, d, d, d, d, d, d, d) "
    "| summarize make_list(pack('a', e))",
    "range x from 1 to 2000 step 1 | extend d = range(1, 1000000, 1) | extend e = pack_array(d, d, d, d, d, d, d, x) "
    "| where set_has_element(pack_array(d, e), 7) or tostring(e) == ''",
    "range x from 1 to 2000 step 1 | extend e = range(1, 1000000 + x, 1) | where array_index_of(e, -1) > 0",
    "range x from 1 to 2000 step 1 | extend d = range(1, 1000000, 1) | extend e = pack_array(d, d, d, d, d, d, d, x) "
    "| summarize s = make_set(pack('k', e)) | where array_length(s) < 0",
    "range x from 1 to 2000 step 1 | extend d = range(1000000 + x, 1, -1) | where array_sort_asc(d)[0] == 0",
    "range x from 1 to 2000 step 1 | extend d = range(1, 1000000 + x, 1) | where array_length(set_union(d, d)) == 0",
};
#undef ROWS
#undef NUMBERS

struct Stopped {
  milliseconds late;
  base::Status status;
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

// Of all threads: one that waits for a processor on a loaded machine is not late.
milliseconds processor_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return milliseconds(time.tv_sec * 1000 + time.tv_nsec / 1'000'000);
}

Stopped stop_after(milliseconds time, std::string_view query) {
  std::stop_source source;
  base::Status status;
  std::atomic<bool> has_ended = false;
  milliseconds ended{0};
  std::thread runner([&] {
    status = run_to_end(query, base::StopCheck(source.get_token(), Clock::time_point::max()));
    ended = processor_time();
    has_ended = true;
  });
  std::this_thread::sleep_for(time);
  EXPECT_FALSE(has_ended) << "ended before it was told to";
  const auto told = processor_time();
  source.request_stop();
  runner.join();
  return {ended - told, std::move(status)};
}

TEST(Stop, IsSoonWhateverAQueryIsAt) {
  for (const std::string_view query : queries)
    for (const int after : {30, 150, 500}) {
      SCOPED_TRACE(std::to_string(after) + " ms after its start: " + std::string(query));
      const Stopped stopped = stop_after(milliseconds(after), query);
      ASSERT_FALSE(stopped.status) << "ended by itself";
      ASSERT_EQ(stopped.status.error().code, base::ErrorCode::cancelled) << stopped.status.error().message;
      EXPECT_LT(stopped.late, late_max);
      if (std::getenv("VEDETTE_SHOW"))
        std::cout << stopped.late.count() << " ms late, told after " << after << " ms: " << query << '\n';
    }
}

TEST(Stop, IsSoonWhileConstantsAreBound) {
  std::string query = "print 1";
  for (int i = 0; i < 10'000; ++i) query += ", strlen(strcat_array(repeat(datetime(2024-01-01), 50000), ''))";
  const Stopped stopped = stop_after(milliseconds(100), query);
  ASSERT_FALSE(stopped.status) << "ended by itself";
  ASSERT_EQ(stopped.status.error().code, base::ErrorCode::cancelled) << stopped.status.error().message;
  EXPECT_LT(stopped.late, late_max);
}

TEST(Stop, TheTimeOfAQueryIsNamed) {
  constexpr milliseconds time{200};
  const auto begun = Clock::now();
  const auto status = run_to_end(queries[0], base::StopCheck({}, begun + time));
  const auto took = Clock::now() - begun;
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::limit_exceeded);
  EXPECT_EQ(status.error().message, "The operation ran longer than its time limit allows.");
  EXPECT_GE(took, time);
  EXPECT_LT(took, time + 4 * late_max);
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
        "| project treepath(bag_pack(strrep('k', 1000), b))",
        "range x from 1 to 2000 step 1 | extend d = range(1, 50000, 1) | extend e = pack_array(d, d, d, d, d, d, d, x) "
        "| summarize make_list(e)",
        "range x from 1 to 2000 step 1 | extend d = range(1, 50000, 1) | extend e = pack_array(d, d, d, d, d, d, d, x) "
        "| sort by x desc"}) {
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
