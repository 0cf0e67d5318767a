// A store that somebody else writes to at the worst moment.
#pragma once

#include <functional>
#include <vector>

#include "vedette/store/entity_store.h"

namespace vedette::resources {

// Another writer comes first, once for each entry of `before_commit`.
class BusyStore final : public store::EntityStore {
 public:
  explicit BusyStore(store::EntityStore& inner) : inner_(inner) {}
  base::Result<int64_t> commit(std::string_view tenant, const store::Commit& commit) override {
    ++commits;
    if (!before_commit.empty()) {
      const auto first = before_commit.back();
      before_commit.pop_back();
      first();
    }
    return inner_.commit(tenant, commit);
  }
  base::Result<std::optional<store::Entity>> get(std::string_view tenant, std::string_view collection,
                                                 std::string_view id) const override {
    return inner_.get(tenant, collection, id);
  }
  base::Result<store::QueryPage> query(std::string_view tenant, const store::Query& query) const override {
    return inner_.query(tenant, query);
  }
  base::Result<int64_t> newest_sequence(std::string_view tenant) const override {
    return inner_.newest_sequence(tenant);
  }
  base::Result<std::vector<store::Change>> changes(std::string_view tenant, int64_t sequence,
                                                   size_t limit) const override {
    return inner_.changes(tenant, sequence, limit);
  }
  base::Result<std::optional<store::State>> state(std::string_view tenant, std::string_view name) const override {
    return inner_.state(tenant, name);
  }
  base::Result<std::vector<std::string>> state_names(std::string_view tenant, std::string_view prefix) const override {
    return inner_.state_names(tenant, prefix);
  }

  std::vector<std::function<void()>> before_commit;
  int commits = 0;

 private:
  store::EntityStore& inner_;
};

}  // namespace vedette::resources
