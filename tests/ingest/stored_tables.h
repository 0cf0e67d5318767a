// The tables of a FileTables after they went through a store: as committed, sealed into segments and merged.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include "file_tables.h"
#include "vedette/io/file_system.h"
#include "vedette/tables/event_store.h"

namespace vedette::ingest {

class StoredTables final : public kql::Catalog {
 public:
  StoredTables(const FileTables& tables, const tables::StoreOptions& options) : tables_(tables) {
    char name[] = "/tmp/vedette-stored-XXXXXX";
    folder_ = mkdtemp(name);
    auto store = tables::EventStore::open(io::posix_file_system(), folder_, tables::Access::read_write, options);
    EXPECT_TRUE(store) << store.error().message;
    for (const auto& [table, batches] : tables.batches()) {
      tables::Commit commit;
      commit.rows.push_back({table, batches});
      EXPECT_TRUE((*store)->commit(std::move(commit))) << table;
    }
    EXPECT_TRUE((*store)->merge_small_segments());
    store_ = std::move(*store);
    snapshot_ = store_->snapshot();
  }
  ~StoredTables() override {
    snapshot_.reset();
    store_.reset();
    EXPECT_TRUE(io::remove_tree(folder_));
  }
  std::shared_ptr<const kql::TableSource> find(std::string_view name) const override {
    return name == "AlertInfo" ? tables_.find(name) : snapshot_->find(name);
  }
  std::vector<std::string> table_names() const override { return tables_.table_names(); }

 private:
  const FileTables& tables_;
  std::string folder_;
  std::unique_ptr<tables::EventStore> store_;
  std::shared_ptr<const tables::Snapshot> snapshot_;
};

}  // namespace vedette::ingest
