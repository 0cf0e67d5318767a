// Rows that an operator must hold to its end: sort, join, materialize, …
//
// They are gathered column by column into flat vectors, so that the operator answers with selections over them and
// copies no value twice. Text and dynamics stay where they are when enough of their column is held (a dictionary is
// then shared, not repeated); else they are copied, so that a few survivors do not pin a whole segment.
#pragma once

#include <vector>

#include "memory_charge.h"
#include "vedette/base/result.h"
#include "vedette/columnar/vector.h"

namespace vedette::kql {

class HeldRows {
 public:
  // `who` is named when the budget refuses. Columns that are marked in `left_out` are not held: they are null after.
  HeldRows(const columnar::Schema& schema, base::MemoryBudget& budget, const char* who,
           std::vector<bool> left_out = {});
  // Makes room for so many rows at once. Before the first.
  void expect(size_t rows);

  base::Status append(const columnar::Batch& batch);
  size_t rows() const { return rows_; }
  // All rows, in the order they came; flat columns. Ends the collecting; the charge stays until this object goes.
  columnar::Batch finish();

 private:
  bool is_left_out(size_t column) const { return column < left_out_.size() && left_out_[column]; }
  struct Column {
    explicit Column(columnar::Type type, size_t expected_rows = 0) : builder(type, expected_rows) {}
    columnar::VectorBuilder builder;
    columnar::Vector last;  // the vector whose base was seen last
    size_t rows_of_last = 0;
    bool refers_to_last = false;
    int64_t bytes = 0;  // behind the native values
  };
  static base::Status append(Column& column, const columnar::Vector& values);
  template <class T>
  static base::Status append_text(Column& column, const columnar::Vector& values);

  std::vector<Column> columns_;
  const std::vector<bool> left_out_;
  size_t rows_ = 0;
  MemoryCharge charge_;
};

// Bytes behind a dynamic, without its own 16.
int64_t dynamic_bytes(const columnar::Dynamic& value);

}  // namespace vedette::kql
