#include "held_rows.h"

#include "vedette/columnar/native_type.h"
#include "vedette/kql/functions/kernel.h"

namespace vedette::kql {

using columnar::Batch;
using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::Type;
using columnar::Vector;

namespace {

// A column is referred to once this part of its base is held.
constexpr size_t reference_share = 8;

int64_t bytes_in(const Dynamic& value, StepWatch& watch) {
  int64_t bytes = 0;
  if (!watch.go_on()) return bytes;
  switch (value.kind()) {
    case DynamicKind::string:
      return static_cast<int64_t>(value.text().size());
    case DynamicKind::guid:
      return sizeof(base::Guid);
    case DynamicKind::array:
      for (const Dynamic& item : value.items()) bytes += static_cast<int64_t>(sizeof(Dynamic)) + bytes_in(item, watch);
      return bytes;
    case DynamicKind::bag:
      for (const columnar::DynamicMember& member : value.members())
        bytes += static_cast<int64_t>(sizeof(member) + member.key.size()) + bytes_in(member.value, watch);
      return bytes;
    default:
      return 0;
  }
}

int64_t bytes_behind(std::string_view text, StepWatch&) { return static_cast<int64_t>(text.size()); }
int64_t bytes_behind(const Dynamic& value, StepWatch& watch) { return bytes_in(value, watch); }

template <class T>
int64_t bytes_behind_base(const Vector& base) {
  int64_t bytes = 0;
  const auto view = base.view<T>();
  StepWatch watch;
  for (size_t i = 0; i < base.size() && watch.go_on(); ++i)
    bytes += static_cast<int64_t>(sizeof(T)) + bytes_behind(view[i], watch);
  return bytes;
}

}  // namespace

int64_t dynamic_bytes(const Dynamic& value) {
  StepWatch watch;
  return bytes_in(value, watch);
}

HeldRows::HeldRows(const columnar::Schema& schema, base::MemoryBudget& budget, const char* who,
                   std::vector<bool> left_out)
    : left_out_(std::move(left_out)), charge_(budget, who) {
  columns_.reserve(schema.size());
  for (const columnar::Column& column : schema) columns_.emplace_back(column.type);
}

void HeldRows::expect(size_t rows) {
  for (size_t i = 0; i < columns_.size(); ++i)
    if (!is_left_out(i)) columns_[i] = Column(columns_[i].builder.type(), rows);
}

template <class T>
base::Status HeldRows::append_text(Column& column, const Vector& values) {
  const size_t rows = values.size();
  if (!column.last.shares_base(values)) {
    column.last = values;
    column.rows_of_last = 0;
    column.refers_to_last = false;
  }
  column.rows_of_last += rows;
  if (!column.refers_to_last && column.rows_of_last >= values.base_size() / reference_share) {
    column.refers_to_last = true;
    column.builder.keep_alive(values.base());
    column.bytes += bytes_behind_base<T>(values.base());
  }
  const auto view = values.view<T>();
  RowWatch watch(column.builder.arena().reserved_bytes());
  StepWatch steps;
  for (size_t row = 0; row < rows; ++row) {
    TRY(watch.before(row, column.builder.arena(), column.refers_to_last ? 0 : steps_of(view[row])));
    if (view.is_null(row)) {
      column.builder.append_null();
    } else if (column.refers_to_last) {
      column.builder.append(view[row]);
    } else {
      column.builder.append_copy(view[row]);
      column.bytes += bytes_behind(view[row], steps);
    }
  }
  return {};
}

base::Status HeldRows::append(Column& column, const Vector& values) {
  if (values.type() == Type::string) return append_text<std::string_view>(column, values);
  if (values.type() == Type::dynamic) return append_text<Dynamic>(column, values);
  columnar::with_native_type(values.type(), [&]<class T>() {
    const auto view = values.view<T>();
    const size_t begin = column.builder.size();
    T* to = column.builder.template resize<T>(begin + values.size()) + begin;
    for (size_t row = 0; row < values.size(); ++row) to[row] = view[row];
    if (!view.may_have_nulls()) return;
    for (size_t row = 0; row < values.size(); ++row)
      if (view.is_null(row)) column.builder.set_null(begin + row);
  });
  return {};
}

base::Status HeldRows::append(const Batch& batch) {
  int64_t bytes = 0;
  rows_ += batch.rows;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (is_left_out(i)) continue;
    TRY(append(columns_[i], batch.columns[i]));
    bytes += columns_[i].bytes + static_cast<int64_t>(rows_ * columnar::native_size(columns_[i].builder.type()));
  }
  return charge_.set(bytes);
}

Batch HeldRows::finish() {
  Batch batch;
  batch.rows = rows_;
  for (size_t i = 0; i < columns_.size(); ++i)
    batch.columns.push_back(is_left_out(i) ? columnar::constant_null(columns_[i].builder.type(), rows_)
                                           : columns_[i].builder.finish());
  return batch;
}

}  // namespace vedette::kql
