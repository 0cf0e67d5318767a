#include "json_rows.h"

#include <optional>
#include <unordered_map>
#include <vector>

#include "date_time_reader.h"
#include "text_column.h"
#include "vedette/columnar/json_walk.h"

namespace vedette::ingest {

using columnar::Dynamic;
using columnar::JsonMember;
using columnar::MemberKind;
using columnar::Type;

namespace {

// A value that goes into its column when the whole record has been read.
struct Cell {
  uint32_t column = 0;
  bool null = false;
  int64_t integer = 0;  // or the number of a text
  Dynamic dynamic;
  TextColumn::Lookup text;
};

struct Column {
  explicit Column(const columnar::Column& declared) : name(declared.name), type(declared.type), values(declared.type) {}
  size_t size() const { return type == Type::string ? text.size() : values.size(); }
  void append_null() { type == Type::string ? text.append(text.empty_code()) : values.append_null(); }
  void append(const Cell& cell);
  columnar::Vector finish(size_t rows);

  std::string_view name;
  Type type;
  TextColumn text;
  columnar::VectorBuilder values;  // of the other types
  DateTimeReader times;
  size_t last_record = 0;  // that spoke of it
};

void Column::append(const Cell& cell) {
  if (type == Type::string) return text.append(static_cast<uint32_t>(cell.integer));
  if (cell.null) return values.append_null();
  if (type == Type::dynamic) return values.append(cell.dynamic);
  if (type == Type::int_) return values.append(static_cast<int32_t>(cell.integer));
  if (type == Type::bool_) return values.append(static_cast<uint8_t>(cell.integer));
  values.append(cell.integer);
}

columnar::Vector Column::finish(size_t rows) {
  if (size() == 0) return columnar::constant_null(type, rows);
  while (size() < rows) append_null();
  return type == Type::string ? text.finish() : values.finish();
}

class JsonRows final : public RowBuilder {
 public:
  explicit JsonRows(const tables::TableDeclaration& table) : table_(table.name) {
    for (const columnar::Column& column : table.schema) {
      numbers_.emplace(column.name, columns_.size());
      columns_.emplace_back(column);
    }
  }
  bool append(std::string_view json) override;
  size_t rows() const override { return rows_; }
  size_t bytes() const override;
  columnar::Batch finish() override;
  const std::string& table() const override { return table_; }
  std::map<std::string, uint64_t> take_dropped_members() override;

 private:
  // Where the member at a place of the record went last: records of one source have their members in one order.
  struct Place {
    std::string_view name;
    bool known = false;  // to be a column
    size_t number = 0;   // of the column, or of the dropped member
  };
  struct Dropped {
    std::string name;
    uint64_t count = 0;
    size_t last_record = 0;
  };
  bool take(const JsonMember& member, size_t place);
  bool number_texts();
  bool find_place(std::string_view name, Place& place);
  bool read(const JsonMember& member, Column& column, Cell& cell);
  bool read_dynamic(const JsonMember& member, Column& column, Cell& cell);

  const std::string& table_;
  std::vector<Column> columns_;
  std::unordered_map<std::string_view, size_t> numbers_;
  std::vector<Place> places_;
  std::vector<std::unique_ptr<Dropped>> dropped_;
  std::vector<Cell> cells_;         // of the record that is read
  std::vector<Dropped*> unwanted_;  // its members without a column
  size_t rows_ = 0, record_ = 0, dynamic_bytes_ = 0;
  columnar::JsonStructure structure_;
  columnar::DynamicParser parser_;
  std::string unescaped_;
};

bool JsonRows::append(std::string_view json) {
  cells_.clear();
  unwanted_.clear();
  ++record_;
  size_t place = 0;
  const columnar::JsonWalk record(structure_.find(json));
  if (!record.members([&](const JsonMember& member) { return take(member, place++); })) return false;
  if (!number_texts()) return false;
  for (const Cell& cell : cells_) {
    Column& column = columns_[cell.column];
    while (column.size() < rows_) column.append_null();
    column.append(cell);
  }
  for (Dropped* one : unwanted_) ++one->count;
  ++rows_;
  return true;
}

bool JsonRows::number_texts() {
  const auto is_text = [&](const Cell& cell) { return columns_[cell.column].type == Type::string; };
  for (Cell& cell : cells_)
    if (is_text(cell)) columns_[cell.column].text.find(cell.text);
  for (Cell& cell : cells_) {
    if (!is_text(cell)) continue;
    const auto code = columns_[cell.column].text.code_of(cell.text);
    if (!code) return false;
    cell.integer = *code;
  }
  return true;
}

bool JsonRows::take(const JsonMember& member, size_t place) {
  if (place == places_.size()) places_.emplace_back();
  Place& known = places_[place];
  if (known.name != member.name || known.name.empty())
    if (!find_place(member.name, known)) return false;
  size_t& last_record = known.known ? columns_[known.number].last_record : dropped_[known.number]->last_record;
  if (last_record == record_) return false;  // which of two values holds is for others to say
  last_record = record_;
  if (!known.known) {
    unwanted_.push_back(dropped_[known.number].get());
    return member.kind == MemberKind::nested ||
           (member.kind == MemberKind::text ? columnar::has_good_escapes(member.value)
                                            : columnar::is_plain_scalar(member.value));
  }
  Cell& cell = cells_.emplace_back();
  cell.column = static_cast<uint32_t>(known.number);
  return read(member, columns_[known.number], cell);
}

bool JsonRows::find_place(std::string_view name, Place& place) {
  if (name.find('\\') != std::string_view::npos) return false;
  if (const auto at = numbers_.find(name); at != numbers_.end()) {
    place = {at->first, true, at->second};
    return true;
  }
  size_t number = 0;
  while (number < dropped_.size() && dropped_[number]->name != name) ++number;
  constexpr size_t names_max = 1'000;
  if (number == names_max) return false;
  if (number == dropped_.size()) dropped_.push_back(std::make_unique<Dropped>(Dropped{std::string(name)}));
  place = {dropped_[number]->name, false, number};
  return true;
}

// What the conversion of the column's type makes of a member; false when that needs more than is done here.
bool JsonRows::read(const JsonMember& member, Column& column, Cell& cell) {
  if (column.type == Type::dynamic) return read_dynamic(member, column, cell);
  if (member.kind == MemberKind::nested) return false;
  const bool text = member.kind == MemberKind::text;
  cell.null = text ? member.value.empty() : member.value == "null";
  if (column.type == Type::string) {
    if (!text && !cell.null) return false;
    cell.text = column.text.begin(text ? member.value : std::string_view());
    return true;
  }
  if (cell.null) return true;
  switch (column.type) {
    case Type::long_:
      return !text && columnar::read_integer(member.value, cell.integer);
    case Type::int_:
      return !text && columnar::read_integer(member.value, cell.integer) && cell.integer >= INT32_MIN &&
             cell.integer <= INT32_MAX;
    case Type::bool_:
      cell.integer = member.value == "true";
      return !text && (cell.integer == 1 || member.value == "false");
    case Type::datetime:
      return text && column.times.read(member.value, cell.integer);
    default:
      return false;
  }
}

// Exports write JSON as text: what that stands for, or the text when it is no JSON.
bool JsonRows::read_dynamic(const JsonMember& member, Column& column, Cell& cell) {
  columnar::Arena& arena = column.values.arena();
  dynamic_bytes_ += member.value.size();
  if (member.kind != MemberKind::text) {
    const auto value = parser_.parse(member.value, arena);
    if (value) cell.dynamic = *value;
    cell.null = cell.dynamic.is_null();
    return value.has_value();
  }
  unescaped_.clear();
  if (!columnar::append_unescaped(unescaped_, member.value)) return false;
  if (unescaped_.empty()) return cell.null = true;
  const auto value = parser_.parse(unescaped_, arena);
  cell.dynamic = value ? *value : Dynamic::string(arena.copy(unescaped_));
  cell.null = cell.dynamic.is_null();
  return true;
}

size_t JsonRows::bytes() const {
  size_t bytes = dynamic_bytes_;
  for (const Column& column : columns_) bytes += column.text.bytes();
  return bytes;
}

columnar::Batch JsonRows::finish() {
  columnar::Batch out;
  out.rows = rows_;
  for (Column& column : columns_) out.columns.push_back(column.finish(rows_));
  rows_ = dynamic_bytes_ = 0;
  return out;
}

std::map<std::string, uint64_t> JsonRows::take_dropped_members() {
  std::map<std::string, uint64_t> out;
  for (const auto& one : dropped_)
    if (one->count > 0) out[one->name] = std::exchange(one->count, 0);
  return out;
}

}  // namespace

std::unique_ptr<RowBuilder> build_json_rows(const tables::TableDeclaration& table) {
  return std::make_unique<JsonRows>(table);
}

}  // namespace vedette::ingest
