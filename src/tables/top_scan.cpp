// The first rows by one number or time, without reading most segments: blocks are looked at in the order of what their
// zone maps promise, until none can hold a better row than those already known.
#include <algorithm>
#include <tuple>

#include "integer_block.h"
#include "segment_file.h"
#include "table_scan.h"

namespace vedette::tables {
namespace {

using base::Result;
using columnar::Batch;
using columnar::Column;
using columnar::Type;
using columnar::Vector;

// More rows than this are sorted by the executor.
constexpr size_t top_rows_max = 65'536;

// A row by its place. Smaller ranks come first; of equal ranks the row that arrived first.
struct Candidate {
  uint64_t rank = 0;
  uint32_t segment = 0, row = 0;
  bool operator<(const Candidate& other) const {
    return std::tie(rank, segment, row) < std::tie(other.rank, other.segment, other.row);
  }
};

struct Block {
  uint64_t best_rank = 0;
  uint32_t segment = 0, block = 0;
};

class TopScan final : public kql::BatchStream {
 public:
  TopScan(std::shared_ptr<TableScan> scan, size_t rows, Column key, kql::SortOrder order)
      : scan_(std::move(scan)), limit_(rows), key_(std::move(key)), order_(order) {}

  Result<std::optional<Batch>> next() override {
    if (!searched_) TRY(search());
    searched_ = true;
    while (at_ < best_.size()) {
      const auto first = best_.begin() + static_cast<std::ptrdiff_t>(at_);
      const auto end = std::find_if(first, best_.end(), [&](const auto& c) { return c.segment != first->segment; });
      at_ = static_cast<size_t>(end - best_.begin());
      std::vector<uint32_t> rows;
      for (auto at = first; at < end; ++at) rows.push_back(at->row);
      return TRY(scan_->read(*scan_->segments()[first->segment], [&](const SegmentReader& reader) {
        return scan_->rows(reader, RowSet::of(std::move(rows), reader.rows()));
      }));
    }
    return std::nullopt;
  }

 private:
  uint64_t rank_of(int64_t value) const {
    const uint64_t ascending = static_cast<uint64_t>(value) ^ (uint64_t{1} << 63);
    return order_ == kql::SortOrder::ascending ? ascending : ~ascending;
  }

  // The best blocks first.
  std::vector<Block> blocks() const {
    std::vector<Block> out;
    for (uint32_t i = 0; i < scan_->segments().size(); ++i) {
      const StoredColumn* stored = scan_->segments()[i]->find(key_);
      for (uint32_t block = 0; stored && block < stored->blocks.size(); ++block) {
        const RangeBlock& range = stored->blocks[block];
        out.push_back({std::min(rank_of(range.least), rank_of(range.most)), i, block});
      }
    }
    std::sort(out.begin(), out.end(), [](const Block& a, const Block& b) {
      return std::tie(a.best_rank, a.segment, a.block) < std::tie(b.best_rank, b.segment, b.block);
    });
    return out;
  }

  base::Status search() {
    matching_.resize(scan_->segments().size());
    for (const Block& block : blocks()) {
      TRY(scan_->request().stop.check());
      if (best_.size() == limit_ && block.best_rank > best_.front().rank) break;
      TRY(scan_->read(*scan_->segments()[block.segment],
                      [&](const SegmentReader& reader) { return look_into(reader, block); }));
    }
    // By segment and row: the columns are read so, and the executor sorts anyway.
    std::sort(best_.begin(), best_.end(), [](const Candidate& a, const Candidate& b) {
      return std::tie(a.segment, a.row) < std::tie(b.segment, b.row);
    });
    return {};
  }

  base::Status look_into(const SegmentReader& reader, const Block& block) {
    std::optional<RowSet>& matching = matching_[block.segment];
    if (!matching) matching = TRY(scan_->matching(reader));
    const uint32_t begin = block.block * static_cast<uint32_t>(block_rows);
    const auto end = static_cast<uint32_t>(std::min(reader.rows(), size_t{begin} + block_rows));
    const Vector keys = TRY(reader.flat(*reader.find(key_)));
    const auto view = keys.view<int64_t>();
    if (matching->is_run()) {
      const uint32_t first = std::max(begin, static_cast<uint32_t>(matching->begin()));
      const uint32_t last = std::min(end, static_cast<uint32_t>(matching->end()));
      for (uint32_t row = first; row < last; ++row) offer({rank_of(view[row]), block.segment, row});
      return {};
    }
    const auto& rows = *matching->rows();
    for (auto at = std::lower_bound(rows.begin(), rows.end(), begin); at != rows.end() && *at < end; ++at)
      offer({rank_of(view[*at]), block.segment, *at});
    return {};
  }

  // best_ is a heap with the worst in front.
  void offer(const Candidate& candidate) {
    if (best_.size() == limit_) {
      if (!(candidate < best_.front())) return;
      std::pop_heap(best_.begin(), best_.end());
      best_.back() = candidate;
    } else {
      best_.push_back(candidate);
    }
    std::push_heap(best_.begin(), best_.end());
  }

  const std::shared_ptr<TableScan> scan_;
  const size_t limit_;
  const Column key_;
  const kql::SortOrder order_;
  std::vector<std::optional<RowSet>> matching_;  // by segment, of those looked into
  std::vector<Candidate> best_;
  bool searched_ = false;
  size_t at_ = 0;
};

// Zone maps say nothing of nulls, so that every segment must be without; and 32-bit numbers are not worth their case.
bool knows_order(const Segments& segments, const Column& key) {
  if (key.type != Type::datetime && key.type != Type::timespan && key.type != Type::long_) return false;
  return std::all_of(segments.begin(), segments.end(), [&](const auto& segment) {
    const StoredColumn* stored = segment->find(key);
    return stored && stored->encoding == Encoding::integers && stored->null_count == 0;
  });
}

}  // namespace

std::unique_ptr<kql::BatchStream> make_top_scan(const std::shared_ptr<TableScan>& scan) {
  const auto& top = scan->request().top;
  if (!top || !scan->exact() || top->keys.size() != 1 || top->rows == 0 || top->rows > top_rows_max) return nullptr;
  const Column& key = scan->schema()[top->keys[0].column];
  if (!knows_order(scan->segments(), key)) return nullptr;
  return std::make_unique<TopScan>(scan, top->rows, key, top->keys[0].order);
}

}  // namespace vedette::tables
