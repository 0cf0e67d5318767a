#include "source_batch.h"

#include "vedette/tables/declaration.h"

namespace vedette::ingest {

using columnar::Batch;
using columnar::Dynamic;
using columnar::Type;
using columnar::VectorBuilder;

Batch source_batch(const std::shared_ptr<columnar::Arena>& arena, std::span<const Record> records) {
  VectorBuilder values(Type::dynamic, records.size()), texts(Type::string, records.size()),
      files(Type::string, records.size()), indexes(Type::long_, records.size());
  for (VectorBuilder* builder : {&values, &texts, &files}) builder->keep_alive(arena);
  for (size_t i = 0; i < records.size(); ++i) {
    if (records[i].value.is_null())
      values.append_null();
    else
      values.append<Dynamic>(records[i].value);
    texts.append<std::string_view>(records[i].text);
    files.append<std::string_view>(records[i].file);
    indexes.append<int64_t>(static_cast<int64_t>(i));
  }
  return {.columns = {values.finish(), texts.finish(), files.finish(), indexes.finish()}, .rows = records.size()};
}

Batch unmapped_batch(std::span<const Record* const> records, std::string_view source) {
  const auto& schema = tables::find_declaration("UnmappedEvents")->schema;
  Batch batch{.columns = {}, .rows = records.size()};
  for (const auto& column : schema) {
    if (column.name == "Record") {
      VectorBuilder values(Type::dynamic, records.size());
      for (const Record* record : records)
        values.append_copy(record->value.is_null() ? Dynamic::string(record->text) : record->value);
      batch.columns.push_back(values.finish());
    } else if (column.name == "Reason" || column.name == "Source") {
      batch.columns.push_back(
          columnar::constant_string(column.name == "Source" ? source : "no mapping", records.size()));
    } else {
      batch.columns.push_back(constant_null(column.type, records.size()));
    }
  }
  return batch;
}

base::Result<json::Object> row_object(const columnar::Schema& schema, const Batch& batch, size_t row,
                                      size_t depth_max) {
  std::string text = "{";
  for (size_t i = 0; i < schema.size(); ++i) {
    const auto& column = batch.columns[i];
    if (column.is_null(row)) continue;
    if (column.type() == Type::string && column.view<std::string_view>()[row].empty()) continue;
    if (text.size() > 1) text += ',';
    json::append_string(text, schema[i].name);
    text += ':';
    append_json(text, column, row);
  }
  auto value = TRY(json::parse(text + "}", depth_max));
  return std::move(value).as_object();
}

}  // namespace vedette::ingest
