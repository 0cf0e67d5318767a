#include "vedette/ingest/file_table.h"

#include <filesystem>
#include <unordered_map>

#include "column_types.h"
#include "record_collector.h"
#include "vedette/ingest/record_reader.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;
using base::Result;
using base::Status;
using columnar::Batch;
using columnar::Dynamic;
using columnar::DynamicKind;
using columnar::VectorBuilder;

namespace {

constexpr size_t read_batch_records = 1024;
constexpr std::string_view text_column = "Text", value_column = "Value";

Status check_readable(const RecordBatch& batch, const std::string& path) {
  if (batch.quarantined.empty()) return {};
  const QuarantinedRecord& bad = batch.quarantined.front();
  return fail(ErrorCode::bad_request, path + (bad.line > 0 ? ", line " + std::to_string(bad.line) : "") + ", record " +
                                          std::to_string(bad.ordinal + 1) + ": " + bad.reason);
}

// The members that a record has as a row: `visit(place, name, value)`.
template <class Visit>
void for_each_member(const Record& record, const Visit& visit) {
  if (record.value.is_null()) return visit(0, text_column, Dynamic::string(record.text));
  if (record.value.kind() != DynamicKind::bag) return visit(0, value_column, record.value);
  const auto members = record.value.members();
  for (size_t i = 0; i < members.size(); ++i) visit(i, members[i].key, members[i].value);
}

// Rows as columns of their own types. Records of one file have their members in one order mostly: where a member went
// is tried first for the next record.
class RowColumns {
 public:
  RowColumns(const columnar::Schema& schema, const std::vector<size_t>& columns) {
    for (size_t i = 0; i < columns.size(); ++i) {
      types_.push_back(schema[columns[i]].type);
      places_.emplace(schema[columns[i]].name, i);
    }
  }

  Batch build(const RecordBatch& batch) {
    std::vector<VectorBuilder> builders;
    for (const columnar::Type type : types_) builders.emplace_back(type, batch.records.size()).keep_alive(batch.arena);
    for (size_t row = 0; row < batch.records.size(); ++row) {
      for_each_member(batch.records[row], [&](size_t i, std::string_view name, const Dynamic& value) {
        if (const size_t column = column_of(i, name); column != none) append_converted(builders[column], value);
      });
      for (VectorBuilder& builder : builders)
        if (builder.size() == row) builder.append_null();
    }
    Batch out{{}, batch.records.size()};
    for (VectorBuilder& builder : builders) out.columns.push_back(builder.finish());
    return out;
  }

 private:
  static constexpr size_t none = SIZE_MAX;

  size_t column_of(size_t member, std::string_view name) {
    if (member >= tried_first_.size()) tried_first_.resize(member + 1, places_.end());
    auto& at = tried_first_[member];
    if (at == places_.end() || at->first != name) at = places_.find(name);
    return at == places_.end() ? none : at->second;
  }

  std::vector<columnar::Type> types_;
  std::unordered_map<std::string_view, size_t> places_;
  std::vector<decltype(places_)::const_iterator> tried_first_;  // by a member's place in its record
};

class RecordRows final : public kql::BatchStream {
 public:
  RecordRows(const Input& input, std::string path, ReadOptions options, const columnar::Schema& schema,
             const kql::ScanRequest& request)
      : path_(std::move(path)),
        rows_max_(request.batch_rows),
        stop_(request.stop),
        reader_(RecordReader::open(input, std::move(options))),
        columns_(schema, request.columns) {}

  Result<std::optional<Batch>> next() override {
    TRY(stop_.check());
    const RecordBatch records = reader_->next(rows_max_);
    TRY(check_readable(records, path_));
    if (records.empty()) return std::optional<Batch>{};
    return std::optional<Batch>(columns_.build(records));
  }

 private:
  const std::string path_;
  const size_t rows_max_;
  const base::StopCheck stop_;
  const std::unique_ptr<RecordReader> reader_;
  RowColumns columns_;
};

class FileTable final : public kql::TableSource {
 public:
  FileTable(Input input, std::string path, columnar::Schema schema)
      : input_(std::move(input)), path_(std::move(path)), schema_(std::move(schema)) {}
  const columnar::Schema& schema() const override { return schema_; }
  Result<kql::ScanAnswer> scan(const kql::ScanRequest& request, kql::ScanStatistics&) const override {
    kql::ScanAnswer answer;
    answer.rows = read_rows(input_, path_, {}, schema_, request);
    return answer;
  }

 private:
  const Input input_;
  const std::string path_;
  const columnar::Schema schema_;
};

Status add_members(ColumnTypes& types, const RecordBatch& batch) {
  for (const Record& record : batch.records) {
    const auto texts = is_delimited(record.file) ? ColumnTypes::Texts::spell_values : ColumnTypes::Texts::are_texts;
    for_each_member(record,
                    [&](size_t, std::string_view name, const Dynamic& value) { types.add(name, value, texts); });
    if (types.size() > file_table_columns_max)
      return fail(ErrorCode::limit_exceeded,
                  "The records have more than " + std::to_string(file_table_columns_max) + " different members.");
  }
  return {};
}

Result<columnar::Schema> find_out_schema(const Input& input, const std::string& path) {
  const auto reader = RecordReader::open(input, {});
  ColumnTypes types;
  for (RecordBatch batch = reader->next(read_batch_records); !batch.empty(); batch = reader->next(read_batch_records)) {
    TRY(check_readable(batch, path));
    TRY(add_members(types, batch));
  }
  if (types.size() == 0) return fail(ErrorCode::bad_request, path + " has no records.");
  return types.schema();
}

}  // namespace

std::unique_ptr<kql::BatchStream> read_rows(const Input& input, std::string name, ReadOptions options,
                                            const columnar::Schema& schema, const kql::ScanRequest& request) {
  return std::make_unique<RecordRows>(input, std::move(name), std::move(options), schema, request);
}

Result<std::shared_ptr<const kql::TableSource>> open_file_table(io::FileSystem& files, const std::string& path,
                                                                const columnar::Schema* declared) {
  const Input input = TRY(open_input(files, path));
  columnar::Schema schema = declared ? *declared : TRY(find_out_schema(input, path));
  return std::shared_ptr<const kql::TableSource>(std::make_shared<FileTable>(input, path, std::move(schema)));
}

std::string file_table_name(std::string_view path) {
  std::string name = std::filesystem::path(path).filename().string();
  if (const size_t dot = name.find('.', 1); dot != std::string::npos) name.resize(dot);
  for (char& c : name)
    if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) c = '_';
  return name;
}

}  // namespace vedette::ingest
