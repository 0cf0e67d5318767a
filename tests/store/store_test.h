// The one suite that every implementation answers: a store of a parameter, with what tests do most.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "expressions.h"
#include "vedette/base/clock.h"
#include "vedette/store/entity_store.h"

namespace vedette::store::testing {

inline const base::DateTime noon = *base::parse_iso_date_time("2026-03-01T12:00:00Z");

// A folder that goes with the test.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "store_test_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// "things" has no index, "items" has one on everything that tests of filters and orders use. What is "kept" keeps its
// past.
inline std::vector<Collection> test_collections() {
  std::vector<IndexedProperty> indexed;
  for (const auto& [name, kind] : std::vector<std::pair<const char*, Kind>>{{"text", Kind::text},
                                                                            {"name", Kind::text_ignoring_case},
                                                                            {"flag", Kind::boolean},
                                                                            {"whole", Kind::int64},
                                                                            {"real", Kind::real},
                                                                            {"time", Kind::date_time},
                                                                            {"inner/text", Kind::text}})
    indexed.push_back({split_path(name), kind});
  return {{"things", {}}, {"items", indexed}, {"kept", indexed, true}, {"kept_plain", {}, true}};
}

struct Implementation {
  const char* name;
  std::function<std::unique_ptr<EntityStore>(const TempFolder& folder, const base::Clock& clock)> open;
};

std::vector<Implementation> implementations();

inline constexpr auto up = Direction::ascending, down = Direction::descending;

inline Query query_of(std::vector<OrderBy> order, int64_t top = 2) {
  Query query;
  query.collection = "items";
  query.order = std::move(order);
  query.top = top;
  return query;
}
inline OrderBy by(const std::string& path, Kind kind, Direction direction) {
  return {split_path(path), kind, direction};
}

class StoreTest : public ::testing::TestWithParam<Implementation> {
 protected:
  static Commit one(const std::string& collection, const std::string& id, std::optional<std::string> json,
                    int64_t expected = any_version) {
    Commit commit;
    commit.actor = {Actor::Kind::user, "analyst"};
    commit.entities.push_back({collection, id, std::move(json), expected});
    return commit;
  }
  base::Result<int64_t> put(const std::string& id, const std::string& json, const std::string& collection = "things",
                            const std::string& tenant = "a", int64_t expected = any_version) {
    return store->commit(tenant, one(collection, id, json, expected));
  }
  base::Result<int64_t> put_state(const std::string& name, std::optional<std::string> text,
                                  int64_t expected = any_version, const std::string& tenant = "a") {
    Commit commit;
    commit.states.push_back({name, std::move(text), expected});
    return store->commit(tenant, commit);
  }
  // The ids of all that match, page after page.
  std::vector<std::string> ids(Query query, const std::string& tenant = "a") {
    std::vector<std::string> found;
    query.now = noon;
    do {
      const auto page = store->query(tenant, query);
      if (!page.has_value()) {
        ADD_FAILURE() << page.error().message;
        return found;
      }
      for (const Entity& entity : page->entities) found.push_back(entity.id);
      query.after = page->next;
    } while (!query.after.empty());
    return found;
  }
  base::Error refusal(const Query& query) {
    const auto page = store->query("a", query);
    EXPECT_FALSE(page.has_value());
    return page.has_value() ? base::Error() : page.error();
  }
  std::string joined(Query query) {
    std::string out;
    for (const std::string& id : ids(std::move(query))) out += (out.empty() ? "" : " ") + id;
    return out;
  }

  TempFolder folder;
  base::FixedClock clock{noon};
  std::unique_ptr<EntityStore> store = GetParam().open(folder, clock);
};

}  // namespace vedette::store::testing

#define VEDETTE_STORE_SUITE(Suite)                                            \
  INSTANTIATE_TEST_SUITE_P(Of, Suite, ::testing::ValuesIn(implementations()), \
                           [](const auto& test) { return std::string(test.param.name); })
