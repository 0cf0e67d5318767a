// Connectors and inputs made for a test.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "vedette/ingest/connector.h"
#include "vedette/ingest/golden.h"

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

inline std::vector<std::string> rows_of(const std::vector<tables::TableRows>& rows, std::string_view table) {
  return rows_as_json(rows, table);
}

}  // namespace vedette::ingest
