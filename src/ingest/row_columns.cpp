#include "row_columns.h"

namespace vedette::ingest {

using columnar::Column;
using columnar::Type;

namespace {

std::string member(const Column& column, std::string_view row) {
  return std::string(row) + "[\"" + column.name + "\"]";
}

std::string converted(const Column& column, std::string_view row) {
  const std::string value = member(column, row);
  switch (column.type) {
    case Type::string:
      return "tostring(" + value + ")";
    case Type::dynamic:  // exports write JSON as text
      return "iff(gettype(" + value + ") == \"string\", parse_json(tostring(" + value + ")), " + value + ")";
    case Type::bool_:
      return "tobool(" + value + ")";
    case Type::int_:
      return "toint(" + value + ")";
    case Type::long_:
      return "tolong(" + value + ")";
    case Type::real:
      return "toreal(" + value + ")";
    case Type::decimal:
      return "todecimal(" + value + ")";
    case Type::datetime:
      return "todatetime(" + value + ")";
    case Type::timespan:
      return "totimespan(" + value + ")";
    case Type::guid:
      return "toguid(" + value + ")";
  }
  return value;
}

}  // namespace

std::string project_columns(const tables::TableDeclaration& table, std::string_view row) {
  std::string columns;
  for (const Column& column : table.schema)
    columns += (columns.empty() ? " | project ['" : ", ['") + column.name + "'] = " + converted(column, row);
  return columns;
}

std::string misfit_of(const tables::TableDeclaration& table, std::string_view row) {
  std::string cases = "isnull(" + std::string(row) + "), \"the record has no members\"";
  for (const Column& column : table.schema) {
    if (column.type == Type::string || column.type == Type::dynamic) continue;
    cases += ", isnotempty(tostring(" + member(column, row) + ")) and isnull(" + converted(column, row) + "), \"" +
             column.name + " is no " + std::string(to_string(column.type)) + "\"";
  }
  return "case(" + cases + ", \"\")";
}

}  // namespace vedette::ingest
