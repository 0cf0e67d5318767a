// The test format of KQL, tests/kql/*.kqlt:
//
//   file     := case*                       cases are separated by blank lines
//   case     := comment+ query-line+ separator expected-line*
//   comment  := '#' text
//   separator:= '----' [' unordered' | ' table ' Name]
//
// Expected is a table: a line `name:type | …`, then a line a row, cells as JSON (text in quotes) between ` | `; or the
// one line `error code: part of the message`. With `unordered` the rows may come in any order. With `table Name`
// nothing is expected: the query's rows are the table Name for the cases below it.
#pragma once

#include <string>
#include <vector>

namespace vedette::kql::testing {

struct KqltCase {
  int line = 0;
  std::vector<std::string> comments;
  std::string query;
  bool unordered = false;
  std::string table;                  // not empty: defines this table
  std::vector<std::string> expected;  // lines
};

std::vector<KqltCase> read_kqlt(const std::string& path);
// The file with its cases' `expected` as they are now.
void write_kqlt(const std::string& path, const std::vector<KqltCase>& cases);

}  // namespace vedette::kql::testing
