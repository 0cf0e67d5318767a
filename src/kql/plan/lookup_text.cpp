#include "lookup_text.h"

namespace vedette::kql {
namespace {

std::string renamed(const Schema& columns, std::string_view prefix) {
  std::string out;
  for (size_t i = 0; i < columns.size(); ++i)
    out += (i > 0 ? ", " : "") + std::string(prefix) + std::to_string(i) + " = " + column_text(columns[i].name);
  return out;
}

}  // namespace

std::string LookupColumns::source_text() const { return renamed(source, "__l"); }
std::string LookupColumns::table_text() const { return renamed(table, "__r"); }

std::string LookupColumns::result_text(LookupOrder order) const {
  std::vector<std::string> names, values;
  const auto add_source = [&] {
    for (size_t i = 0; i < source.size(); ++i)
      names.push_back(source[i].name), values.push_back("__l" + std::to_string(i));
  };
  if (order == LookupOrder::source_first) add_source();
  for (size_t i = 0; i < table.size(); ++i)
    if (!left_out.contains(i)) names.push_back(table[i].name), values.push_back("__r" + std::to_string(i));
  if (order == LookupOrder::table_first) add_source();
  return assignments_text(names, values);
}

}  // namespace vedette::kql
