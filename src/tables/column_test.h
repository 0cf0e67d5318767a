// One condition on one column, told of a segment as exactly as it can be without looking at rows.
#pragma once

#include <unordered_set>

#include "code_set.h"
#include "row_set.h"
#include "segment_footer.h"
#include "segment_reader.h"
#include "vedette/kql/functions/function.h"
#include "vedette/kql/plan/table_source.h"

namespace vedette::tables {

// What a segment's blocks and dictionary say about a condition.
struct Verdict {
  enum class Kind : uint8_t { none, all, codes, blocks };
  Kind kind = Kind::none;
  // codes: which of the dictionary's values satisfy it; the matching codes themselves when they are few
  CodeSet matches;
  std::vector<uint32_t> few;
  // The matches are candidates of the term index, to be checked once it is known which of them the rows have.
  bool unchecked = false;
  // blocks: what the zone map of each says
  enum class Block : uint8_t { none, some, all };
  std::vector<Block> blocks;
  // About which share of the rows satisfies it: conditions that leave little come first.
  double share = 0;
};

class ColumnTest {
 public:
  // nullopt when `leaf` says something that this does not know.
  static std::optional<ColumnTest> make(const kql::Predicate& leaf, const columnar::Schema& schema);

  base::Result<Verdict> judge(const SegmentReader& reader, const kql::CallContext& context) const;
  // The rows of `within` that satisfy it.
  base::Result<RowSet> rows(const SegmentReader& reader, const Verdict& verdict, const RowSet& within,
                            const kql::CallContext& context) const;

 private:
  base::Result<Verdict> judge_dictionary(const SegmentReader& reader, const StoredColumn& stored,
                                         const kql::CallContext& context) const;
  base::Result<std::optional<std::vector<uint32_t>>> candidates(const SegmentReader& reader,
                                                                const StoredColumn& stored) const;
  base::Result<RowSet> checked(const SegmentReader& reader, const StoredColumn& stored, const RowSet& rows,
                               const kql::CallContext& context) const;
  Verdict judge_blocks(const StoredColumn& stored) const;
  Verdict::Block judge_block(const RangeBlock& block, bool nulls) const;
  // One truth a value. Scattered ones lie far apart in memory.
  enum class Layout : uint8_t { dense, scattered };
  base::Result<std::vector<uint8_t>> truths(const columnar::Vector& values, Layout layout,
                                            const kql::CallContext& context) const;

  columnar::Column column_;
  std::string op_;        // without the '!' of a negated text condition
  bool negated_ = false;  // of text, which has no nulls: the opposite of op_
  std::vector<columnar::Vector> constants_;
  kql::ScalarKernel kernel_ = nullptr;
  std::shared_ptr<const std::unordered_set<std::string>> list_;  // of in and in~: the values, folded for in~
  // Any one of these sets of terms must be there; empty: nothing is known.
  std::vector<std::vector<std::string>> terms_;
};

}  // namespace vedette::tables
