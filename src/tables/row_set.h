// Rows of a segment: a run of them, mostly of all, or an ascending list.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <vector>

#include "vedette/columnar/vector.h"

namespace vedette::tables {

class RowSet {
 public:
  static RowSet everything(size_t row_count) { return run(0, row_count, row_count); }
  static RowSet run(size_t begin, size_t end, size_t row_count) {
    RowSet out(row_count);
    out.begin_ = begin, out.end_ = end;
    return out;
  }
  static RowSet of(std::vector<uint32_t> rows, size_t row_count) {
    if (rows.size() == row_count) return everything(row_count);
    RowSet out(row_count);
    out.rows_ = std::make_shared<const std::vector<uint32_t>>(std::move(rows));
    return out;
  }
  bool is_run() const { return rows_ == nullptr; }
  size_t begin() const { return begin_; }  // of a run
  size_t end() const { return end_; }
  bool empty() const { return size() == 0; }
  size_t size() const { return rows_ ? rows_->size() : end_ - begin_; }
  size_t row_count() const { return row_count_; }            // of the segment
  const columnar::Selection& rows() const { return rows_; }  // null of a run
  uint32_t operator[](size_t i) const { return rows_ ? (*rows_)[i] : static_cast<uint32_t>(begin_ + i); }
  RowSet first(size_t count) const {
    if (count >= size()) return *this;
    if (is_run()) return run(begin_, begin_ + count, row_count_);
    return of({rows_->begin(), rows_->begin() + static_cast<std::ptrdiff_t>(count)}, row_count_);
  }
  // Of two parts of one run.
  RowSet united(const RowSet& other) const {
    if (is_run() || other.empty()) return empty() ? other : *this;
    if (other.is_run() || empty()) return other;
    std::vector<uint32_t> rows;
    rows.reserve(size() + other.size());
    std::set_union(rows_->begin(), rows_->end(), other.rows_->begin(), other.rows_->end(), std::back_inserter(rows));
    return of(std::move(rows), row_count_);
  }

 private:
  explicit RowSet(size_t row_count) : row_count_(row_count) {}
  columnar::Selection rows_;
  size_t begin_ = 0, end_ = 0;
  size_t row_count_ = 0;
};

}  // namespace vedette::tables
