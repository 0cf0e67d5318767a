// What the streams of one scan share: the segments in their order, the request, and the filter made of it.
#pragma once

#include <atomic>
#include <mutex>

#include "row_filter.h"
#include "stored_table.h"

namespace vedette::tables {

class TableScan {
  // What a segment says of the predicate: found out by the stream that first has a part of it, for all.
  struct Judgement {
    std::once_flag once;
    std::optional<base::Result<RowFilter::Judged>> judged;
  };

 public:
  // A run of rows of a segment, which one stream reads.
  struct Part {
    std::shared_ptr<const Segment> segment;
    size_t begin = 0, end = 0;
    std::shared_ptr<Judgement> judgement;
  };

  TableScan(const columnar::Schema& schema, std::shared_ptr<const Segments> segments,
            std::shared_ptr<SegmentCache> cache, const kql::ScanRequest& request, kql::ScanStatistics& statistics);

  // Whether the rows of matching() are just those that satisfy the predicate.
  bool exact() const { return !request_.predicate || (filter_ && filter_->exact()); }
  const kql::ScanRequest& request() const { return request_; }
  const columnar::Schema& schema() const { return schema_; }
  const Segments& segments() const { return *segments_; }
  // The next part that no stream has taken; null at the end. What may have the asked times is cut up when one
  // segment has more of it than a thread's share.
  const Part* take();

  // The rows of a segment, or of a part, that may satisfy the predicate, and their columns as the request asks for
  // them.
  base::Result<RowSet> matching(const SegmentReader& reader) const;
  base::Result<RowSet> matching(const SegmentReader& reader, const Part& part) const;
  base::Result<columnar::Batch> rows(const SegmentReader& reader, const RowSet& rows) const;
  template <class Use>
  auto read(const Segment& segment, const Use& use) {
    int64_t bytes_read = 0;
    auto result = use(SegmentReader(segment, *cache_, bytes_read));
    count(segment.row_count(), bytes_read);
    return result;
  }
  template <class Use>
  auto read(const Part& part, const Use& use) {
    int64_t bytes_read = 0;
    auto result = use(SegmentReader(*part.segment, *cache_, bytes_read));
    count(part.end - part.begin, bytes_read);
    return result;
  }

 private:
  void make_parts();
  size_t part_rows_min(const Part& part) const;
  bool outside_of_times(int64_t least, int64_t most) const;
  // From the first to the last block of the segment that may have a row of the asked times: [begin, end).
  std::pair<size_t, size_t> rows_of_times(const Segment& segment) const;
  void count(size_t rows, int64_t bytes_read);

  const columnar::Schema& schema_;
  const std::shared_ptr<const Segments> segments_;
  const std::shared_ptr<SegmentCache> cache_;
  const kql::ScanRequest request_;
  std::optional<RowFilter> filter_;
  std::vector<Part> parts_;
  std::atomic<size_t> next_ = 0;
  std::mutex mutex_;
  kql::ScanStatistics& statistics_;
};

// The rows of the request's `top`; null when its order is none that zone maps know.
std::unique_ptr<kql::BatchStream> make_top_scan(const std::shared_ptr<TableScan>& scan);

}  // namespace vedette::tables
