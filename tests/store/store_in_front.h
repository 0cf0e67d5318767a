// A store before another one: others write first, or it fails, when the test wants.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "vedette/store/entity_store.h"

namespace vedette::store {

class StoreInFront final : public EntityStore {
 public:
  explicit StoreInFront(EntityStore& inner) : inner_(inner) {}
  explicit StoreInFront(std::unique_ptr<EntityStore> inner) : owned_(std::move(inner)), inner_(*owned_) {}

  // Set while nobody uses the store. An error is what it answers then.
  std::function<base::Status(std::string_view tenant)> before_read;
  std::function<base::Status(std::string_view tenant, const Commit&)> before_commit;
  // The last of them comes before the next commit.
  std::vector<std::function<base::Status()>> before_next_commits;
  int commits = 0;  // that were tried

  base::Result<int64_t> commit(std::string_view tenant, const Commit& commit) override {
    ++commits;
    if (!before_next_commits.empty()) {
      const auto first = before_next_commits.back();
      before_next_commits.pop_back();
      TRY(first());
    }
    if (before_commit) TRY(before_commit(tenant, commit));
    return inner_.commit(tenant, commit);
  }
  base::Result<std::optional<Entity>> get(std::string_view tenant, std::string_view collection, std::string_view id,
                                          const IsHeld& is_held) const override {
    TRY(look(tenant));
    return inner_.get(tenant, collection, id, is_held);
  }
  base::Result<QueryPage> query(std::string_view tenant, const Query& query) const override {
    TRY(look(tenant));
    return inner_.query(tenant, query);
  }
  base::Result<int64_t> newest_sequence(std::string_view tenant) const override {
    TRY(look(tenant));
    return inner_.newest_sequence(tenant);
  }
  base::Result<std::vector<Change>> changes(std::string_view tenant, int64_t sequence, size_t limit) const override {
    TRY(look(tenant));
    return inner_.changes(tenant, sequence, limit);
  }
  base::Result<std::optional<State>> state(std::string_view tenant, std::string_view name) const override {
    TRY(look(tenant));
    return inner_.state(tenant, name);
  }
  base::Result<std::vector<std::string>> state_names(std::string_view tenant, std::string_view prefix) const override {
    TRY(look(tenant));
    return inner_.state_names(tenant, prefix);
  }

 private:
  base::Status look(std::string_view tenant) const { return before_read ? before_read(tenant) : base::Status(); }

  const std::unique_ptr<EntityStore> owned_;
  EntityStore& inner_;
};

}  // namespace vedette::store
