// Connectors and inputs made for a test.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "vedette/ingest/connector.h"
#include "vedette/tables/declaration.h"

namespace vedette::ingest {

inline base::Result<std::shared_ptr<const Connector>> load_from(std::map<std::string, std::string> files) {
  files.try_emplace("connector.toml", "vendor = \"V\"\nprovider = \"P\"\n");
  return Connector::load("test", [files](std::string_view name) -> std::optional<std::string> {
    const auto file = files.find(std::string(name));
    return file == files.end() ? std::nullopt : std::optional(file->second);
  });
}

inline RecordBatch read_batch(const std::string& bytes, const std::string& name = "x.json") {
  return RecordReader::open(memory_input(name, bytes), {})->next(1 << 20);
}

// The rows of a table as JSON objects without their null members.
inline std::vector<std::string> rows_of(const std::vector<tables::TableRows>& rows, std::string_view table) {
  std::vector<std::string> objects;
  const auto& schema = tables::find_declaration(table)->schema;
  for (const auto& part : rows) {
    if (part.table != table) continue;
    for (const auto& batch : part.batches)
      for (size_t row = 0; row < batch.rows; ++row) {
        std::string object;
        for (size_t i = 0; i < schema.size(); ++i) {
          std::string value;
          append_json(value, batch.columns[i], row);
          if (value == "null" || value == "\"\"") continue;
          object += (object.empty() ? "" : ",") + ("\"" + schema[i].name + "\":" + value);
        }
        objects.push_back("{" + object + "}");
      }
  }
  return objects;
}

}  // namespace vedette::ingest
