#include "pending_commit.h"

#include "order_by_day.h"
#include "vedette/tables/declaration.h"
#include "write_ahead_log.h"

namespace vedette::tables {

using base::ErrorCode;
using base::fail;

base::Result<PendingCommit> prepare(Commit commit, base::DateTime now, const std::shared_ptr<SegmentCache>& cache) {
  PendingCommit out;
  LogRecord record;
  record.state = out.state = std::move(commit.state);
  SegmentOptions options;
  options.ingested_first = options.ingested_last = now;
  options.terms = TermIndex::none;
  for (TableRows& rows : commit.rows) {
    const TableDeclaration* table = find_declaration(rows.table);
    if (!table) return fail(ErrorCode::not_found, "There is no table '" + rows.table + "'.");
    for (const columnar::Batch& batch : rows.batches)
      if (batch.columns.size() != table->schema.size())
        return fail(ErrorCode::internal, "Rows for '" + table->name + "' do not have its columns.");
    for (const auto& part : cut(std::move(rows.batches), segment_rows_max)) {
      std::string bytes = TRY(encode_segment(table->schema, part, options));
      out.rows.emplace_back(table->name, TRY(Segment::of_bytes(bytes, "rows of the log", cache)));
      record.rows.push_back({table->name, std::move(bytes)});
    }
  }
  if (!record.rows.empty() || !record.state.empty()) out.bytes = encode_log_record(record);
  return out;
}

}  // namespace vedette::tables
