// Batches in memory as a table of KQL.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vedette/kql/plan/table_source.h"

namespace vedette::ingest {

class BatchTable final : public kql::TableSource {
 public:
  explicit BatchTable(columnar::Schema schema, std::vector<columnar::Batch> batches = {})
      : schema_(std::move(schema)), batches_(std::move(batches)) {}
  const columnar::Schema& schema() const override { return schema_; }
  const std::vector<columnar::Batch>& batches() const { return batches_; }
  base::Result<kql::ScanAnswer> scan(const kql::ScanRequest& request, kql::ScanStatistics& statistics) const override;

 private:
  columnar::Schema schema_;
  std::vector<columnar::Batch> batches_;
};

// Tables by their names; remembers which of them were asked for.
class NamedTables final : public kql::Catalog {
 public:
  void add(std::string name, std::shared_ptr<const kql::TableSource> table) {
    tables_.push_back({std::move(name), std::move(table)});
  }
  std::shared_ptr<const kql::TableSource> find(std::string_view name) const override;
  std::vector<std::string> table_names() const override { return {}; }
  const std::vector<std::string>& asked() const { return asked_; }

 private:
  std::vector<std::pair<std::string, std::shared_ptr<const kql::TableSource>>> tables_;
  mutable std::vector<std::string> asked_;  // binding uses a catalog from one thread
};

}  // namespace vedette::ingest
