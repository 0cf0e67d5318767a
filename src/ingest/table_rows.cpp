#include "table_rows.h"

#include <bit>
#include <cstdint>
#include <functional>
#include <memory>

#include "vedette/base/time.h"

namespace vedette::ingest {

using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::Type;
using columnar::VectorBuilder;

namespace {

// The texts of a column as a dictionary: they are hashed here, while their record is in the processor's cache, and the
// store then has a number a row.
class TextDictionary {
 public:
  explicit TextDictionary(size_t rows) : slots_(std::bit_ceil(rows * 2 + 1), free_slot), values_(Type::string) {
    codes_->reserve(rows);
  }
  size_t size() const { return codes_->size(); }
  void append(std::string_view text) {
    const size_t mask = slots_.size() - 1;
    const size_t hash = std::hash<std::string_view>{}(text);
    size_t at = (hash ^ hash >> 32) & mask;
    for (; slots_[at] != free_slot; at = (at + 1) & mask)
      if (texts_[slots_[at]] == text) return codes_->push_back(slots_[at]);
    slots_[at] = static_cast<uint32_t>(texts_.size());
    codes_->push_back(slots_[at]);
    texts_.push_back(text);
    values_.append(text);
  }
  columnar::Vector finish(const std::shared_ptr<columnar::Arena>& arena) {
    values_.keep_alive(arena);
    return values_.finish().select(std::move(codes_));
  }

 private:
  static constexpr uint32_t free_slot = UINT32_MAX;
  std::vector<uint32_t> slots_;
  std::vector<std::string_view> texts_;
  VectorBuilder values_;
  std::shared_ptr<std::vector<uint32_t>> codes_ = std::make_shared<std::vector<uint32_t>>();
};

// What a batch's rows become: by column, as its type asks.
struct Columns {
  Columns(const columnar::Schema& schema, size_t rows) {
    for (const columnar::Column& column : schema) {
      builders.emplace_back(column.type);
      texts.push_back(nullptr);
    }
    row_count = rows;
  }
  size_t size(size_t column) const { return texts[column] ? texts[column]->size() : builders[column].size(); }
  // Rows of which no record spoke so far.
  void fill_up(size_t column, size_t rows) {
    while (size(column) < rows) append_null(column);
  }
  void append_null(size_t column) {
    if (builders[column].type() == Type::string)
      text(column).append({});
    else
      builders[column].append_null();
  }
  TextDictionary& text(size_t column) {
    if (!texts[column]) texts[column] = std::make_unique<TextDictionary>(row_count);
    return *texts[column];
  }

  std::vector<VectorBuilder> builders;
  std::vector<std::unique_ptr<TextDictionary>> texts;  // null before the first value
  size_t row_count = 0;
};

// Appends what the conversion of the column's type makes of a member; false when that needs more than is done here.
bool append(VectorBuilder& out, const Dynamic& value) {
  const bool empty_text = value.kind() == DynamicKind::string && value.text().empty();
  if (value.is_null() || (empty_text && out.type() != Type::dynamic)) return out.append_null(), true;
  switch (out.type()) {
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
    case Type::string:
    case Type::decimal:
    case Type::timespan:
    case Type::guid:
      return false;
  }
  return false;
}

bool append(Columns& columns, size_t column, const Dynamic& value) {
  if (columns.builders[column].type() != Type::string) return append(columns.builders[column], value);
  if (!value.is_null() && value.kind() != DynamicKind::string) return false;
  columns.text(column).append(value.is_null() ? std::string_view() : value.text());
  return true;
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
  Columns columns(schema_, rows);
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
      columns.fill_up(column, row);
      if (columns.size(column) != row || !append(columns, column, members[i].value)) return std::nullopt;
    }
  }
  columnar::Batch out;
  out.rows = rows;
  for (size_t column = 0; column < schema_.size(); ++column) {
    if (columns.size(column) == 0) {
      out.columns.push_back(columnar::constant_null(schema_[column].type, rows));
      continue;
    }
    columns.fill_up(column, rows);
    if (columns.texts[column]) {
      out.columns.push_back(columns.texts[column]->finish(records.arena));
      continue;
    }
    columns.builders[column].keep_alive(records.arena);
    out.columns.push_back(columns.builders[column].finish());
  }
  return out;
}

}  // namespace vedette::ingest
