#include "pending_commit.h"

#include "row_order.h"
#include "vedette/tables/declaration.h"
#include "write_ahead_log.h"

namespace vedette::tables {

using base::ErrorCode;
using base::fail;

namespace {

base::Status encode(const TableDeclaration& table, const std::vector<columnar::Batch>& batches,
                    const SegmentOptions& options, LogRecord& record) {
  std::vector<size_t> sizes;
  for (const columnar::Batch& batch : batches) {
    if (batch.columns.size() != table.schema.size())
      return fail(ErrorCode::internal, "Rows for '" + table.name + "' do not have its columns.");
    sizes.push_back(batch.rows);
  }
  const auto read = [&](size_t batch, size_t column) -> base::Result<columnar::Vector> {
    return batches[batch].columns[column];
  };
  for (const std::vector<RowPiece>& part : cut(in_order(sizes), segment_rows_max))
    record.rows.push_back({table.name, TRY(encode_segment(table.schema, rows_of(part, read), options))});
  return {};
}

}  // namespace

base::Result<PendingCommit> prepare(Commit commit, base::DateTime now, const std::shared_ptr<SegmentCache>& cache) {
  PendingCommit out;
  LogRecord record;
  record.state = out.state = std::move(commit.state);
  SegmentOptions options;
  options.ingested_first = options.ingested_last = now;
  options.terms = TermIndex::none;
  options.encodings = Encodings::quick;
  for (TableRows& rows : commit.rows) {
    const TableDeclaration* table = find_declaration(rows.table);
    if (!table) return fail(ErrorCode::not_found, "There is no table '" + rows.table + "'.");
    TRY(encode(*table, rows.batches, options, record));
  }
  if (!record.rows.empty() || !record.state.empty()) out.bytes = encode_log_record(record);
  for (LogRecord::Rows& rows : record.rows)
    out.rows.emplace_back(std::move(rows.table),
                          TRY(Segment::of_bytes(std::move(rows.segment), "rows of the log", cache)));
  return out;
}

}  // namespace vedette::tables
