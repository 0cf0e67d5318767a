#include "vedette/columnar/vector.h"

#include <algorithm>

#include "vedette/base/time.h"
#include "vedette/json/text.h"

namespace vedette::columnar {

size_t native_size(Type type) {
  switch (type) {
    case Type::bool_:
      return sizeof(uint8_t);
    case Type::int_:
      return sizeof(int32_t);
    case Type::long_:
    case Type::datetime:
    case Type::timespan:
      return sizeof(int64_t);
    case Type::real:
      return sizeof(double);
    case Type::decimal:
      return sizeof(Decimal);
    case Type::string:
      return sizeof(std::string_view);
    case Type::guid:
      return sizeof(base::Guid);
    case Type::dynamic:
      return sizeof(Dynamic);
  }
  return 0;
}

size_t Vector::index_of(size_t row) const {
  return constant_ ? 0 : selection_ ? (*selection_)[offset_ + row] : offset_ + row;
}

const void* Vector::address_of(size_t row) const {
  return data_ ? data_->values.get() + index_of(row) * native_size(data_->type) : nullptr;
}

bool Vector::is_null(size_t row) const {
  if (!data_) return false;
  const size_t at = index_of(row);
  if (!data_->valid.empty() && !data_->valid[at]) return true;
  return data_->type == Type::dynamic && reinterpret_cast<const Dynamic*>(data_->values.get())[at].is_null();
}

Vector Vector::select(const Selection& rows) const {
  Vector out = *this;
  out.size_ = rows->size();
  if (constant_) return out;
  out.offset_ = 0;
  if (!selection_ && offset_ == 0) {
    out.selection_ = rows;
    return out;
  }
  auto composed = std::make_shared<std::vector<uint32_t>>(rows->size());
  for (size_t i = 0; i < rows->size(); ++i) {
    const size_t at = offset_ + (*rows)[i];
    (*composed)[i] = selection_ ? (*selection_)[at] : static_cast<uint32_t>(at);
  }
  out.selection_ = std::move(composed);
  return out;
}

Vector Vector::slice(size_t begin, size_t count) const {
  Vector out = *this;
  out.size_ = count;
  if (!constant_) out.offset_ += begin;
  return out;
}

Vector Vector::over(const Vector& flat_base) const {
  assert(!flat_base.selection_ && !flat_base.constant_ && flat_base.size() == base_size());
  Vector out = *this;
  out.data_ = flat_base.data_;
  return out;
}

Vector Vector::repeated(size_t size) const {
  Vector out = *this;
  out.size_ = size;
  if (!constant_ && (selection_ || offset_ > 0)) {
    VectorBuilder one(type(), 1);
    one.append_from(*this, 0);
    return one.finish_constant(size);
  }
  out.constant_ = true;
  return out;
}

Vector Vector::flattened() const {
  VectorBuilder out(type(), size_);
  for (size_t row = 0; row < size_; ++row) out.append_from(*this, row);
  return out.finish();
}

int64_t Vector::value_bytes() const {
  if (!data_) return 0;
  auto bytes = static_cast<int64_t>(data_->size * native_size(data_->type) + data_->valid.size());
  if (data_->type == Type::string) {
    const auto* texts = reinterpret_cast<const std::string_view*>(data_->values.get());
    for (size_t i = 0; i < data_->size; ++i) bytes += static_cast<int64_t>(texts[i].size());
  }
  return bytes + (selection_ ? static_cast<int64_t>(selection_->size() * sizeof(uint32_t)) : 0);
}

VectorBuilder::VectorBuilder(Type type, size_t capacity) : data_(std::make_shared<VectorData>()) {
  data_->type = type;
  if (capacity > 0) reserve(capacity);
}

Arena& VectorBuilder::arena() {
  if (!arena_) {
    arena_ = std::make_shared<Arena>();
    data_->keeps_alive.push_back(arena_);
  }
  return *arena_;
}

void VectorBuilder::keep_alive(const Vector& source) {
  struct Holder {
    Vector vector;
  };
  data_->keeps_alive.push_back(std::make_shared<Holder>(Holder{source}));
}

void VectorBuilder::reserve(size_t rows) {
  if (rows <= capacity_) return;
  const size_t capacity = std::max({rows, capacity_ * 2, size_t{16}});
  const size_t width = native_size(data_->type);
  auto values = std::unique_ptr<std::byte[]>(new std::byte[capacity * width]);
  if (data_->size > 0) std::memcpy(values.get(), data_->values.get(), data_->size * width);
  data_->values = std::move(values);
  capacity_ = capacity;
}

void VectorBuilder::resize_bytes(size_t rows) {
  reserve(std::max(rows, size_t{1}));
  if (rows > data_->size) {
    const size_t width = native_size(data_->type);
    std::memset(data_->values.get() + data_->size * width, 0, (rows - data_->size) * width);
  }
  data_->size = rows;
  if (!data_->valid.empty()) data_->valid.resize(rows, 1);
}

void VectorBuilder::set_null(size_t row) {
  if (data_->type == Type::string) {
    reinterpret_cast<std::string_view*>(data_->values.get())[row] = {};
    return;
  }
  if (data_->valid.empty()) data_->valid.assign(data_->size, 1);
  data_->valid[row] = 0;
}

void VectorBuilder::append_null() {
  resize_bytes(data_->size + 1);
  set_null(data_->size - 1);
}

void VectorBuilder::append_from(const Vector& source, size_t row) {
  assert(source.type() == type());
  if (source.is_null(row)) return append_null();
  switch (type()) {
    case Type::bool_:
      return append(source.view<uint8_t>()[row]);
    case Type::int_:
      return append(source.view<int32_t>()[row]);
    case Type::long_:
    case Type::datetime:
    case Type::timespan:
      return append(source.view<int64_t>()[row]);
    case Type::real:
      return append(source.view<double>()[row]);
    case Type::decimal:
      return append(source.view<Decimal>()[row]);
    case Type::string:
      return append_copy(source.view<std::string_view>()[row]);
    case Type::guid:
      return append(source.view<base::Guid>()[row]);
    case Type::dynamic:
      return append_copy(source.view<Dynamic>()[row]);
  }
}

Vector VectorBuilder::finish() {
  const Type type = data_->type;
  const size_t size = data_->size;
  Vector out(std::move(data_), size);
  data_ = std::make_shared<VectorData>();
  data_->type = type;
  arena_ = nullptr;
  capacity_ = 0;
  return out;
}

Vector VectorBuilder::finish_constant(size_t rows) { return finish().repeated(rows); }

Vector constant_null(Type type, size_t rows) {
  VectorBuilder out(type, 1);
  out.append_null();
  return out.finish_constant(rows);
}

namespace {

template <class T>
Vector constant_of(Type type, const T& value, size_t rows) {
  VectorBuilder out(type, 1);
  out.append<T>(value);
  return out.finish_constant(rows);
}

}  // namespace

Vector constant_bool(bool value, size_t rows) { return constant_of<uint8_t>(Type::bool_, value ? 1 : 0, rows); }
Vector constant_long(int64_t value, size_t rows) { return constant_of(Type::long_, value, rows); }
Vector constant_real(double value, size_t rows) { return constant_of(Type::real, value, rows); }
Vector constant_ticks(Type type, int64_t ticks, size_t rows) { return constant_of(type, ticks, rows); }

Vector constant_string(std::string_view value, size_t rows) {
  VectorBuilder out(Type::string, 1);
  out.append_copy(value);
  return out.finish_constant(rows);
}

Batch Batch::select(const Selection& selection) const {
  Batch out;
  out.rows = selection->size();
  out.columns.reserve(columns.size());
  for (const Vector& column : columns) out.columns.push_back(column.select(selection));
  return out;
}

Batch Batch::slice(size_t begin, size_t count) const {
  Batch out;
  out.rows = count;
  out.columns.reserve(columns.size());
  for (const Vector& column : columns) out.columns.push_back(column.slice(begin, count));
  return out;
}

void append_json(std::string& out, const Vector& column, size_t row) {
  if (column.is_null(row)) {
    out += "null";
    return;
  }
  switch (column.type()) {
    case Type::bool_:
      out += column.view<uint8_t>()[row] ? "true" : "false";
      return;
    case Type::int_:
      out += std::to_string(column.view<int32_t>()[row]);
      return;
    case Type::long_:
      out += std::to_string(column.view<int64_t>()[row]);
      return;
    case Type::real:
      json::append_double(out, column.view<double>()[row]);
      return;
    case Type::decimal:
      out += to_string(column.view<Decimal>()[row]);
      return;
    case Type::string:
      json::append_string(out, column.view<std::string_view>()[row]);
      return;
    case Type::datetime:
      json::append_string(out, base::format_date_time({column.view<int64_t>()[row]}));
      return;
    case Type::timespan:
      json::append_string(out, base::format_time_span({column.view<int64_t>()[row]}));
      return;
    case Type::guid:
      json::append_string(out, base::to_string(column.view<base::Guid>()[row]));
      return;
    case Type::dynamic:
      append_json(out, column.view<Dynamic>()[row]);
      return;
  }
}

}  // namespace vedette::columnar
