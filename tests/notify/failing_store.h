// A store before another one, that fails when the test wants.
#pragma once

#include <functional>

#include "vedette/store/entity_store.h"

namespace vedette::notify::test {

class FailingStore final : public store::EntityStore {
 public:
  explicit FailingStore(std::unique_ptr<store::EntityStore> inner) : inner_(std::move(inner)) {}

  // Whether it works, for a tenant; none: it does. Set while nobody uses the store.
  std::function<bool(std::string_view tenant)> reads;
  std::function<bool(std::string_view tenant, const store::Commit& commit)> commits;

  base::Result<int64_t> commit(std::string_view tenant, const store::Commit& commit) override {
    if (commits && !commits(tenant, commit)) return failure();
    return inner_->commit(tenant, commit);
  }
  base::Result<std::optional<store::Entity>> get(std::string_view tenant, std::string_view collection,
                                                 std::string_view id) const override {
    if (reads && !reads(tenant)) return failure();
    return inner_->get(tenant, collection, id);
  }
  base::Result<store::QueryPage> query(std::string_view tenant, const store::Query& query) const override {
    if (reads && !reads(tenant)) return failure();
    return inner_->query(tenant, query);
  }
  base::Result<int64_t> newest_sequence(std::string_view tenant) const override {
    if (reads && !reads(tenant)) return failure();
    return inner_->newest_sequence(tenant);
  }
  base::Result<std::vector<store::Change>> changes(std::string_view tenant, int64_t sequence,
                                                   size_t limit) const override {
    if (reads && !reads(tenant)) return failure();
    return inner_->changes(tenant, sequence, limit);
  }
  base::Result<std::optional<store::State>> state(std::string_view tenant, std::string_view name) const override {
    if (reads && !reads(tenant)) return failure();
    return inner_->state(tenant, name);
  }
  base::Result<std::vector<std::string>> state_names(std::string_view tenant, std::string_view prefix) const override {
    if (reads && !reads(tenant)) return failure();
    return inner_->state_names(tenant, prefix);
  }

 private:
  static base::Error failure() { return base::fail(base::ErrorCode::io_error, "The disk is full."); }

  const std::unique_ptr<store::EntityStore> inner_;
};

}  // namespace vedette::notify::test
