// Records that are rows of a table already, made into its columns without a query: for the kinds of values that nearly
// all exports have. What conversion would have to do more for is left to the query of table_connector.cpp, which says
// the same of these.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vedette/columnar/vector.h"
#include "vedette/ingest/record.h"

namespace vedette::ingest {

class TableRowsBuilder {
 public:
  explicit TableRowsBuilder(const columnar::Schema& schema);
  // One row a record, in their order; nullopt when some value needs the query. Safe from several threads.
  std::optional<columnar::Batch> build(const RecordBatch& records) const;

 private:
  // Where members of this name go; no_column when nowhere. `expected` is where the member before it suggests.
  size_t column_of(std::string_view name, size_t expected) const;

  static constexpr size_t no_column = SIZE_MAX;
  const columnar::Schema& schema_;
  std::unordered_map<std::string_view, size_t> columns_;
};

}  // namespace vedette::ingest
