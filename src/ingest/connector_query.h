// The KQL of a connector, bound once and run for every batch of records.
//
// A file of statements becomes stages and outputs. A tabular `let` that reads `source` is a stage: it runs once a batch
// and what reads it reads its rows, however many statements do. Each row carries, in the hidden column `$record`, the
// index of the record it came from, so a statement that mixes records cannot be bound (carry_column.h).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/ingest/batch_table.h"
#include "vedette/kql/plan/plan.h"

namespace vedette::ingest {

inline constexpr std::string_view source_table = "source";
inline constexpr std::string_view record_column = "$record";
const columnar::Schema& source_schema();  // Record, Text, File, $record

enum class StatementTarget : uint8_t { table, none };  // ends in `| as TABLE`, or does not

struct ConnectorStatement {
  std::string table;  // "" without a target
  std::string reads;  // `source` or a stage
  std::shared_ptr<const kql::BoundQuery> query;
  columnar::Schema output() const;  // without $record
};

class ConnectorQuery {
 public:
  // Of a table's statement, output columns are those of the table, in its types.
  static base::Result<ConnectorQuery> bind(std::string_view text, StatementTarget target);

  const std::vector<ConnectorStatement>& statements() const { return statements_; }

  // The rows of some records, for every statement that reads them.
  class Rows {
   public:
    Rows(const ConnectorQuery& query, columnar::Batch source);
    // The rows of a statement, `$record` last, of those records for which `wanted` is set (empty: all).
    base::Result<std::vector<columnar::Batch>> run(const ConnectorStatement& statement,
                                                   const std::vector<bool>& wanted = {});

   private:
    base::Result<std::shared_ptr<const BatchTable>> table(std::string_view name);
    const ConnectorQuery& query_;
    std::vector<std::shared_ptr<const BatchTable>> tables_;  // source, then the stages; null: not run yet
  };

 private:
  friend class ConnectorBinder;
  struct Stage {
    std::string name;
    std::string reads;
    std::shared_ptr<const kql::BoundQuery> query;
  };
  std::vector<Stage> stages_;
  std::vector<ConnectorStatement> statements_;
};

}  // namespace vedette::ingest
