// A column of values: immutable once built, cheap to copy, shared between operators and threads.
//
// A vector is a flat array of native values (type.h), seen through one of three encodings:
//   flat         row i is values[i]
//   constant     every row is values[0]
//   selected     row i is values[selection[i]]: a filter's survivors, a join's gather, or a dictionary
// so that filters and dictionaries copy no values.
#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "vedette/columnar/arena.h"
#include "vedette/columnar/decimal.h"
#include "vedette/columnar/dynamic.h"
#include "vedette/columnar/type.h"

namespace vedette::columnar {

using Selection = std::shared_ptr<const std::vector<uint32_t>>;

// The flat values behind a vector. `valid` is empty when no value is null, else one byte a value (1 = not null).
struct VectorData {
  Type type = Type::string;
  size_t size = 0;
  std::unique_ptr<std::byte[]> values;
  std::vector<uint8_t> valid;
  bool distinct = false;                                 // known: no two of the values are equal
  std::vector<std::shared_ptr<const void>> keeps_alive;  // arenas (or mapped files) that the values point into
};

// How to read a vector row by row, whatever its encoding. T is the native type of the vector's Type.
template <class T>
class View {
 public:
  View(const T* values, const uint8_t* valid, const uint32_t* selection, bool constant)
      : values_(values), valid_(valid), selection_(selection), constant_(constant) {}
  size_t index(size_t row) const { return constant_ ? 0 : selection_ ? selection_[row] : row; }
  const T& operator[](size_t row) const { return values_[index(row)]; }
  bool is_null(size_t row) const { return valid_ && !valid_[index(row)]; }
  bool may_have_nulls() const { return valid_ != nullptr; }

 private:
  const T* values_;
  const uint8_t* valid_;
  const uint32_t* selection_;
  bool constant_;
};

class Vector {
 public:
  Vector() = default;  // an empty string column
  Vector(std::shared_ptr<const VectorData> data, size_t size) : data_(std::move(data)), size_(size) {}

  Type type() const { return data_ ? data_->type : Type::string; }
  size_t size() const { return size_; }
  bool is_constant() const { return constant_; }
  bool is_selected() const { return selection_ != nullptr; }
  // Of a selected vector: how many values stand behind it, those values as a flat vector, and this vector's rows of
  // another base (a function evaluated once per dictionary value: `column.over(f(column.base()))`).
  size_t base_size() const { return data_ ? data_->size : 0; }
  Vector base() const { return Vector(data_, base_size()); }
  Vector over(const Vector& flat_base) const;
  // Whether both see the same values, so that what is known about one's base holds for the other's.
  bool shares_base(const Vector& other) const { return data_ == other.data_; }
  // Whether it is known that no two values of the base are equal.
  bool has_distinct_base() const { return data_ && data_->distinct; }
  // Of a selected vector: how many rows its selection has, of which this vector may be a slice.
  size_t selection_size() const { return selection_ ? selection_->size() : 0; }

  template <class T>
  View<T> view() const {
    assert(!data_ || data_->size == 0 || data_->values);
    if (!data_) return {nullptr, nullptr, nullptr, false};
    const auto* values = reinterpret_cast<const T*>(data_->values.get());
    const uint8_t* valid = data_->valid.empty() ? nullptr : data_->valid.data();
    if (constant_) return {values, valid, nullptr, true};
    if (selection_) return {values, valid, selection_->data() + offset_, false};
    return {values + offset_, valid ? valid + offset_ : nullptr, nullptr, false};
  }
  bool is_null(size_t row) const;  // false for every string
  // Where the value of a row stands, to bring it on its way from memory.
  const void* address_of(size_t row) const;

  // The rows named by `rows` (positions in this vector), in their order; values are shared, not copied.
  Vector select(const Selection& rows) const;
  Vector slice(size_t begin, size_t count) const;  // copies nothing
  // Row 0 of a one-row vector, `size` times.
  Vector repeated(size_t size) const;
  // The same rows as a flat vector that owns all its bytes (in `data`'s arenas of its own).
  Vector flattened() const;
  int64_t value_bytes() const;  // estimate of the memory behind this vector

 private:
  size_t index_of(size_t row) const;  // in the flat values

  std::shared_ptr<const VectorData> data_;
  Selection selection_;
  size_t offset_ = 0;  // of row 0, in the selection or in the flat values
  size_t size_ = 0;
  bool constant_ = false;
};

// Builds a flat vector. append_null() on a string column appends "".
class VectorBuilder {
 public:
  explicit VectorBuilder(Type type, size_t capacity = 0);

  Type type() const { return data_->type; }
  size_t size() const { return data_->size; }
  Arena& arena();                         // for strings and dynamics that the column must own
  void keep_alive(const Vector& source);  // when values point into another vector's memory
  void keep_alive(std::shared_ptr<const void> memory) { data_->keeps_alive.push_back(std::move(memory)); }

  template <class T>
  void append(const T& value) {
    if (data_->size == capacity_) reserve(data_->size + 1);
    reinterpret_cast<T*>(data_->values.get())[data_->size++] = value;
    if (!data_->valid.empty()) data_->valid.push_back(1);
  }
  void append_copy(std::string_view text) { append<std::string_view>(arena().copy(text)); }
  void append_copy(const Dynamic& value) { append<Dynamic>(copy(value, arena())); }
  void append_null();
  void append_from(const Vector& source, size_t row);  // same type; copies strings and dynamics into the own arena

  // For kernels that write by position: `rows` default values, all valid, to be overwritten.
  template <class T>
  T* resize(size_t rows) {
    resize_bytes(rows);
    return reinterpret_cast<T*>(data_->values.get());
  }
  void set_null(size_t row);
  void set_distinct() { data_->distinct = true; }

  Vector finish();                      // flat; the builder is empty afterwards
  Vector finish_constant(size_t rows);  // row 0, `rows` times

 private:
  void reserve(size_t rows);
  void resize_bytes(size_t rows);

  std::shared_ptr<VectorData> data_;
  std::shared_ptr<Arena> arena_;
  size_t capacity_ = 0;
};

size_t native_size(Type type);

// One-row constants.
Vector constant_null(Type type, size_t rows = 1);
Vector constant_bool(bool value, size_t rows = 1);
Vector constant_long(int64_t value, size_t rows = 1);
Vector constant_real(double value, size_t rows = 1);
Vector constant_string(std::string_view value, size_t rows = 1);
Vector constant_ticks(Type datetime_or_timespan, int64_t ticks, size_t rows = 1);

// The value of `column` in `row` as a dynamic; null when it is null. Text and structure stay where the column has them:
// whoever keeps the value keeps the column alive. What the column has in another form is written into `arena`.
Dynamic dynamic_view(const Vector& column, size_t row, Arena& arena);
// The same, all of it in `arena`.
Dynamic to_dynamic(const Vector& column, size_t row, Arena& arena);

// Rows of equal length.
struct Batch {
  std::vector<Vector> columns;
  size_t rows = 0;

  Batch select(const Selection& selection) const;
  Batch slice(size_t begin, size_t count) const;
};

// The value in `row` as it stands in JSON (DESIGN: "Values as JSON"): numbers as numbers, non-finite reals as "NaN",
// "Infinity", "-Infinity", datetime with seven digits and Z, timespan "[-][d.]hh:mm:ss[.fffffff]", dynamic as JSON,
// null as null (a null string cannot be).
void append_json(std::string& out, const Vector& column, size_t row);

}  // namespace vedette::columnar
