// Orders, pages, counts, cursors.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "store_test.h"

namespace vedette::store::testing {
namespace {

using base::ErrorCode;
using ::testing::HasSubstr;

class PageTest : public StoreTest {
 protected:
  void put_items() {
    put_item("a", R"({"text":"b","name":"Zeta","whole":3,"real":1.5,"flag":true,"time":"2026-01-02T00:00:00+02:00"})");
    put_item("b", R"({"text":"a","name":"alpha","whole":1,"real":-1,"flag":false,"time":"2026-01-01T23:00:00Z"})");
    put_item("c", R"({"text":"B","name":"ALPHA","whole":-9,"real":"-INF","time":"2026-01-01T22:30:00Z"})");
    put_item("d", R"({"text":null})");
    put_item("e", R"({"text":"a","name":"beta","whole":1,"real":"NaN","flag":true,"time":"2026-01-01T22:30:00.000Z"})");
    put_item("f", R"({"real":1e300,"whole":9007199254740993})");
  }
  void put_item(const std::string& id, const std::string& json) {
    for (const char* collection : {"items", "things"}) ASSERT_TRUE(put(id, json, collection).has_value());
    ASSERT_TRUE(put("other-" + id, json, "items", "b").has_value());
  }
  // Of an index and of none, for several sizes of a page.
  void expect(const std::vector<OrderBy>& order, const std::string& wanted) {
    for (const char* collection : {"items", "things"})
      for (const int64_t top : {1, 2, 4, 100}) {
        Query query = query_of(order, top);
        query.collection = collection;
        EXPECT_EQ(joined(query), wanted) << collection << ", pages of " << top;
      }
  }
};
VEDETTE_STORE_SUITE(PageTest);

TEST_P(PageTest, LeavesOutTheDocumentsThatAreHeld) {
  put_items();
  Query query = query_of({by("whole", Kind::int64, down)}, 4);
  const QueryPage whole = store->query("a", query).value();
  std::vector<int64_t> asked;
  query.is_held = [&](int64_t sequence) {
    asked.push_back(sequence);
    return sequence == whole.entities[1].sequence ? std::optional<size_t>(100) : std::nullopt;
  };
  query.skip = 0;
  const QueryPage page = store->query("a", query).value();
  ASSERT_EQ(page.entities.size(), 4);
  EXPECT_EQ(page.next, whole.next);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(page.entities[i].id, whole.entities[i].id);
    EXPECT_EQ(page.entities[i].json, i == 1 ? "" : whole.entities[i].json);
    EXPECT_EQ(asked[i], whole.entities[i].sequence);
  }
  EXPECT_EQ(asked.size(), 4);
  query.bytes_max = static_cast<int64_t>(whole.entities[0].json.size()) + 99;
  EXPECT_EQ(store->query("a", query)->entities.size(), 1);  // those that are held count
  query.bytes_max += 1;
  EXPECT_EQ(store->query("a", query)->entities.size(), 2);
}

TEST_P(PageTest, Orders) {
  put_items();
  expect({}, "a b c d e f");
  expect({by("text", Kind::text, up)}, "d f c b e a");
  expect({by("text", Kind::text, down)}, "a e b c f d");
  expect({by("name", Kind::text_ignoring_case, up)}, "d f b c e a");
  expect({by("name", Kind::text_ignoring_case, down)}, "a e c b f d");
  expect({by("name", Kind::text, up)}, "d f c a b e");
  expect({by("whole", Kind::int64, up)}, "d c b e a f");
  expect({by("whole", Kind::int64, down)}, "f a e b c d");
  expect({by("real", Kind::real, up)}, "d e c b a f");
  expect({by("real", Kind::real, down)}, "f a b c e d");
  expect({by("flag", Kind::boolean, up)}, "c d f b a e");
  expect({by("flag", Kind::boolean, down)}, "e a b f d c");
  expect({by("time", Kind::date_time, up)}, "d f a c e b");
  expect({by("time", Kind::date_time, down)}, "b e c a f d");
}

TEST_P(PageTest, OrdersBySeveral) {
  put_items();
  expect({by("text", Kind::text, up), by("whole", Kind::int64, down)}, "f d c b e a");
  expect({by("whole", Kind::int64, up), by("text", Kind::text, down)}, "d c b e a f");
  expect({by("whole", Kind::int64, down), by("name", Kind::text_ignoring_case, down)}, "f a e b c d");
  expect({by("none", Kind::text, up), by("flag", Kind::boolean, down)}, "a e b c d f");
}

// Members of an enumeration in the order of their numbers: null first, what is no member last.
TEST_P(PageTest, OrdersByRanks) {
  const std::pair<const char*, const char*> items[] = {{"a", "high"}, {"b", "low"},    {"c", "strange"}, {"d", "high"},
                                                       {"e", ""},     {"f", "medium"}, {"g", "low"},     {"h", "odd"}};
  for (const auto& [id, text] : items) {
    const std::string whole = R"(,"whole":)" + std::to_string('z' - id[0]) + "}";
    put_item(id, *text ? R"({"text":")" + std::string(text) + "\"" + whole : R"({"text":null)" + whole);
  }
  OrderBy severity = by("text", Kind::text, up);
  severity.ranking = {"low", "medium", "high"};
  expect({severity}, "e b g f a d c h");
  expect({severity, by("whole", Kind::int64, up)}, "e g b f d a h c");
  expect({by("flag", Kind::boolean, up), severity}, "e b g f a d c h");
  severity.direction = down;
  expect({severity}, "h c d a f g b e");
  expect({severity, by("whole", Kind::int64, down)}, "c h a d f b g e");
  Query query = query_of({severity}, 3);
  query.skip = 1;
  query.filter = filter(ne(property("text"), text("high")));
  EXPECT_EQ(joined(query), "c f g b e");
}

TEST_P(PageTest, SkipsAndCounts) {
  put_items();
  Query query = query_of({by("whole", Kind::int64, up)});
  query.skip = 3;
  EXPECT_EQ(joined(query), "e a f");
  query.count = true;
  query.filter = filter(ne(property("whole", Kind::int64), null()));
  const auto page = store->query("a", query).value();
  EXPECT_EQ(page.count, 5);
  EXPECT_EQ(page.entities.size(), 2u);
  query.after = page.next;
  EXPECT_EQ(page.next, "");
  query.skip = 9;
  query.after = "";
  EXPECT_TRUE(store->query("a", query)->entities.empty());
  query.skip = INT64_MAX;
  query.top = INT64_MAX;
  EXPECT_TRUE(store->query("a", query)->entities.empty());
  query.skip = 0;
  EXPECT_EQ(store->query("a", query)->entities.size(), 5u);
  query.count = false;
  EXPECT_FALSE(store->query("a", query)->count.has_value());
}

TEST_P(PageTest, CountsAllOnEveryPage) {
  put_items();
  Query query = query_of({});
  query.count = true;
  query.after = store->query("a", query)->next;
  EXPECT_EQ(store->query("a", query)->count, 6);
  query.top = 0;
  query.after = "";
  EXPECT_EQ(store->query("a", query)->count, 6);
  EXPECT_EQ(store->query("a", query)->next, "");
}

TEST_P(PageTest, GivesWholeEntities) {
  put_items();
  put("a", R"({"whole":4})", "items").value();
  const auto page = store->query("a", query_of({by("whole", Kind::int64, down)}, 2)).value();
  EXPECT_EQ(page.entities[1].id, "a");
  EXPECT_EQ(page.entities[1].json, R"({"whole":4})");
  EXPECT_EQ(page.entities[1].version, 2);
  EXPECT_EQ(page.entities[1].sequence, 13);  // six were written twice
  EXPECT_TRUE(std::all_of(page.next.begin(), page.next.end(), [](char c) { return c > ' ' && c < 127; }));
}

// However many entities are asked for, a page does not grow with their sizes; one always fits.
TEST_P(PageTest, EndsBeforeItIsTooLarge) {
  for (const char* id : {"a", "b", "c", "d"})
    put(id, R"({"whole":1,"text":")" + std::string(page_bytes_max / 2 - 100, 'x') + "\"}", "items").value();
  put("e", R"({"whole":1,"text":")" + std::string(page_bytes_max, 'x') + "\"}", "items").value();
  for (const auto& order : {std::vector<OrderBy>{}, {by("whole", Kind::int64, up)}, {by("none", Kind::int64, up)}}) {
    Query query = query_of(order, 1000);
    std::string pages;
    do {
      const QueryPage page = store->query("a", query).value();
      for (const Entity& entity : page.entities) pages += entity.id;
      pages += ' ';
      query.after = page.next;
    } while (!query.after.empty());
    EXPECT_EQ(pages, "ab cd e ");
  }
}

TEST_P(PageTest, HoldsTextsOfAnyBytes) {
  put("x\t'\"", R"({"text":"a\u0000b"})", "items").value();
  put("ü", R"({"text":"a\u0000"})", "items").value();
  put("z", R"({"text":"a"})", "items").value();
  EXPECT_EQ(joined(query_of({by("text", Kind::text, up)}, 1)), "z ü x\t'\"");
  Query query = query_of({});
  query.filter = filter(eq(property("text"), value(std::string("a\0b", 3))));
  EXPECT_EQ(joined(query), "x\t'\"");
  query.filter = filter(call(Function::startswith, {property("text"), value(std::string("a\0", 2))}));
  EXPECT_EQ(joined(query), "x\t'\" ü");
}

// What stands still is seen exactly once, whatever is written beside it; nothing is seen twice at the same place.
TEST_P(PageTest, NeitherSkipsNorRepeatsWhileOthersWrite) {
  std::mt19937 random(7);
  std::set<std::string> still;
  for (int i = 0; i < 60; ++i) {
    const std::string id = "s" + std::to_string(i);
    still.insert(id);
    put(id, R"({"whole":)" + std::to_string(random() % 10) + "}", "items").value();
  }
  for (const Direction direction : {up, down}) {
    Query query = query_of({by("whole", Kind::int64, direction)}, 7);
    std::map<std::string, int> seen;
    int writes = 0;
    do {
      const auto page = store->query("a", query).value();
      for (const Entity& entity : page.entities) ++seen[entity.id];
      query.after = page.next;
      for (int i = 0; i < 5; ++i) {
        const std::string id = "m" + std::to_string(random() % 20);
        if (random() % 4 == 0)
          store->commit("a", one("items", id, std::nullopt)).value();
        else
          put(id, R"({"whole":)" + std::to_string(random() % 10) + "}", "items").value();
      }
      ASSERT_LT(++writes, 100);
    } while (!query.after.empty());
    for (const std::string& id : still) EXPECT_EQ(seen[id], 1) << id;
  }
}

TEST_P(PageTest, GoesOnWhereTheLastOfAPageWas) {
  put_items();
  Query query = query_of({by("whole", Kind::int64, up)}, 3);
  query.after = store->query("a", query)->next;
  store->commit("a", one("items", "b", std::nullopt)).value();
  EXPECT_EQ(joined(query), "e a f");
}

TEST_P(PageTest, RefusesADamagedOrForeignCursor) {
  put_items();
  Query query = query_of({by("whole", Kind::int64, up)});
  query.filter = filter(ne(property("text"), text("x")));
  const std::string next = store->query("a", query)->next;
  ASSERT_NE(next, "");
  for (size_t i = 0; i < next.size(); ++i) {
    for (const char c : {'A', '!', '_'}) {
      query.after = next;
      query.after[i] = c;
      const auto page = store->query("a", query);  // refused, or another place: never a crash
      if (page.has_value()) continue;
      EXPECT_EQ(page.error().code, ErrorCode::bad_request);
    }
    query.after = next.substr(0, i);
    if (i == 0) continue;
    EXPECT_EQ(refusal(query).code, ErrorCode::bad_request);
  }
  for (const char* after : {"x", "AAAA", "W10", "WyIxIl0", "W1tbW1tb", "é", " "}) {
    query.after = after;
    EXPECT_EQ(refusal(query).code, ErrorCode::bad_request) << after;
  }
  query.after = next;
  std::vector<Query> foreign(5, query);
  foreign[0].order[0].direction = down;
  foreign[1].order[0].path = {"real"};
  foreign[2].order.clear();
  foreign[3].filter = filter(ne(property("text"), text("y")));
  foreign[4].filter = nullptr;
  for (const Query& other : foreign) EXPECT_THAT(refusal(other).message, HasSubstr("skip token"));
  EXPECT_TRUE(store->query("b", query).has_value());
}

}  // namespace
}  // namespace vedette::store::testing
