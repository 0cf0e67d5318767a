// An entity store for the tests of who may ask what: versions and atomic commits, queries without filters.
#pragma once

#include <map>
#include <mutex>

#include "vedette/store/entity_store.h"

namespace vedette::auth {

class StoreDouble final : public store::EntityStore {
 public:
  base::Result<int64_t> commit(std::string_view tenant, const store::Commit& commit) override {
    const std::lock_guard lock(mutex_);
    Partition& partition = partitions_[std::string(tenant)];
    for (const auto& write : commit.entities) {
      const auto found = partition.entities.find({write.collection, write.id});
      if (!fits(write.expected_version, found == partition.entities.end() ? 0 : found->second.version))
        return base::fail(base::ErrorCode::conflict, "The entity has another version.");
    }
    for (const auto& write : commit.states) {
      const auto found = partition.states.find(write.name);
      if (!fits(write.expected_version, found == partition.states.end() ? 0 : found->second.version))
        return base::fail(base::ErrorCode::conflict, "The state has another version.");
    }
    for (const auto& write : commit.entities) {
      store::Entity& entity = partition.entities[{write.collection, write.id}];
      entity = {write.id, entity.version + 1, ++partition.sequence, write.json.value_or("")};
    }
    for (const auto& write : commit.states) {
      store::State& state = partition.states[write.name];
      state = {write.value.value_or(""), state.version + 1};
    }
    return partition.sequence;
  }

  base::Result<std::optional<store::Entity>> get(std::string_view tenant, std::string_view collection,
                                                 std::string_view id) const override {
    const std::lock_guard lock(mutex_);
    const Partition* partition = find(tenant);
    if (!partition) return std::optional<store::Entity>();
    const auto found = partition->entities.find({std::string(collection), std::string(id)});
    if (found == partition->entities.end()) return std::optional<store::Entity>();
    return std::optional<store::Entity>(found->second);
  }

  base::Result<store::QueryPage> query(std::string_view tenant, const store::Query& query) const override {
    const std::lock_guard lock(mutex_);
    store::QueryPage page;
    if (const Partition* partition = find(tenant))
      for (const auto& [key, entity] : partition->entities) {
        if (key.first != query.collection || entity.id <= query.after) continue;
        if (page.entities.size() == static_cast<size_t>(query.top)) {
          page.next = page.entities.back().id;
          break;
        }
        page.entities.push_back(entity);
      }
    return page;
  }

  base::Result<std::vector<store::Change>> changes(std::string_view, int64_t, size_t) const override {
    return std::vector<store::Change>();
  }

  base::Result<std::optional<store::State>> state(std::string_view tenant, std::string_view name) const override {
    const std::lock_guard lock(mutex_);
    const Partition* partition = find(tenant);
    if (!partition) return std::optional<store::State>();
    const auto found = partition->states.find(std::string(name));
    if (found == partition->states.end()) return std::optional<store::State>();
    return std::optional<store::State>(found->second);
  }

  base::Result<std::vector<std::string>> state_names(std::string_view, std::string_view) const override {
    return std::vector<std::string>();
  }

  // Everything stored in entities, to look for what must not be there.
  std::string all_entities() const {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const auto& [tenant, partition] : partitions_)
      for (const auto& [key, entity] : partition.entities) text += entity.json + "\n";
    return text;
  }

 private:
  struct Partition {
    std::map<std::pair<std::string, std::string>, store::Entity> entities;
    std::map<std::string, store::State> states;
    int64_t sequence = 0;
  };

  static bool fits(int64_t expected, int64_t actual) { return expected == store::any_version || expected == actual; }
  const Partition* find(std::string_view tenant) const {
    const auto found = partitions_.find(std::string(tenant));
    return found == partitions_.end() ? nullptr : &found->second;
  }

  mutable std::mutex mutex_;
  std::map<std::string, Partition> partitions_;
};

}  // namespace vedette::auth
