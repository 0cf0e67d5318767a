// The generated reference of KQL, docs/reference/kql/*.md. Its sources: the tables of functions (kql/functions), the
// names that parser and binder know, and the examples in tests/kql/reference_*.kqlt, which are tests of their own:
//
//   # name                 of a function that has a row in a table: signature and summary stand there
//   # name                 of anything else, with
//   # syntax               a line of syntax
//   # summary              and lines of text
//   query, ----, answer    as in any .kqlt
#pragma once

#include <map>
#include <string>
#include <vector>

namespace vedette::kql::testing {

// The file names below docs/reference/kql, and what is in them. Throws when an example file cannot be read.
std::map<std::string, std::string> reference_pages();

// Names that have no example, and examples of no name.
std::vector<std::string> names_without_example();
std::vector<std::string> examples_without_name();

// What stands at the top of every page.
std::string page_head(const std::string& title);
// A text in a cell of a Markdown table.
std::string cell(std::string_view text);

}  // namespace vedette::kql::testing
