// encode_segment(): columns to the bytes of a segment file. The format's grammar is in segment.h.
#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include "column_encoder.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {
namespace {

using base::ErrorCode;
using base::fail;
using columnar::Batch;
using columnar::Vector;

// The range of the column Timestamp; everything when it is absent, no datetime, or has a null.
base::Status find_time_range(const columnar::Schema& schema, const SegmentRows& rows, SegmentFooter& footer) {
  int64_t least = INT64_MAX, most = INT64_MIN;
  const auto column = columnar::find_column(schema, "Timestamp");
  if (!column || schema[*column].type != columnar::Type::datetime) return {};
  for (const Vector& times : TRY(rows.column(*column))) {
    const auto view = times.view<int64_t>();
    for (size_t row = 0; row < times.size(); ++row) {
      if (view.is_null(row)) return {};
      least = std::min(least, view[row]);
      most = std::max(most, view[row]);
    }
  }
  if (least <= most) footer.min_ticks = least, footer.max_ticks = most;
  return {};
}

// Each thread takes the next column that is left.
base::Result<std::vector<EncodedColumn>> encode_columns(const columnar::Schema& schema, const SegmentRows& rows,
                                                        const SegmentOptions& options) {
  std::vector<EncodedColumn> encoded(schema.size());
  std::vector<base::Status> done(schema.size());
  std::atomic<size_t> next = 0;
  const auto encode = [&](size_t i) -> base::Status {
    try {  // no exception may leave a thread
      const auto parts = rows.column(i);
      if (!parts) return parts.error();
      encoded[i] = encode_column(schema[i], *parts, options);
      return {};
    } catch (const std::exception& problem) {
      return fail(ErrorCode::internal, "A segment could not be encoded.").with_cause(problem.what());
    }
  };
  const auto work = [&] {
    for (size_t i = next++; i < schema.size(); i = next++)
      if (done[i] = encode(i); !done[i]) next = schema.size();
  };
  {
    std::vector<std::jthread> others;
    for (size_t i = 1; i < options.threads; ++i) others.emplace_back(work);
    work();
  }
  for (const base::Status& status : done) TRY(status);
  return encoded;
}

}  // namespace

base::Result<std::string> encode_segment(const columnar::Schema& schema, const SegmentRows& rows,
                                         const SegmentOptions& options) {
  SegmentFooter footer;
  footer.rows = rows.count;
  if (footer.rows > segment_rows_max)
    return fail(ErrorCode::internal, "A segment holds at most " + std::to_string(segment_rows_max) + " rows.");
  if (options.zone_maps == ZoneMaps::on) TRY(find_time_range(schema, rows, footer));
  footer.ingested_first = options.ingested_first.ticks;
  footer.ingested_last = options.ingested_last.ticks;
  std::vector<EncodedColumn> columns = TRY(encode_columns(schema, rows, options));
  size_t bytes = 0;
  for (const EncodedColumn& column : columns) bytes += column.blocks.size() + column.terms.size();
  SegmentBuilder file(bytes);
  for (EncodedColumn& column : columns) file.add(std::move(column));
  return file.finish(std::move(footer));
}

base::Result<std::string> encode_segment(const columnar::Schema& schema, std::span<const Batch> batches,
                                         const SegmentOptions& options) {
  SegmentRows rows;
  for (const Batch& batch : batches) rows.count += batch.rows;
  rows.column = [&](size_t column) -> base::Result<std::vector<Vector>> {
    std::vector<Vector> parts;
    for (const Batch& batch : batches) parts.push_back(batch.columns[column]);
    return parts;
  };
  return encode_segment(schema, rows, options);
}

}  // namespace vedette::tables
