#include "call.h"

namespace vedette::kql::testing {
namespace {

TEST(Dynamic, ParsesJsonOrKeepsTheText) {
  EXPECT_EQ(call("parse_json", {text(R"({"a":[1,2.5,"x"]})")}), R"({"a":[1,2.5,"x"]})");
  EXPECT_EQ(call("parse_json", {text("no json")}), R"("no json")");
  EXPECT_EQ(call("parse_json", {text("")}), "null");
  EXPECT_EQ(call("todynamic", {number(3)}), "3");
  EXPECT_EQ(call("extract_json", {text("$.a[1].b"), text(R"({"a":[0,{"b":"c"}]})")}), R"("c")");
  EXPECT_EQ(call("extract_json", {text("$['a b']"), text(R"({"a b":[1]})")}), R"("[1]")");
  EXPECT_EQ(call("extract_json", {text("$.z"), text("{}")}), R"("")");
  EXPECT_NE(call("extract_json", {text("$..z"), text("{}")}).find("such a path"), std::string::npos);
  EXPECT_EQ(call("dynamic_to_json", {json(R"({"b":[{"d":1,"c":2}],"a":"x"})")}),
            R"("{\"a\":\"x\",\"b\":[{\"c\":2,\"d\":1}]}")");
}

TEST(Dynamic, MakesAndAsksArrays) {
  EXPECT_EQ(call("pack_array", {number(1), text("a"), real(2.5)}), R"([1,"a",2.5])");
  EXPECT_EQ(call("array_length", {json("[1,2]")}), "2");
  EXPECT_EQ(call("array_length", {json("{}")}), "null");
  EXPECT_EQ(call("array_index_of", {json(R"(["a","b","a"])"), text("a"), number(1)}), "2");
  EXPECT_EQ(call("array_index_of", {json(R"(["a","b","a"])"), text("a"), number(0), number(-1), number(2)}), "2");
  EXPECT_EQ(call("array_index_of", {json("[1]"), number(2)}), "-1");
  EXPECT_EQ(call("set_has_element", {json("[1]"), number(1)}), "true");
  EXPECT_EQ(call("array_sum", {json("[1,2.5]")}), "3.5");
  EXPECT_EQ(call("array_sum", {json(R"([1,"x"])")}), "null");
  EXPECT_EQ(call("strcat_array", {json(R"([1,"x",true])"), text("->")}), R"("1->x->true")");
}

TEST(Dynamic, TakesArraysApartAndTogether) {
  const Vector array = json("[1,2,3,4,5]");
  EXPECT_EQ(call("array_concat", {json("[1]"), json("[2]")}), "[1,2]");
  EXPECT_EQ(call("array_slice", {array, number(2), number(-1)}), "[3,4,5]");
  EXPECT_EQ(call("array_slice", {array, number(-3), number(-2)}), "[3,4]");
  EXPECT_EQ(call("array_slice", {array, number(4), number(1)}), "[]");
  EXPECT_EQ(call("array_split", {array, number(2)}), "[[1,2],[3,4,5]]");
  EXPECT_EQ(call("array_split", {array, json("[1,3]")}), "[[1],[2,3],[4,5]]");
  EXPECT_EQ(call("array_rotate_left", {array, number(-2)}), "[4,5,1,2,3]");
  EXPECT_EQ(call("array_rotate_right", {array, number(7)}), "[4,5,1,2,3]");
  EXPECT_EQ(call("array_shift_left", {array, number(2)}), "[3,4,5,null,null]");
  EXPECT_EQ(call("array_shift_right", {array, number(9), number(-1)}), "[-1,-1,-1,-1,-1]");
  EXPECT_EQ(call("array_shift_left", {json(R"(["a","b"])"), number(1)}), R"(["b",""])");
  EXPECT_EQ(call("array_iff", {json("[true,0,\"x\"]"), json("[1,2,3]"), text("n")}), R"([1,"n",null])");
  EXPECT_EQ(call("zip", {json("[1,2]"), json("[3]")}), "[[1,3],[2,null]]");
  EXPECT_EQ(call("array_reverse", {array}), "[5,4,3,2,1]");
}

TEST(Dynamic, OrdersAndComparesArrays) {
  const Vector mixed = json(R"([null,"b",2,true,"a",1.5,null])");
  EXPECT_EQ(call("array_sort_asc", {mixed}), R"([1.5,2,"a","b",true,null,null])");
  EXPECT_EQ(call("array_sort_desc", {mixed, columnar::constant_bool(false)}), R"([null,null,true,"b","a",2,1.5])");
  EXPECT_EQ(call("set_union", {json("[1,2,1]"), json("[3,2]")}), "[1,2,3]");
  EXPECT_EQ(call("set_intersect", {json("[1,2,4]"), json("[1,2]"), json("[8,1]")}), "[1]");
  EXPECT_EQ(call("set_difference", {json("[1,2,1,4]"), json("[1,2]"), json("[8]")}), "[4]");
  EXPECT_EQ(call("jaccard_index", {json("[1,2,3]"), json("[1,2,3,4]")}), "0.75");
}

TEST(Dynamic, WorksOnBags) {
  const Vector bag = json(R"({"a":1,"b":{"c":2,"d":3}})");
  EXPECT_EQ(call("bag_pack", {text("a"), number(1), text("b"), text("x")}), R"({"a":1,"b":"x"})");
  EXPECT_NE(call("bag_pack", {text("a"), number(1), text("b")}).find("pairs"), std::string::npos);
  EXPECT_EQ(call("bag_keys", {bag}), R"(["a","b"])");
  EXPECT_EQ(call("bag_keys", {json("[]")}), "null");
  EXPECT_EQ(call("bag_merge", {bag, json(R"({"a":9,"e":4})")}), R"({"a":1,"b":{"c":2,"d":3},"e":4})");
  EXPECT_EQ(call("bag_has_key", {bag, text("$.b.c")}), "true");
  EXPECT_EQ(call("bag_has_key", {bag, text("c")}), "false");
  EXPECT_EQ(call("bag_remove_keys", {bag, json(R"(["a","$.b.c"])")}), R"({"b":{"d":3}})");
  EXPECT_EQ(call("bag_set_key", {bag, text("$.b.c"), text("x")}), R"({"a":1,"b":{"c":"x","d":3}})");
  EXPECT_EQ(call("bag_zip", {json(R"(["a","b"])"), json("[1]")}), R"({"a":1,"b":null})");
}

}  // namespace
}  // namespace vedette::kql::testing
