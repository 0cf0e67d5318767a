#include "table_rows.h"

#include <cstdint>

#include "vedette/base/time.h"

namespace vedette::ingest {

using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::Type;
using columnar::VectorBuilder;

namespace {

// Appends what the conversion of the column's type makes of a member; false when that needs more than is done here.
bool append(VectorBuilder& out, const Dynamic& value) {
  const bool empty_text = value.kind() == DynamicKind::string && value.text().empty();
  if (value.is_null() || (empty_text && out.type() != Type::dynamic)) return out.append_null(), true;
  switch (out.type()) {
    case Type::string:
      if (value.kind() != DynamicKind::string) return false;
      return out.append(value.text()), true;
    case Type::long_:
      if (value.kind() != DynamicKind::int64) return false;
      return out.append(value.integer()), true;
    case Type::int_:
      if (value.kind() != DynamicKind::int64 || value.integer() < INT32_MIN || value.integer() > INT32_MAX)
        return false;
      return out.append(static_cast<int32_t>(value.integer())), true;
    case Type::bool_:
      if (value.kind() != DynamicKind::boolean) return false;
      return out.append<uint8_t>(value.boolean()), true;
    case Type::real:
      if (value.kind() != DynamicKind::real) return false;
      return out.append(value.real()), true;
    case Type::datetime: {
      if (value.kind() != DynamicKind::string) return false;
      const auto time = base::parse_iso_date_time(value.text());
      if (!time) return false;
      return out.append(time->ticks), true;
    }
    case Type::dynamic:
      if (value.kind() == DynamicKind::string) return false;
      return out.append(value), true;
    case Type::decimal:
    case Type::timespan:
    case Type::guid:
      return false;
  }
  return false;
}

}  // namespace

TableRowsBuilder::TableRowsBuilder(const columnar::Schema& schema) : schema_(schema) {
  for (size_t i = 0; i < schema.size(); ++i) columns_.emplace(schema[i].name, i);
}

size_t TableRowsBuilder::column_of(std::string_view name, size_t expected) const {
  if (expected < schema_.size() && schema_[expected].name == name) return expected;
  const auto at = columns_.find(name);
  return at == columns_.end() ? no_column : at->second;
}

std::optional<columnar::Batch> TableRowsBuilder::build(const RecordBatch& records) const {
  const size_t rows = records.records.size();
  std::vector<VectorBuilder> columns;
  columns.reserve(schema_.size());
  for (const columnar::Column& column : schema_) columns.emplace_back(column.type, rows);
  // Records of one source have their members in one order: where each went is tried first for the next record.
  std::vector<size_t> place_of_member;
  for (size_t row = 0; row < rows; ++row) {
    const Dynamic& value = records.records[row].value;
    if (value.kind() != DynamicKind::bag) return std::nullopt;
    const auto members = value.members();
    for (size_t i = 0; i < members.size(); ++i) {
      if (i >= place_of_member.size()) place_of_member.push_back(no_column);
      const size_t column = place_of_member[i] = column_of(members[i].key, place_of_member[i]);
      if (column == no_column) continue;
      VectorBuilder& out = columns[column];
      while (out.size() < row) out.append_null();
      if (out.size() != row || !append(out, members[i].value)) return std::nullopt;
    }
  }
  columnar::Batch out;
  out.rows = rows;
  for (VectorBuilder& column : columns) {
    if (column.size() == 0) {
      out.columns.push_back(columnar::constant_null(column.type(), rows));
      continue;
    }
    while (column.size() < rows) column.append_null();
    column.keep_alive(records.arena);
    out.columns.push_back(column.finish());
  }
  return out;
}

}  // namespace vedette::ingest
