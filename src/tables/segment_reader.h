// A segment read through the cache, for one thread of one query.
#pragma once

#include "segment_cache.h"
#include "vedette/tables/segment.h"

namespace vedette::tables {

class SegmentReader {
 public:
  // All outlive the reader; `bytes_read` grows by what comes from the file.
  SegmentReader(const Segment& segment, SegmentCache& cache, int64_t& bytes_read)
      : segment_(segment), cache_(cache), bytes_read_(bytes_read) {}

  const Segment& segment() const { return segment_; }
  size_t rows() const { return segment_.row_count(); }
  const StoredColumn* find(const columnar::Column& column) const { return segment_.find(column); }

  base::Result<columnar::Vector> values(const StoredColumn& column) const;
  // Some values of a dictionary, by ascending code: without reading all when these are few.
  base::Result<columnar::Vector> values(const StoredColumn& column, std::span<const uint32_t> codes) const;
  base::Result<columnar::Selection> codes(const StoredColumn& column) const;
  base::Result<columnar::Vector> flat(const StoredColumn& column) const;
  base::Result<std::optional<std::vector<uint32_t>>> codes_with_term(const StoredColumn& column,
                                                                     std::string_view term) const;
  // All rows of a column, or those of an ascending selection.
  base::Result<columnar::Vector> column(const columnar::Column& column) const;
  base::Result<columnar::Vector> column(const columnar::Column& column, const columnar::Selection& rows) const;

 private:
  SegmentCache::Key key_of(const StoredColumn& column, SegmentCache::Kind kind) const;
  bool is_cached(const StoredColumn& column) const;

  const Segment& segment_;
  SegmentCache& cache_;
  int64_t& bytes_read_;
};

}  // namespace vedette::tables
