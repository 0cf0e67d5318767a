// Filters and orders by chance over entities by chance: what the rules of OData say, what is evaluated in memory and
// what is pushed down to SQLite, with few indexes and with one for every property, is the same, in the same order.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "../../src/odata/query.h"
#include "../../src/odata/value_kinds.h"
#include "random_filter.h"
#include "test_service.h"

namespace vedette::odata {
namespace {

constexpr int entities_count = 40;

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "filters_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

void index_all(store::Collection& collection, const edm::StructuredType& type, std::vector<std::string> path) {
  for (const edm::Property& property : type.properties) {
    path.push_back(property.name);
    const store::ValueKind kind = value_kind(property.type);
    if (kind == store::ValueKind::complex && path.size() < 3)
      index_all(collection, *property.type.structured, path);
    else if (kind != store::ValueKind::complex && kind != store::ValueKind::collection)
      collection.indexed.push_back({path, kind});
    path.pop_back();
  }
}

struct OrderKey {
  std::vector<std::string> path;
  edm::TypeRef type;
  bool descending = false;
};

int64_t rank_of(const Value& value, const edm::EnumType& type) {
  std::vector<edm::EnumMember> members = type.members;
  std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const auto& m) { return m.name == std::get<std::string>(value); });
  return found - members.begin();
}

class FilterDifferential : public testing::Test {
 protected:
  FilterDifferential() {
    auto collections = Service::collections(shipped_models());
    stores_.push_back({"memory", store::make_memory_store(collections, clock_)});
    stores_.push_back({"sqlite", store::open_sqlite_store(folder_.file("few.db"), collections, clock_).value()});
    for (store::Collection& collection : collections)
      for (const char* set : sets_)
        if (navigation(set).capabilities.collection == collection.name)
          index_all(collection, *navigation(set).target, {});
    stores_.push_back(
        {"sqlite, all indexed", store::open_sqlite_store(folder_.file("all.db"), collections, clock_).value()});
  }

  const edm::NavigationProperty& navigation(const char* set) const {
    return *model_.find_resource("security")->type->find_navigation(set);
  }

  void fill(const char* set) {
    documents_.clear();
    came_.clear();
    store::Commit commit;
    const edm::Capabilities& capabilities = navigation(set).capabilities;
    for (int i = 0; i < entities_count; ++i) {
      const std::string id = (i % 3 ? "k" : "K") + std::to_string(i);
      const json::Value document = random_.entity(*navigation(set).target, id);
      commit.entities.push_back({capabilities.collection, id, json::to_text(document), store::any_version});
      documents_[id] = json::parse(json::to_text(document)).value();
      came_.push_back(id);
    }
    for (auto& store : stores_) ASSERT_TRUE(store.second->commit("t", commit));
  }

  std::vector<OrderKey> random_order(const char* set) {
    std::vector<OrderKey> order;
    for (size_t tries = random_.below(4); tries > 0; --tries) {
      const edm::StructuredType* owner = navigation(set).target;
      OrderKey key{{}, {}, random_.one_in(2)};
      while (owner && !owner->properties.empty()) {
        const edm::Property& property = random_.one_of(owner->properties);
        key.path.push_back(property.name);
        key.type = property.type;
        owner = property.type.collection ? nullptr : property.type.structured;
      }
      const bool single = !key.type.collection && !key.type.structured && !key.type.is(edm::Primitive::untyped) &&
                          !(key.type.enumeration && key.type.enumeration->flags);
      if (single && navigation(set).capabilities.is_sortable(key.path[0])) order.push_back(std::move(key));
    }
    return order;
  }

  Value order_value(const std::string& id, const OrderKey& key) const {
    const json::Value* node = &documents_.at(id);
    for (const std::string& name : key.path) node = node ? json::find(*node, name) : nullptr;
    Value value = value_at(node, key.type);
    if (!key.type.enumeration || value.index() == 0) return value;
    return rank_of(value, *key.type.enumeration);
  }

  std::vector<std::string> expected(const RandomCondition& condition, const std::vector<OrderKey>& order) const {
    std::vector<std::string> ids;
    for (const std::string& id : came_)
      if (condition.truth({&documents_.at(id), {}}).value_or(false)) ids.push_back(id);
    if (!order.empty() && order[0].descending) std::reverse(ids.begin(), ids.end());
    std::stable_sort(ids.begin(), ids.end(), [&](const std::string& a, const std::string& b) {
      for (const OrderKey& key : order)
        if (const int difference = ordered(order_value(a, key), order_value(b, key)))
          return key.descending ? difference > 0 : difference < 0;
      return false;
    });
    return ids;
  }

  // Page after page. "" or the error.
  std::string read(const store::EntityStore& store, store::Query query, std::vector<std::string>& ids) const {
    do {
      const auto page = store.query("t", query);
      if (!page) return page.error().message;
      for (const store::Entity& entity : page->entities) ids.push_back(entity.id);
      if (query.count && *page->count != count_) return "counts " + std::to_string(*page->count);
      query.after = page->next;
    } while (!query.after.empty());
    return {};
  }

  void check_one(const char* set) {
    const Source source{model_, *navigation(set).target, navigation(set).capabilities};
    const RandomCondition condition = RandomFilters(model_, source.type, source.capabilities, random_).make();
    std::vector<OrderKey> order = random_order(set);
    QueryOptions options;
    const auto add = [&](const char* name, const std::string& value) {
      ASSERT_TRUE(options.add({std::string("$") + name, value, name}));
    };
    add("filter", condition.text);
    add("orderby", order_text(order));
    if (random_.one_in(3)) add("count", "true");
    if (!random_.one_in(3)) add("top", std::to_string(5 + random_.below(60)));
    const auto bound = bind_collection(options, source, clock_.now());
    ASSERT_TRUE(bound) << bound.error().message << "\n" << condition.text;
    if (order.empty()) order = default_order(set);
    const std::vector<std::string> wanted = expected(condition, order);
    found_ += wanted.size();
    count_ = static_cast<int64_t>(wanted.size());
    for (const auto& [name, store] : stores_) {
      std::vector<std::string> ids;
      EXPECT_EQ(read(*store, bound->store, ids), "") << name << ": " << condition.text;
      EXPECT_EQ(ids, wanted) << name << ", " << set << ": " << condition.text << "\n ordered by " << order_text(order);
    }
  }

  std::vector<OrderKey> default_order(const char* set) const {
    const std::string& text = navigation(set).capabilities.default_order;
    if (text.empty()) return {};
    const edm::Property& property = *navigation(set).target->find_property(text.substr(0, text.find(' ')));
    return {{{property.name}, property.type, text.ends_with("desc")}};
  }

  std::string order_text(const std::vector<OrderKey>& order) {
    std::string text;
    for (const OrderKey& key : order) {
      text += text.empty() ? "" : ",";
      for (const std::string& name : key.path) text += (&name == key.path.data() ? "" : "/") + name;
      text += key.descending ? " desc" : "";
    }
    return text;
  }

  const edm::Model& model_ = shipped_model("beta");
  const std::vector<const char*> sets_ = {"alerts_v2", "incidents", "alerts_v2", "tiIndicators", "secureScores"};
  TempFolder folder_;
  base::FixedClock clock_{*base::parse_iso_date_time("2024-05-10T00:00:00Z")};
  std::vector<std::pair<const char*, std::unique_ptr<store::EntityStore>>> stores_;
  RandomValues random_{20240510};
  std::map<std::string, json::Value> documents_;
  std::vector<std::string> came_;  // their ids, in the order of their first writes
  size_t found_ = 0;
  int64_t count_ = 0;
};

TEST_F(FilterDifferential, AllAgree) {
  const char* asked = std::getenv("VEDETTE_SOAK_FILTERS");
  const int filters = asked ? std::atoi(asked) : 2000;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < filters && !HasFailure(); ++i) {
    const char* set = sets_[static_cast<size_t>(i / 100) % sets_.size()];
    if (i % 100 == 0) fill(set);
    check_one(set);
  }
  const auto took = std::chrono::steady_clock::now() - begin;
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  // Conditions that no or every entity meets would prove little.
  const double share = static_cast<double>(found_) / filters / entities_count;
  EXPECT_GT(share, 0.2);
  EXPECT_LT(share, 0.8);
  if (asked && !HasFailure())
    std::printf(R"({"soak": "filters", "filters": %d, "entities": %d, "differences": 0, "shareThatMatches": %.3f, )"
                R"("ms": %lld})"
                "\n",
                filters, entities_count, share, static_cast<long long>(ms));
}

}  // namespace
}  // namespace vedette::odata
