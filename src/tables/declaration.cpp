#include "vedette/tables/declaration.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "vedette/base/embedded.h"

namespace vedette::tables {

using base::ErrorCode;
using base::fail;

std::span<const base::EmbeddedFile> embedded_tables();  // schema/tables, see CMakeLists.txt

namespace {

std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::string_view take_word(std::string_view& line) {
  const size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(line.find_first_not_of(' ', end), line.size()));
  return word;
}

base::Status read_column(std::string_view line, TableDeclaration& table) {
  const std::string_view name = take_word(line), type_name = take_word(line);
  const auto type = columnar::parse_type(type_name);
  if (name.empty() || !type)
    return fail(ErrorCode::bad_request, "a column is `Name type description`; '" + std::string(type_name) +
                                            "' of column '" + std::string(name) + "' is no KQL type");
  if (columnar::find_column(table.schema, name))
    return fail(ErrorCode::bad_request, "column '" + std::string(name) + "' is declared twice");
  table.schema.push_back({std::string(name), *type});
  table.column_descriptions.emplace_back(line);
  return {};
}

std::vector<TableDeclaration> read_embedded() {
  std::vector<TableDeclaration> tables;
  for (const base::EmbeddedFile& file : embedded_tables()) {
    auto table = parse_declaration(file.bytes);
    if (!table) {  // a build with a broken declaration is no build: a test reads them all
      std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(file.path.size()), file.path.data(),
                   table.error().message.c_str());
      std::abort();
    }
    tables.push_back(std::move(*table));
  }
  std::sort(tables.begin(), tables.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return tables;
}

}  // namespace

base::Result<TableDeclaration> parse_declaration(std::string_view text) {
  TableDeclaration table;
  for (int number = 1; !text.empty(); ++number) {
    std::string_view line = take_line(text);
    if (line.empty()) continue;
    if (line.starts_with("# ")) {
      table.description = line.substr(2);
      continue;
    }
    if (table.name.empty()) {
      if (take_word(line) != "table" || line.empty())
        return fail(ErrorCode::bad_request, "line " + std::to_string(number) + ": expected `table Name`");
      table.name = take_word(line);
      if (line == "hidden") table.visibility = Visibility::hidden;
      continue;
    }
    if (auto read = read_column(line, table); !read)
      return fail(ErrorCode::bad_request, "line " + std::to_string(number) + ": " + read.error().message);
  }
  if (table.schema.empty()) return fail(ErrorCode::bad_request, "the declaration has no columns");
  return table;
}

std::span<const TableDeclaration> declared_tables() {
  static const std::vector<TableDeclaration> tables = read_embedded();
  return tables;
}

const TableDeclaration* find_declaration(std::string_view name) {
  const auto tables = declared_tables();
  const auto at = std::lower_bound(tables.begin(), tables.end(), name,
                                   [](const TableDeclaration& t, std::string_view n) { return t.name < n; });
  return at != tables.end() && at->name == name ? &*at : nullptr;
}

}  // namespace vedette::tables
