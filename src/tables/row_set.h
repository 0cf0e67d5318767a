// Rows of a segment: all of them, or an ascending list.
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
  static RowSet everything(size_t row_count) { return RowSet(row_count); }
  static RowSet of(std::vector<uint32_t> rows, size_t row_count) {
    RowSet out(row_count);
    if (rows.size() < row_count) out.rows_ = std::make_shared<const std::vector<uint32_t>>(std::move(rows));
    return out;
  }
  bool all() const { return rows_ == nullptr; }
  bool empty() const { return size() == 0; }
  size_t size() const { return rows_ ? rows_->size() : row_count_; }
  size_t row_count() const { return row_count_; }
  const columnar::Selection& rows() const { return rows_; }  // null when all
  RowSet united(const RowSet& other) const {
    if (all() || other.empty()) return *this;
    if (other.all() || empty()) return other;
    std::vector<uint32_t> rows;
    rows.reserve(size() + other.size());
    std::set_union(rows_->begin(), rows_->end(), other.rows_->begin(), other.rows_->end(), std::back_inserter(rows));
    return of(std::move(rows), row_count_);
  }

 private:
  explicit RowSet(size_t row_count) : row_count_(row_count) {}
  columnar::Selection rows_;
  size_t row_count_ = 0;
};

}  // namespace vedette::tables
