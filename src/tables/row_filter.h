// Which rows of a segment satisfy a request's predicate: conditions on dictionaries once a value, on numbers by block.
#pragma once

#include "column_test.h"

namespace vedette::tables {

class RowFilter {
 public:
  // nullopt when nothing of it can be told here. Of a conjunction it takes what it can, and is then not exact.
  static std::optional<RowFilter> make(const kql::Predicate& predicate, const columnar::Schema& schema);
  bool exact() const { return exact_; }

  // The verdicts of one segment on a predicate's conditions, in its shape. `kind` of a whole: none, all, or something
  // in between.
  struct Judged {
    Verdict verdict;
    std::vector<Judged> children;
    std::vector<size_t> order;  // of all_of: what leaves the least comes first
  };
  base::Result<Judged> judge(const SegmentReader& reader, const kql::CallContext& context) const;
  // The rows of `within` that satisfy it: no other when it is exact, else a superset.
  base::Result<RowSet> rows(const SegmentReader& reader, const Judged& judged, const RowSet& within,
                            const kql::CallContext& context) const;

 private:
  enum class Kind : uint8_t { test, all_of, any_of };

  Kind kind_ = Kind::test;
  bool exact_ = true;
  std::optional<ColumnTest> test_;
  std::vector<RowFilter> children_;
};

}  // namespace vedette::tables
