// Hunting tables as data: schema/tables/*.table.
//
//   file    := '# ' description NEWLINE 'table ' Name [' hidden'] NEWLINE column+
//   column  := Name blanks type [blanks description] NEWLINE        type: a KQL type name
//
// A hidden table is left out of `union *` and `search`. Descriptions may end in "(preview)".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/columnar/type.h"

namespace vedette::tables {

enum class Visibility : uint8_t { visible, hidden };

struct TableDeclaration {
  std::string name;
  std::string description;
  Visibility visibility = Visibility::visible;
  columnar::Schema schema;
  std::vector<std::string> column_descriptions;  // one per column, may be empty
};

// bad_request naming the line that is wrong.
base::Result<TableDeclaration> parse_declaration(std::string_view text);

// Every declared table, sorted by name. Read once; safe from any thread.
std::span<const TableDeclaration> declared_tables();
const TableDeclaration* find_declaration(std::string_view name);

}  // namespace vedette::tables
