// An entity store of maps, as much of it as correlation uses: filters are one text property that equals a value.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "vedette/json/value.h"
#include "vedette/store/entity_store.h"

namespace vedette::correlate {

class TestStore final : public store::EntityStore {
 public:
  explicit TestStore(const base::Clock& clock) : clock_(clock) {}

  base::Result<int64_t> commit(std::string_view tenant, const store::Commit& commit) override {
    Tenant& kept = tenants_[std::string(tenant)];
    for (const store::EntityWrite& write : commit.entities) {
      if (!holds(kept.entities, Key{write.collection, write.id}, write.expected_version)) return conflict(write.id);
    }
    for (const store::StateWrite& write : commit.states) {
      if (!holds(kept.states, write.name, write.expected_version)) return conflict(write.name);
    }
    for (const store::EntityWrite& write : commit.entities) apply(kept, commit.actor, write);
    for (const store::StateWrite& write : commit.states) {
      if (!write.value) {
        kept.states.erase(write.name);
      } else {
        store::State& state = kept.states[write.name];
        state = {*write.value, state.version + 1};
      }
    }
    return static_cast<int64_t>(kept.changes.size());
  }

  base::Result<std::optional<store::Entity>> get(std::string_view tenant, std::string_view collection,
                                                 std::string_view id) const override {
    return find(of(tenant).entities, Key{collection, id});
  }

  base::Result<store::QueryPage> query(std::string_view tenant, const store::Query& query) const override {
    store::QueryPage page;
    const auto& entities = of(tenant).entities;
    auto next = entities.upper_bound({query.collection, query.after});
    for (; next != entities.end() && next->first.first == query.collection; ++next) {
      if (query.filter && !matches(*query.filter, next->second)) continue;
      if (static_cast<int64_t>(page.entities.size()) == query.top) {
        page.next = page.entities.back().id;
        break;
      }
      page.entities.push_back(next->second);
    }
    return page;
  }

  base::Result<std::vector<store::Change>> changes(std::string_view tenant, int64_t sequence,
                                                   size_t limit) const override {
    const std::vector<store::Change>& all = of(tenant).changes;
    const size_t first = std::min(static_cast<size_t>(sequence), all.size());
    const size_t last = first + std::min(limit, all.size() - first);
    return std::vector<store::Change>(all.data() + first, all.data() + last);
  }

  base::Result<std::optional<store::State>> state(std::string_view tenant, std::string_view name) const override {
    return find(of(tenant).states, std::string(name));
  }

  base::Result<std::vector<std::string>> state_names(std::string_view tenant, std::string_view prefix) const override {
    std::vector<std::string> names;
    for (const auto& [name, state] : of(tenant).states) {
      if (name.starts_with(prefix)) names.push_back(name);
    }
    return names;
  }

 private:
  using Key = std::pair<std::string, std::string>;  // collection, id
  struct Tenant {
    std::map<Key, store::Entity> entities;
    std::map<std::string, store::State> states;
    std::vector<store::Change> changes;
  };

  template <class Map, class K>
  static std::optional<typename Map::mapped_type> find(const Map& map, const K& key) {
    const auto found = map.find(key);
    if (found == map.end()) return std::nullopt;
    return found->second;
  }
  template <class Map, class K>
  static bool holds(const Map& map, const K& key, int64_t expected) {
    const auto found = map.find(key);
    return expected == store::any_version || expected == (found == map.end() ? 0 : found->second.version);
  }
  static base::Error conflict(const std::string& name) { return base::fail(base::ErrorCode::conflict, name); }
  static bool matches(const store::Expression& filter, const store::Entity& entity) {
    const auto document = json::parse(entity.json);
    return json::find_string(*document, filter.operands[0].path[0]) == std::get<std::string>(filter.operands[1].value);
  }

  void apply(Tenant& kept, const store::Actor& actor, const store::EntityWrite& write) {
    const Key key{write.collection, write.id};
    const int64_t version = kept.entities[key].version + 1;
    const int64_t sequence = static_cast<int64_t>(kept.changes.size()) + 1;
    kept.changes.push_back({sequence, write.collection, write.id, version, !write.json, actor, clock_.now()});
    if (write.json) {
      kept.entities[key] = {write.id, version, sequence, *write.json};
    } else {
      kept.entities.erase(key);
    }
  }
  const Tenant& of(std::string_view tenant) const {
    static const Tenant none;
    const auto found = tenants_.find(std::string(tenant));
    return found == tenants_.end() ? none : found->second;
  }

  const base::Clock& clock_;
  std::map<std::string, Tenant> tenants_;
};

}  // namespace vedette::correlate
