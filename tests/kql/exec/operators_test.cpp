#include <algorithm>
#include <atomic>
#include <cmath>

#include "plan_fixture.h"
#include "stub_source.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql::testing {
namespace {

BoundExpression constant(int64_t value) { return constant_expression(columnar::constant_long(value)); }

SortExpression sort_key(const PlanNode& input, size_t column_index, SortOrder order, NullsOrder nulls) {
  return {column(input, column_index), order, nulls};
}

std::atomic<int> kernel_rows = 0;  // that the kernel below was asked for

const ScalarFunction is_even{"is_even", "(long) -> bool",
                             [](const CallContext&, std::span<const Vector> arguments, size_t rows) {
                               kernel_rows += static_cast<int>(rows);
                               return map<uint8_t>(Type::bool_, arguments, rows,
                                                   [](int64_t value) { return static_cast<uint8_t>(value % 2 == 0); });
                             },
                             ""};

class CountAccumulator final : public Accumulator {
 public:
  base::Status update(const CallContext&, std::span<const Vector>, std::span<const uint32_t> groups,
                      size_t group_count) override {
    counts_.resize(group_count);
    for (const uint32_t group : groups) ++counts_[group];
    return {};
  }
  base::Status merge(Accumulator& other, std::span<const uint32_t> groups, size_t group_count) override {
    counts_.resize(group_count);
    const auto& theirs = static_cast<CountAccumulator&>(other).counts_;
    for (size_t i = 0; i < theirs.size(); ++i) counts_[groups[i]] += theirs[i];
    return {};
  }
  base::Result<std::vector<Vector>> finish(const CallContext&, size_t group_count) override {
    counts_.resize(group_count);
    VectorBuilder out(Type::long_);
    for (const int64_t count : counts_) out.append(count);
    return std::vector<Vector>{out.finish()};
  }
  int64_t held_bytes() const override { return static_cast<int64_t>(counts_.capacity() * 8); }

 private:
  std::vector<int64_t> counts_;
};

const AggregateFunction count_function{"count",
                                       "() -> long",
                                       "count",
                                       Naming::prefix_alone,
                                       [](const BoundAggregate&) -> base::Result<std::unique_ptr<Accumulator>> {
                                         return std::unique_ptr<Accumulator>(std::make_unique<CountAccumulator>());
                                       },
                                       ""};

PlanPtr count_by(PlanPtr input, const std::vector<size_t>& keys) {
  auto node = over<SummarizeNode>(std::move(input));
  node->output.clear();
  for (const size_t key : keys) {
    node->keys.push_back(column(*node->inputs[0], key));
    node->output.push_back(node->inputs[0]->output[key]);
  }
  node->aggregates.push_back({&count_function, {{}, {}, {Type::long_}}, {}});
  node->output.push_back({"count_", Type::long_});
  return node;
}

TEST(Filter, DropsNullsAndKeepsOrder) {
  auto node = over<FilterNode>(table({{"a", longs({4, 1, std::nullopt, 6, 8})}}));
  node->condition = call(is_even, Type::bool_, {column(*node, 0)});
  EXPECT_EQ(rows_of(std::move(node)), (Lines{"[4]", "[6]", "[8]"}));
}

TEST(Evaluator, ComputesPureFunctionsOncePerDictionaryValue) {
  auto codes = std::make_shared<std::vector<uint32_t>>();
  for (uint32_t row = 0; row < 1000; ++row) codes->push_back(row % 4);
  auto node = over<FilterNode>(table({{"a", longs({1, 2, 3, 4}).select(codes)}}));
  node->condition = call(is_even, Type::bool_, {column(*node, 0)});
  auto query = std::make_shared<BoundQuery>();
  query->root = std::move(node);
  kernel_rows = 0;
  EngineOptions options;
  options.batch_rows = 100;
  const auto rows = rows_of(query, options);
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->size(), 500u);
  EXPECT_EQ(kernel_rows, 4);
}

TEST(Summarize, NullAndNanAreKeyValues) {
  const auto nan = std::nan("");
  auto rows = rows_of(count_by(table({{"a", reals({nan, std::nullopt, 1.0, nan, std::nullopt, -0.0, 0.0})}}), {0}));
  EXPECT_EQ(rows, (Lines{R"(["NaN",2])", "[null,2]", "[1.0,1]", "[-0.0,2]"}));
}

TEST(Summarize, GroupsBySeveralKeys) {
  auto rows = rows_of(
      count_by(table({{"s", strings({"x", "y", "x", "", "x"})}, {"n", longs({1, 1, 2, std::nullopt, 1})}}), {0, 1}));
  EXPECT_EQ(rows, (Lines{R"(["x",1,2])", R"(["y",1,1])", R"(["x",2,1])", R"(["",null,1])"}));
}

TEST(Summarize, WithoutKeysHasOneRowEvenForNoInput) {
  EXPECT_EQ(rows_of(count_by(table({{"a", longs({})}}), {})), (Lines{"[0]"}));
  EXPECT_EQ(rows_of(count_by(table({{"a", longs({})}}), {0})), Lines{});
}

TEST(Summarize, ManyGroups) {
  std::vector<std::optional<int64_t>> values;
  for (int64_t i = 0; i < 20000; ++i) values.push_back(i % 7000);
  auto distinct = over<DistinctNode>(table({{"a", longs(values)}, {"b", longs(values)}}));
  auto count = over<CountNode>(std::move(distinct));
  count->output = {{"Count", Type::long_}};
  EXPECT_EQ(rows_of(std::move(count)), (Lines{"[7000]"}));
}

PlanPtr sorted(PlanPtr input, SortOrder order, NullsOrder nulls) {
  auto node = over<SortNode>(std::move(input));
  node->keys.push_back(sort_key(*node, 0, order, nulls));
  return node;
}

TEST(Sort, NanStandsBesideNull) {
  const auto values = reals({2.0, std::nullopt, std::nan(""), -1.0});
  const auto in_order = [&](SortOrder order, NullsOrder nulls) {
    return rows_of(sorted(table({{"a", values}}), order, nulls));
  };
  EXPECT_EQ(in_order(SortOrder::ascending, NullsOrder::first), (Lines{"[null]", R"(["NaN"])", "[-1.0]", "[2.0]"}));
  EXPECT_EQ(in_order(SortOrder::descending, NullsOrder::last), (Lines{"[2.0]", "[-1.0]", R"(["NaN"])", "[null]"}));
  EXPECT_EQ(in_order(SortOrder::ascending, NullsOrder::last), (Lines{"[-1.0]", "[2.0]", R"(["NaN"])", "[null]"}));
}

TEST(Sort, TextByBytesAndTiesByArrival) {
  auto node =
      sorted(table({{"s", strings({"prefix-long-b", "b", "prefix-long-a", "", "b"})}, {"n", longs({1, 2, 3, 4, 5})}}),
             SortOrder::ascending, NullsOrder::first);
  EXPECT_EQ(rows_of(std::move(node)),
            (Lines{R"(["",4])", R"(["b",2])", R"(["b",5])", R"(["prefix-long-a",3])", R"(["prefix-long-b",1])"}));
}

TEST(Top, EqualsSortAndTake) {
  std::vector<std::optional<int64_t>> values;
  uint64_t random = 7;
  for (int i = 0; i < 30000; ++i) {
    random = random * 6364136223846793005 + 1442695040888963407;
    values.push_back(random >> 40);
  }
  values[77] = std::nullopt;
  const auto input = [&] { return table({{"a", longs(values)}}); };
  for (const auto nulls : {NullsOrder::first, NullsOrder::last}) {
    auto top = over<TopNode>(input());
    top->rows = constant(5);
    top->keys.push_back(sort_key(*top, 0, SortOrder::descending, nulls));
    auto take = over<TakeNode>(sorted(input(), SortOrder::descending, nulls));
    take->rows = constant(5);
    EXPECT_EQ(rows_of(std::move(top)), rows_of(std::move(take)));
  }
}

TEST(Range, EndsAtOrBefore) {
  auto node = std::make_unique<RangeNode>();
  node->output = {{"x", Type::long_}};
  node->from = constant(10), node->to = constant(1), node->step = constant(-4);
  EXPECT_EQ(rows_of(std::move(node)), (Lines{"[10]", "[6]", "[2]"}));
}

Lines joined(JoinKind kind) {
  auto node = over<JoinNode>(
      table({{"k", longs({1, 1, 2, std::nullopt})}, {"a", strings({"a1", "a2", "a3", "a4"})}}),
      table({{"k", longs({1, 1, 3, std::nullopt, 4, 5})}, {"b", strings({"b1", "b2", "b3", "b4", "b5", "b6"})}}));
  node->join_kind = kind;
  node->keys = {{0, 0}};
  node->outputs = {{JoinSide::left, 1}, {JoinSide::right, 1}};
  node->output = {{"a", Type::string}, {"b", Type::string}};
  auto sort = over<SortNode>(std::move(node));
  for (size_t i = 0; i < 2; ++i) sort->keys.push_back(sort_key(*sort, i, SortOrder::ascending, NullsOrder::first));
  return rows_of(std::move(sort));
}

TEST(Join, Kinds) {
  const Lines pairs{R"(["a1","b1"])", R"(["a1","b2"])", R"(["a2","b1"])", R"(["a2","b2"])"};
  const Lines left_only{R"(["a3",""])", R"(["a4",""])"};
  const Lines right_only{R"(["","b3"])", R"(["","b4"])", R"(["","b5"])", R"(["","b6"])"};
  const auto joined_lines = [](Lines a, const Lines& b) {
    a.insert(a.end(), b.begin(), b.end());
    std::sort(a.begin(), a.end());
    return a;
  };
  EXPECT_EQ(joined(JoinKind::inner), pairs);
  EXPECT_EQ(joined(JoinKind::innerunique), (Lines{R"(["a1","b1"])", R"(["a1","b2"])"}));
  EXPECT_EQ(joined(JoinKind::leftouter), joined_lines(pairs, left_only));
  EXPECT_EQ(joined(JoinKind::rightouter), joined_lines(pairs, right_only));
  EXPECT_EQ(joined(JoinKind::fullouter), joined_lines(joined_lines(pairs, left_only), right_only));
  EXPECT_EQ(joined(JoinKind::leftsemi), (Lines{R"(["a1",""])", R"(["a2",""])"}));
  EXPECT_EQ(joined(JoinKind::leftanti), left_only);
  EXPECT_EQ(joined(JoinKind::rightsemi), (Lines{R"(["","b1"])", R"(["","b2"])"}));
  EXPECT_EQ(joined(JoinKind::rightanti), right_only);
}

std::unique_ptr<MvExpandNode> expanded(PlanPtr input) {
  auto node = over<MvExpandNode>(std::move(input));
  for (size_t i = 1; i < node->output.size(); ++i) node->expansions.push_back({column(*node, i), Type::dynamic, i});
  node->carried = {{0, 0}};
  return node;
}

TEST(MvExpand, PadsShorterArraysAndExpandsBags) {
  auto node = expanded(table({{"n", longs({1, 2, 3, 4})},
                              {"a", dynamics({R"([1,"x"])", "", "[]", R"({"k":1,"l":2})"})},
                              {"b", dynamics({"[5,6,7]", "", "[]", "9"})}}));
  EXPECT_EQ(rows_of(std::move(node)), (Lines{"[1,1,5]", R"([1,"x",6])", "[1,null,7]", "[2,null,null]",
                                             R"([4,{"k":1},9])", R"([4,{"l":2},null])"}));
}

TEST(MvExpand, CastsAndNumbersElements) {
  auto node = expanded(table({{"n", longs({1})}, {"a", dynamics({R"([1,"x",2.5])"})}}));
  node->expansions[0].type = Type::long_;
  node->index_output_column = 2;
  node->output = {{"n", Type::long_}, {"a", Type::long_}, {"i", Type::long_}};
  EXPECT_EQ(rows_of(std::move(node)), (Lines{"[1,1,0]", "[1,null,1]", "[1,null,2]"}));
}

TEST(MvApply, RunsItsPlanOncePerRow) {
  auto node = over<MvApplyNode>(table({{"n", longs({1, 2, 3})}, {"a", dynamics({"[1,2,3]", "[]", "[7]"})}}));
  auto leaf = std::make_unique<ApplyInputNode>();
  leaf->output = node->output;
  node->expand = expanded(std::move(leaf));
  auto inner = std::make_unique<ApplyInputNode>();
  inner->output = node->expand->output;
  node->subplan = count_by(std::move(inner), {});
  node->outputs = {{false, 0}, {true, 0}};
  node->output = {{"n", Type::long_}, {"count_", Type::long_}};
  EXPECT_EQ(rows_of(std::move(node)), (Lines{"[1,3]", "[2,0]", "[3,1]"}));
}

TEST(Partition, RunsItsPlanOncePerKey) {
  auto node = over<PartitionNode>(table({{"k", strings({"a", "b", "a", "a"})}, {"n", longs({1, 2, 3, 4})}}));
  auto inner = std::make_unique<ApplyInputNode>();
  inner->output = node->output;
  auto take = over<TakeNode>(std::move(inner));
  take->rows = constant(2);
  node->subplan = std::move(take);
  EXPECT_EQ(rows_of(std::move(node)), (Lines{R"(["a",1])", R"(["a",3])", R"(["b",2])"}));
}

TEST(Window, NumbersShiftsAndSums) {
  auto node = over<WindowNode>(table({{"n", longs({1, std::nullopt, 3})}}));
  const auto value = column(*node, 0);
  const auto never = constant_expression(columnar::constant_bool(false));
  const auto null = constant_expression(columnar::constant_null(Type::long_));
  node->calls.push_back({WindowFunction::row_number, Type::long_, {constant(1), never}});
  node->calls.push_back({WindowFunction::prev, Type::long_, {value, constant(1), null}});
  node->calls.push_back({WindowFunction::next, Type::long_, {value, constant(2), constant(-1)}});
  node->calls.push_back({WindowFunction::row_cumsum, Type::long_, {value, never}});
  for (const WindowCall& window : node->calls) node->output.push_back({"w", window.type});
  EXPECT_EQ(rows_of(std::move(node)), (Lines{"[1,1,null,3,1]", "[null,2,1,-1,1]", "[3,3,null,-1,4]"}));
}

std::unique_ptr<ScanNode> scan(const std::shared_ptr<const TableSource>& source) {
  auto node = std::make_unique<ScanNode>();
  node->table = source;
  node->output = source->schema();
  for (size_t i = 0; i < node->output.size(); ++i) node->request.columns.push_back(i);
  return node;
}

TEST(Threads, GiveTheSameGroupsAndFirstRows) {
  std::vector<std::optional<int64_t>> values;
  for (int64_t i = 0; i < 1'000'000; ++i) values.push_back(i * 7919 % 1000);
  const auto source = make_stub_source({{"a", Type::long_}}, {{longs(values)}, values.size()}, Eagerness::nothing);
  auto even = over<FilterNode>(scan(source));
  even->condition = call(is_even, Type::bool_, {column(*even, 0)});
  auto groups = count_by(std::move(even), {0});
  auto top = over<TopNode>(std::move(groups));
  top->rows = constant(3);
  top->keys.push_back(sort_key(*top, 0, SortOrder::descending, NullsOrder::last));
  auto query = std::make_shared<BoundQuery>();
  query->root = std::move(top);
  for (const int threads : {1, 2, 5}) {
    EngineOptions options;
    options.threads = threads;
    const auto rows = rows_of(query, options);
    ASSERT_TRUE(rows);
    EXPECT_EQ(*rows, (Lines{"[998,1000]", "[996,1000]", "[994,1000]"})) << threads;
  }
}

TEST(Threads, GiveTheSameJoin) {
  std::vector<std::optional<int64_t>> small, large;
  for (int64_t i = 0; i < 1000; ++i) small.push_back(i % 100 == 7 ? std::nullopt : std::optional(i));
  for (int64_t i = 0; i < 600'000; ++i) large.push_back(i % 2000);
  const auto left = make_stub_source({{"a", Type::long_}}, {{longs(large)}, large.size()}, Eagerness::nothing);
  const auto right = make_stub_source({{"b", Type::long_}}, {{longs(small)}, small.size()}, Eagerness::nothing);
  for (const auto& [kind, rows] : std::vector<std::pair<JoinKind, std::string>>{{JoinKind::inner, "[297000]"},
                                                                                {JoinKind::innerunique, "[990]"},
                                                                                {JoinKind::fullouter, "[600010]"},
                                                                                {JoinKind::leftanti, "[303000]"},
                                                                                {JoinKind::rightsemi, "[990]"},
                                                                                {JoinKind::rightanti, "[10]"}}) {
    auto join = over<JoinNode>(scan(left), scan(right));
    join->join_kind = kind;
    join->keys = {{0, 0}};
    join->outputs = {{JoinSide::left, 0}, {JoinSide::right, 0}};
    join->output = {{"a", Type::long_}, {"b", Type::long_}};
    auto count = over<CountNode>(std::move(join));
    count->output = {{"Count", Type::long_}};
    auto query = std::make_shared<BoundQuery>();
    query->root = std::move(count);
    for (const int threads : {1, 3}) {
      EngineOptions options;
      options.threads = threads;
      const auto answer = rows_of(query, options);
      ASSERT_TRUE(answer);
      EXPECT_EQ(*answer, Lines{rows}) << to_string(kind) << " with " << threads << " threads";
    }
  }
}

TEST(Subplan, IsReadAsRowsAndAsValues) {
  std::vector<Subplan> subplans(1);
  subplans[0].plan = table({{"n", longs({5, std::nullopt, 6})}});
  auto node = over<ProjectNode>(std::make_unique<SubplanNode>());
  node->inputs[0]->output = subplans[0].plan->output;
  BoundExpression subquery;
  subquery.kind = ExpressionKind::subquery;
  subquery.type = Type::long_;
  node->expressions = {subquery, subquery};
  node->expressions[1].type = Type::dynamic;
  node->expressions[1].form = SubqueryForm::array;
  node->output = {{"first", Type::long_}, {"all", Type::dynamic}};
  EXPECT_EQ(rows_of(std::move(node), std::move(subplans)),
            (Lines{"[5,[5,null,6]]", "[5,[5,null,6]]", "[5,[5,null,6]]"}));
}

base::Error error_of(PlanPtr root, EngineOptions options) {
  auto query = std::make_shared<BoundQuery>();
  query->root = std::move(root);
  const auto rows = rows_of(query, options);
  EXPECT_FALSE(rows.has_value());
  return rows ? base::Error() : rows.error();
}

TEST(Limits, MemoryIsRefusedByTheOperatorsName) {
  std::vector<std::optional<int64_t>> values(10000);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int64_t>(i);
  EngineOptions options;
  options.memory_limit_bytes = 50'000;
  const auto input = [&] { return table({{"a", longs(values)}}); };
  const auto sort_error = error_of(sorted(input(), SortOrder::ascending, NullsOrder::first), options);
  EXPECT_EQ(sort_error.code, base::ErrorCode::limit_exceeded);
  EXPECT_NE(sort_error.message.find("sort"), std::string::npos);
  const auto group_error = error_of(count_by(input(), {0}), options);
  EXPECT_EQ(group_error.code, base::ErrorCode::limit_exceeded);
  EXPECT_NE(group_error.message.find("summarize"), std::string::npos);
}

TEST(Limits, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  EngineOptions options;
  options.stop = base::StopCheck(source.get_token(), std::chrono::steady_clock::time_point::max());
  EXPECT_EQ(error_of(table({{"a", longs({1})}}), options).code, base::ErrorCode::cancelled);
}

TEST(Limits, RangeRows) {
  auto node = std::make_unique<RangeNode>();
  node->output = {{"x", Type::long_}};
  node->from = constant(1), node->to = constant(INT64_MAX), node->step = constant(1);
  EXPECT_EQ(error_of(std::move(node), {}).code, base::ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace vedette::kql::testing
