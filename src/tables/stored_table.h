// A table of a snapshot: its segments behind KQL's TableSource.
#pragma once

#include <memory>
#include <vector>

#include "segment_cache.h"
#include "vedette/kql/plan/table_source.h"
#include "vedette/tables/declaration.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {

using Segments = std::vector<std::shared_ptr<const Segment>>;

// Takes over: the columns asked for, the predicate where RowFilter knows it, the limit and a top by one number or time
// when it has taken over the predicate, and the threads. `declaration` outlives the source.
class StoredTable final : public kql::TableSource {
 public:
  StoredTable(const TableDeclaration& declaration, std::shared_ptr<const Segments> segments,
              std::shared_ptr<SegmentCache> cache)
      : declaration_(declaration), segments_(std::move(segments)), cache_(std::move(cache)) {}
  const columnar::Schema& schema() const override { return declaration_.schema; }
  base::Result<kql::ScanAnswer> scan(const kql::ScanRequest& request, kql::ScanStatistics& statistics) const override;

 private:
  const TableDeclaration& declaration_;
  std::shared_ptr<const Segments> segments_;
  std::shared_ptr<SegmentCache> cache_;
};

}  // namespace vedette::tables
