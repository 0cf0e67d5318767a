// Every operator and function of expression.h over documents with and without values (OData 4.01 part 2, 5.1.1).
#include <algorithm>
#include <limits>

#include "store_test.h"

namespace vedette::store::testing {
namespace {

using F = Function;
using Op = Operator;

struct Case {
  const char* name;
  Expression filter;
  const char* ids;  // that match
};

// full: values everywhere; low: others; none: nothing at all; nulls: null everywhere; wrong: values of other kinds.
const std::pair<const char*, const char*> documents[] = {
    {"full", R"({"text":"Über, der","name":"HOST-1.Example","flag":true,"whole":7,"real":2.5,
      "time":"2026-03-01T11:30:15.5Z","flags":"read,write","inner":{"text":"deep"},
      "tags":["red","Blue"],"numbers":[1,2,3],"empty":[],
      "evidence":[{"@odata.type":"#user","user":{"name":"Ann"},"roles":["admin","guest"],"at":"2026-01-01T00:00:00Z"},
                  {"@odata.type":"#file","size":10}]})"},
    {"low", R"({"text":"abc","name":"host-2","flag":false,"whole":-3,"real":-2.5,"time":"2026-03-01T12:00:00+02:00",
      "flags":"read","inner":{"text":null},"tags":["red"],"numbers":[5],"empty":[1],
      "evidence":[{"@odata.type":"#user","user":{"name":"bob"},"roles":[]}]})"},
    {"none", "{}"},
    {"nulls", R"({"text":null,"name":null,"flag":null,"whole":null,"real":null,"time":null,"flags":null,"inner":null,
      "tags":null,"numbers":null,"empty":null,"evidence":null})"},
    {"wrong", R"({"text":5,"name":{},"flag":"true","whole":"7","real":"x","time":"yesterday","flags":[],"inner":[],
      "tags":"red","numbers":{},"empty":1,"evidence":[1,null,"x"]})"},
};

const Expression p_text = property("text"), name = property("name", Kind::text_ignoring_case),
                 flag = property("flag", Kind::boolean), whole = property("whole", Kind::int64),
                 p_real = property("real", Kind::real), p_time = property("time", Kind::date_time),
                 inner = property("inner", Kind::complex), deep = property("inner/text"), flags = property("flags"),
                 tags = property("tags", Kind::collection), numbers = property("numbers", Kind::collection),
                 empty = property("empty", Kind::collection), evidence = property("evidence", Kind::collection);
const Expression tag = property("", Kind::text, "t"), n = property("", Kind::int64, "n");

Expression in_evidence(const std::string& path, Kind kind = Kind::text) { return property(path, kind, "e"); }
Expression any(Expression over, const std::string& variable, Expression predicate) {
  return lambda(Op::any, std::move(over), variable, std::move(predicate));
}
Expression every(Expression over, const std::string& variable, Expression predicate) {
  return lambda(Op::all, std::move(over), variable, std::move(predicate));
}
Expression of_type(Expression place, const char* type) {
  place.operands.push_back(eq(in_evidence("*type"), text(type)));
  return place;
}
Expression user_of(const char* type) { return of_type(in_evidence("user/name"), type); }
Expression roles_of(const char* type) { return of_type(in_evidence("roles", Kind::collection), type); }
Expression arithmetic(Op op, Expression a, Expression b) { return operation(op, {a, b}, Kind::real); }
Expression is_null(Expression e) { return eq(std::move(e), null()); }

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

const Case comparisons[] = {
    {"text eq", eq(p_text, text("abc")), "low"},
    {"text eq is by case", eq(p_text, text("ABC")), ""},
    {"text ne takes nulls in", ne(p_text, text("abc")), "full none nulls wrong"},
    {"literal first", eq(text("abc"), p_text), "low"},
    {"text gt", gt(p_text, text("abb")), "full low"},
    {"text by code point", gt(p_text, text("zzz")), "full"},
    {"eq null", is_null(p_text), "none nulls wrong"},
    {"ne null", ne(p_text, null()), "full low"},
    {"null eq null", eq(null(), null()), "full low none nulls wrong"},
    {"null ne null", ne(null(), null()), ""},
    {"null gt null", gt(null(), null()), ""},
    {"null ge null", ge(null(), null()), ""},
    {"gt null", gt(whole, null()), ""},
    {"ge null", ge(whole, null()), ""},
    {"lt null", lt(whole, null()), ""},
    {"le null", le(whole, null()), ""},
    {"null lt", lt(null(), whole), ""},
    {"not of a comparison with null", negation(gt(whole, number(0))), "low none nulls wrong"},
    {"ignoring case eq", eq(name, text("host-1.EXAMPLE")), "full"},
    {"ignoring case gt", gt(name, text("HOST-1.f")), "low"},
    {"ignoring case in", in({name, text("x"), text("HOST-2")}), "low"},
    {"boolean eq", eq(flag, truth(false)), "low"},
    {"true is greater than false", gt(flag, truth(false)), "full"},
    {"whole eq", eq(whole, number(7)), "full"},
    {"whole lt", lt(whole, number(7)), "low"},
    {"whole le real", le(whole, real(7.0)), "full low"},
    {"whole lt real", lt(whole, real(7.5)), "full low"},
    {"whole eq real", eq(whole, real(7.5)), ""},
    {"whole lt beyond", lt(whole, real(1e300)), "full low"},
    {"whole gt beyond", gt(whole, real(-infinity)), "full low"},
    {"real ge whole", ge(p_real, number(2)), "full"},
    {"real eq", eq(p_real, real(-2.5)), "low"},
    {"real and whole property", lt(p_real, whole), "full"},
    {"real and great whole", lt(p_real, number(INT64_MAX)), "full low"},
    {"not a number eq", eq(p_real, real(nan)), ""},
    {"not a number ne", ne(p_real, real(nan)), "full low none nulls wrong"},
    {"not a number gt", gt(p_real, real(nan)), ""},
    {"not a number le", le(p_real, real(nan)), ""},
    {"time eq, other zone", eq(p_time, time("2026-03-01T10:00:00Z")), "low"},
    {"time gt", gt(p_time, time("2026-03-01T10:00:00.0000001Z")), "full"},
    {"time with fraction", eq(p_time, time("2026-03-01T11:30:15.5000000Z")), "full"},
    {"in", in({whole, number(1), number(7)}), "full"},
    {"in with null", in({whole, number(1), null()}), "none nulls wrong"},
    {"in nothing", in({whole}), ""},
    {"path", eq(deep, text("deep")), "full"},
    {"path to null", is_null(deep), "low none nulls wrong"},
    {"complex ne null", ne(inner, null()), "full low wrong"},
    {"collection eq null", is_null(tags), "none nulls"},
    {"has", operation(Op::has, {flags, text("read")}), "full low"},
    {"has both", operation(Op::has, {flags, text("write,read")}), "full"},
    {"has no part of a name", operation(Op::has, {flags, text("rea")}), ""},
    {"not has", negation(operation(Op::has, {flags, text("write")})), "low"},
};

const Case logic[] = {
    {"boolean property", flag, "full"},
    {"not", negation(flag), "low"},
    {"not null is null", negation(negation(flag)), "full"},
    {"is null of not null", is_null(negation(flag)), "none nulls wrong"},
    {"literal", truth(true), "full low none nulls wrong"},
    {"literal null", null(), ""},
    {"and", both(flag, gt(whole, number(0))), "full"},
    {"null and true", both(flag, truth(true)), "full"},
    {"null and false is false", negation(both(flag, truth(false))), "full low none nulls wrong"},
    {"not (null and true) is null", negation(both(flag, truth(true))), "low"},
    {"null or true", either(flag, truth(true)), "full low none nulls wrong"},
    {"not (null or false) is null", negation(either(flag, truth(false))), "low"},
    {"or of three", operation(Op::or_, {eq(whole, number(1)), eq(whole, number(-3)), flag}), "full low"},
    {"and of three", operation(Op::and_, {flag, eq(whole, number(7)), eq(p_text, text("abc"))}), ""},
    {"not or", negation(either(eq(whole, number(7)), is_null(whole))), "low"},
    {"not and", negation(both(ne(whole, number(7)), ne(whole, null()))), "full none nulls wrong"},
};

const Case numbers_cases[] = {
    {"add", eq(arithmetic(Op::add, whole, number(1)), number(8)), "full"},
    {"sub", eq(arithmetic(Op::sub, whole, number(1)), number(-4)), "low"},
    {"mul", eq(arithmetic(Op::mul, whole, p_real), real(17.5)), "full"},
    {"div of whole numbers", eq(arithmetic(Op::div, whole, number(2)), number(3)), "full"},
    {"div of reals", eq(arithmetic(Op::div, p_real, number(2)), real(1.25)), "full"},
    {"mod", eq(arithmetic(Op::mod, whole, number(2)), number(-1)), "low"},
    {"mod of reals", eq(arithmetic(Op::mod, p_real, number(2)), real(0.5)), "full"},
    {"div by zero is null", is_null(arithmetic(Op::div, whole, number(0))), "full low none nulls wrong"},
    {"div of real by zero", eq(arithmetic(Op::div, p_real, number(0)), real(infinity)), "full"},
    {"overflow is null", is_null(arithmetic(Op::add, number(INT64_MAX), whole)), "full none nulls wrong"},
    {"smallest by minus one", is_null(arithmetic(Op::mod, number(INT64_MIN), number(-1))), "full low none nulls wrong"},
    {"null propagates", is_null(arithmetic(Op::add, whole, null())), "full low none nulls wrong"},
    {"negate", eq(operation(Op::negate, {whole}, Kind::int64), number(3)), "low"},
    {"negate real", eq(operation(Op::negate, {p_real}, Kind::real), real(-2.5)), "full"},
    {"negate smallest", is_null(operation(Op::negate, {number(INT64_MIN)}, Kind::int64)), "full low none nulls wrong"},
    {"round half away from zero", eq(call(F::round, {p_real}, Kind::real), number(-3)), "low"},
    {"floor", eq(call(F::floor, {p_real}, Kind::real), number(2)), "full"},
    {"ceiling", eq(call(F::ceiling, {p_real}, Kind::real), number(-2)), "low"},
    {"round of whole", eq(call(F::round, {whole}, Kind::int64), number(7)), "full"},
    {"round of null", is_null(call(F::round, {whole}, Kind::int64)), "none nulls wrong"},
};

const Case texts[] = {
    {"contains", call(F::contains, {p_text, text("r, d")}), "full"},
    {"contains is by case", call(F::contains, {p_text, text("DER")}), ""},
    {"contains ignoring case", call(F::contains, {name, text("EXAMPLE")}), "full"},
    {"contains nothing", call(F::contains, {p_text, text("")}), "full low"},
    {"not contains skips null", negation(call(F::contains, {p_text, text("x")})), "full low"},
    {"contains null", call(F::contains, {p_text, null()}), ""},
    {"startswith", call(F::startswith, {p_text, text("ab")}), "low"},
    {"startswith ignoring case", call(F::startswith, {name, text("HOST-")}), "full low"},
    {"not startswith skips null", negation(call(F::startswith, {p_text, text("ab")})), "full"},
    {"startswith longer", call(F::startswith, {p_text, text("abcd")}), ""},
    {"startswith of a literal", call(F::startswith, {text("abcd"), p_text}), "low"},
    {"endswith", call(F::endswith, {p_text, text("der")}), "full"},
    {"endswith ignoring case", call(F::endswith, {name, text("-2")}), "low"},
    {"length in code points", eq(call(F::length, {p_text}, Kind::int64), number(9)), "full"},
    {"indexof in code points", eq(call(F::indexof, {p_text, text(",")}, Kind::int64), number(4)), "full"},
    {"indexof of none", eq(call(F::indexof, {p_text, text("#")}, Kind::int64), number(-1)), "full low"},
    {"indexof ignoring case", eq(call(F::indexof, {name, text("EX")}, Kind::int64), number(7)), "full"},
    {"substring", eq(call(F::substring, {p_text, number(1)}, Kind::text), text("ber, der")), "full"},
    {"substring with length", eq(call(F::substring, {p_text, number(0), number(2)}, Kind::text), text("Üb")), "full"},
    {"substring past the end", eq(call(F::substring, {p_text, number(50), number(2)}, Kind::text), text("")),
     "full low"},
    {"substring keeps ignoring case", eq(call(F::substring, {name, number(5)}, Kind::text), text("1.EXAMPLE")), "full"},
    {"substring from null", is_null(call(F::substring, {p_text, null()}, Kind::text)), "full low none nulls wrong"},
    {"tolower", eq(call(F::tolower, {name}, Kind::text), text("host-2")), "low"},
    {"tolower beyond ASCII", eq(call(F::tolower, {p_text}, Kind::text), text("über, der")), "full"},
    {"toupper", eq(call(F::toupper, {p_text}, Kind::text), text("ABC")), "low"},
    {"trim", eq(call(F::trim, {text(" \t abc\n")}, Kind::text), p_text), "low"},
    {"concat", eq(call(F::concat, {p_text, text("D")}, Kind::text), text("abcD")), "low"},
    {"concat with null", is_null(call(F::concat, {p_text, deep}, Kind::text)), "low none nulls wrong"},
};

const Case times[] = {
    {"year", eq(call(F::year, {p_time}, Kind::int64), number(2026)), "full low"},
    {"month", eq(call(F::month, {p_time}, Kind::int64), number(3)), "full low"},
    {"day", eq(call(F::day, {p_time}, Kind::int64), number(1)), "full low"},
    {"hour", eq(call(F::hour, {p_time}, Kind::int64), number(10)), "low"},
    {"minute", eq(call(F::minute, {p_time}, Kind::int64), number(30)), "full"},
    {"second", eq(call(F::second, {p_time}, Kind::int64), number(15)), "full"},
    {"date", eq(call(F::date, {p_time}, Kind::date_time), time("2026-03-01T00:00:00Z")), "full low"},
    {"date of null", is_null(call(F::date, {p_time}, Kind::date_time)), "none nulls wrong"},
    {"now", lt(p_time, call(F::now, {}, Kind::date_time)), "full low"},
    {"now is noon", eq(call(F::now, {}, Kind::date_time), time("2026-03-01T12:00:00Z")), "full low none nulls wrong"},
};

const Case lambdas[] = {
    {"any of scalars", any(tags, "t", eq(tag, text("Blue"))), "full"},
    {"any of numbers", any(numbers, "n", gt(n, number(4))), "low"},
    {"all of scalars", every(tags, "t", eq(tag, text("red"))), "low none nulls wrong"},
    {"any without predicate", operation(Op::any, {empty}), "low"},
    {"any of empty", any(empty, "n", truth(true)), "low"},
    {"all of empty", every(empty, "n", truth(false)), "full none nulls wrong"},
    {"not any", negation(any(tags, "t", eq(tag, text("Blue")))), "low none nulls wrong"},
    {"any of objects", any(evidence, "e", eq(in_evidence("user/name"), text("Ann"))), "full"},
    {"any ignoring case", any(evidence, "e", eq(in_evidence("user/name", Kind::text_ignoring_case), text("BOB"))),
     "low"},
    {"type", any(evidence, "e", eq(in_evidence("*type"), text("#file"))), "full"},
    {"type and member of the same item",
     any(evidence, "e", both(eq(in_evidence("*type"), text("#file")), ne(in_evidence("user/name"), null()))), ""},
    {"items of other kinds have no members", every(evidence, "e", is_null(in_evidence("*type"))), "none nulls wrong"},
    {"null of a predicate is false", every(evidence, "e", gt(in_evidence("size", Kind::int64), number(5))),
     "none nulls"},
    {"time in an item", any(evidence, "e", lt(in_evidence("at", Kind::date_time), time("2026-02-01T00:00:00Z"))),
     "full"},
    {"nested", any(evidence, "e", any(property("roles", Kind::collection, "e"), "t", eq(tag, text("guest")))), "full"},
    {"nested with the outer variable",
     any(evidence, "e",
         any(property("roles", Kind::collection, "e"), "t",
             both(eq(tag, text("guest")), eq(in_evidence("user/name"), text("Ann"))))),
     "full"},
    {"the entity from inside", any(tags, "t", both(eq(tag, text("red")), eq(whole, number(-3)))), "low"},
    {"inner variable hides the outer",
     any(evidence, "e",
         any(property("roles", Kind::collection, "e"), "e", eq(property("", Kind::text, "e"), text("admin")))),
     "full"},
    {"an item that is null unless it is of a type", any(evidence, "e", eq(user_of("#user"), text("Ann"))), "full"},
    {"of no type", any(evidence, "e", eq(user_of("#host"), text("Ann"))), ""},
    {"null behind a condition that does not hold", any(evidence, "e", is_null(user_of("#file"))), "full low wrong"},
    {"no items behind it", any(evidence, "e", negation(any(roles_of("#host"), "t", truth(true)))), "full low wrong"},
    {"items behind it", any(evidence, "e", any(roles_of("#user"), "t", eq(tag, text("guest")))), "full"},
    {"how many", gt(call(F::count, {tags}, Kind::int64), number(1)), "full"},
    {"how many of none", eq(call(F::count, {tags}, Kind::int64), number(0)), "none nulls wrong"},
    {"and around any", both(flag, any(tags, "t", eq(tag, text("red")))), "full"},
};

class FilterTest : public StoreTest {
 protected:
  void check(const char* collection, std::span<const Case> cases) {
    for (const auto& [id, json] : documents) ASSERT_TRUE(put(id, json, collection).has_value()) << id;
    ASSERT_TRUE(put("other", documents[0].second, collection, "b").has_value());
    for (const Case& c : cases) {
      Query query;
      query.collection = collection;
      query.filter = filter(c.filter);
      query.now = noon;
      std::vector<std::string> in_order;
      const auto found = ids(query);
      std::string matched;
      for (const auto& [id, json] : documents)
        if (std::find(found.begin(), found.end(), id) != found.end())
          matched += (matched.empty() ? "" : " ") + std::string(id);
      EXPECT_EQ(matched, c.ids) << c.name << " in " << collection;
      EXPECT_EQ(found.size(), std::count(matched.begin(), matched.end(), ' ') + (matched.empty() ? 0u : 1u)) << c.name;
      query.count = true;
      query.top = 0;
      EXPECT_EQ(store->query("a", query)->count, static_cast<int64_t>(found.size())) << c.name;
    }
  }
  void check(std::span<const Case> cases) {
    check("things", cases);
    check("items", cases);
  }
};
VEDETTE_STORE_SUITE(FilterTest);

TEST_P(FilterTest, Compares) { check(comparisons); }

// A list of lists of lists: what takes twice the time at each level never ends.
TEST_P(FilterTest, AsksTheLeftSideOfAListOnce) {
  Expression nested = eq(p_text, text("abc"));
  for (int level = 0; level < 90; ++level) nested = in({std::move(nested), null(), null()});
  const Case cases[] = {{"lists of lists", std::move(nested), ""}};
  check(cases);
}

// Longer than what SQLite takes as parameters, and as long as a filter may be.
TEST_P(FilterTest, HasLongLists) {
  for (const size_t items : {9'999u, 10'001u, 19'990u}) {
    std::vector<Expression> operands{p_text};
    for (size_t i = 0; i < items; ++i) operands.push_back(value("no " + std::to_string(i)));
    operands.push_back(text("abc"));
    Expression none = in(operands);
    none.operands.pop_back();
    const Case cases[] = {{"long list", in(operands), "low"}, {"long list of none", none, ""}};
    check(cases);
  }
}

TEST_P(FilterTest, HasLogicOfThreeValues) { check(logic); }
TEST_P(FilterTest, Calculates) { check(numbers_cases); }
TEST_P(FilterTest, HasFunctionsOfTexts) { check(texts); }
TEST_P(FilterTest, HasFunctionsOfTimes) { check(times); }
TEST_P(FilterTest, GoesOverCollections) { check(lambdas); }

}  // namespace
}  // namespace vedette::store::testing
