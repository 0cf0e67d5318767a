// What queries are refused or stopped for.
#include "store_test.h"

namespace vedette::store::testing {
namespace {

using base::ErrorCode;
using ::testing::HasSubstr;

class QueryLimitsTest : public StoreTest {};
VEDETTE_STORE_SUITE(QueryLimitsTest);

TEST_P(QueryLimitsTest, Stops) {
  put("a", "{}", "items").value();
  std::stop_source source;
  Query query = query_of({});
  query.stop = base::StopCheck(source.get_token(), std::chrono::steady_clock::time_point::max());
  EXPECT_TRUE(store->query("a", query).has_value());
  source.request_stop();
  EXPECT_EQ(refusal(query).code, ErrorCode::cancelled);
  query.stop = base::StopCheck({}, std::chrono::steady_clock::now() - std::chrono::seconds(1));
  EXPECT_EQ(refusal(query).code, ErrorCode::limit_exceeded);
}

// 60 × 60 × 60 × 60 items of one document.
TEST_P(QueryLimitsTest, StopsInsideADocument) {
  std::string items = "[0";
  for (int i = 1; i < 60; ++i) items += ",0";
  put("deep", R"({"tags":)" + items + "]}", "items").value();
  Expression e = truth(false);
  for (const char* variable : {"a", "b", "c", "d"})
    e = lambda(Operator::any, property("tags", Kind::collection), variable, std::move(e));
  Query query = query_of({});
  query.filter = filter(std::move(e));
  query.stop = base::StopCheck({}, std::chrono::steady_clock::now() + std::chrono::milliseconds(20));
  EXPECT_EQ(refusal(query).code, ErrorCode::limit_exceeded);
}

TEST_P(QueryLimitsTest, RefusesWhatCannotBeEvaluated) {
  const Expression whole = property("whole", Kind::int64), complex = property("inner", Kind::complex);
  Expression no_variable = eq(property("x", Kind::text, "e"), text("x"));
  const Expression misfits[] = {
      whole,
      text("x"),
      eq(whole, text("7")),
      gt(property("time", Kind::date_time), text("2026-01-01")),
      in({whole, number(1), text("x")}),
      eq(complex, complex),
      eq(complex, truth(true)),
      gt(complex, null()),
      negation(whole),
      both(truth(true), number(1)),
      operation(Operator::and_, {truth(true)}),
      operation(Operator::eq, {whole}),
      operation(Operator::in, {}),
      operation(Operator::add, {whole, whole}),
      eq(operation(Operator::add, {whole, text("x")}), whole),
      operation(Operator::has, {whole, text("x")}),
      call(Function::contains, {property("text")}),
      call(Function::contains, {property("text"), number(1)}),
      eq(call(Function::now, {whole}), null()),
      no_variable,
      operation(Operator::all, {property("tags", Kind::collection)}),
      lambda(Operator::any, text("x"), "t", truth(true)),
      lambda(Operator::any, property("tags", Kind::collection), "", truth(true)),
      lambda(Operator::any, property("tags", Kind::collection), "t", number(1)),
  };
  for (size_t i = 0; i < std::size(misfits); ++i) {
    Query query = query_of({});
    query.filter = filter(misfits[i]);
    EXPECT_EQ(refusal(query).code, ErrorCode::bad_request) << i;
  }
  EXPECT_EQ(refusal(query_of({by("inner", Kind::complex, up)})).code, ErrorCode::bad_request);
  EXPECT_EQ(refusal(query_of({}, -1)).code, ErrorCode::bad_request);
  Query query = query_of({});
  query.skip = -1;
  EXPECT_EQ(refusal(query).code, ErrorCode::bad_request);
  query = {};
  query.collection = "nothings";
  EXPECT_EQ(refusal(query).code, ErrorCode::bad_request);
}

TEST_P(QueryLimitsTest, HasLimits) {
  const auto nested = [](int depth) {
    Expression e = truth(true);
    for (int i = 1; i < depth; ++i) {
      std::vector<Expression> inner;
      inner.push_back(std::move(e));
      e = operation(Operator::not_, std::move(inner));
    }
    return e;
  };
  const auto lambdas = [](int depth) {
    Expression e = truth(true);
    for (int i = 0; i < depth; ++i)
      e = lambda(Operator::any, property("tags", Kind::collection), "v" + std::to_string(i), std::move(e));
    return e;
  };
  const auto list = [](size_t terms) {
    std::vector<Expression> operands(terms - 1, number(1));
    return in(std::move(operands));
  };
  const std::vector<std::tuple<Expression, Expression, const char*>> limits = {
      {nested(100), nested(101), "100 levels"},
      {nested(100), nested(5'000), "100 levels"},
      {lambdas(4), lambdas(5), "4 any or all"},
      {list(20'000), list(20'001), "20000 terms"},
  };
  for (const auto& [fits, too_much, name] : limits) {
    Query query = query_of({});
    query.filter = filter(fits);
    EXPECT_TRUE(store->query("a", query).has_value()) << name;
    query.filter = filter(too_much);
    EXPECT_EQ(refusal(query).code, ErrorCode::limit_exceeded);
    EXPECT_THAT(refusal(query).message, HasSubstr(name));
  }
  const std::vector<OrderBy> keys(16, by("whole", Kind::int64, up));
  EXPECT_TRUE(store->query("a", query_of(keys)).has_value());
  auto more = keys;
  more.push_back(keys[0]);
  EXPECT_THAT(refusal(query_of(more)).message, HasSubstr("16 properties"));
}

TEST_P(QueryLimitsTest, RefusesFiltersThatMakeTooMuchText) {
  put("a", R"({"text":")" + std::string(1 << 20, 'x') + "\"}", "items").value();
  Query query = query_of({});
  const auto longer = [](Expression of) { return call(Function::concat, {std::move(of), property("text")}); };
  Expression made = property("text");
  for (int i = 0; i < 4; ++i) made = longer(std::move(made));  // 2 + 3 + 4 + 5 MB
  query.filter = filter(call(Function::startswith, {made, text("x")}));
  EXPECT_EQ(joined(query), "a");
  query.filter = filter(call(Function::startswith, {longer(made), text("x")}));
  EXPECT_EQ(refusal(query).code, ErrorCode::limit_exceeded);
  EXPECT_EQ(refusal(query).message,
            "The functions of the filter make more than 16777216 bytes of text for one entity.");
}

}  // namespace
}  // namespace vedette::store::testing
