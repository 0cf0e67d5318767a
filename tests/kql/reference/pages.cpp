#include "pages.h"

#include <algorithm>
#include <set>

#include "../exec/kqlt_file.h"
#include "limit_cases.h"
#include "vedette/kql/functions/function.h"
#include "vedette/kql/plan/known_names.h"
#include "vedette/kql/syntax/operator_names.h"

namespace vedette::kql::testing {
namespace {

struct Entry {
  std::vector<std::string> signatures;
  std::string summary;
};

using Examples = std::map<std::string, KqltCase, std::less<>>;
using Entries = std::map<std::string, Entry, std::less<>>;

std::string without_mark(const std::string& comment) { return comment.substr(comment.size() > 1 ? 2 : 1); }

Examples examples_of(const std::string& file) {
  Examples examples;
  for (KqltCase& test : read_kqlt(VEDETTE_SOURCE_DIR "/tests/kql/reference_" + file + ".kqlt"))
    examples.emplace(without_mark(test.comments.at(0)), std::move(test));
  return examples;
}

// Names with a blank or a '$' are for the binder; `matches regex` is the one operator of two words.
bool is_for_queries(std::string_view name) {
  return name == "matches regex" || (name.find(' ') == std::string_view::npos && !name.starts_with('$'));
}

template <class Function>
Entries entries_of(std::span<const Function> functions) {
  Entries entries;
  for (const Function& function : functions) {
    if (!is_for_queries(function.name)) continue;
    Entry& entry = entries[std::string(function.name)];
    entry.signatures.push_back(std::string(function.name) + std::string(function.signature));
    if (entry.summary.empty()) entry.summary = function.summary;
  }
  return entries;
}

// The syntax and the summary of an example's comments.
Entry entry_of(const KqltCase& example) {
  Entry entry;
  for (size_t i = 1; i < example.comments.size(); ++i) {
    const std::string text = without_mark(example.comments[i]);
    if (i == 1 && !text.empty())
      entry.signatures.push_back(text);
    else if (i > 1)
      entry.summary += (entry.summary.empty() ? "" : " ") + text;
  }
  return entry;
}

// Lines `a | b | c` of cells as JSON; texts may hold the separator.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && (i == 0 || line[i - 1] != '\\')) quoted = !quoted;
    if (!quoted && line.compare(i, 3, " | ") == 0) {
      cells.emplace_back();
      i += 2;
    } else {
      cells.back() += line[i];
    }
  }
  return cells;
}

std::string answer_of(const KqltCase& example) {
  if (example.expected.empty()) return "(no answer)\n";
  if (example.expected[0].starts_with("error ")) return "`" + example.expected[0] + "`\n";
  std::string out;
  for (size_t row = 0; row < example.expected.size(); ++row) {
    const auto cells = cells_of(example.expected[row]);
    for (const std::string& text : cells) out += "| " + cell(text) + " ";
    out += "|\n";
    for (size_t i = 0; row == 0 && i < cells.size(); ++i) out += "|---";
    if (row == 0) out += "|\n";
  }
  return out;
}

constexpr std::string_view legend =
    "In a signature `number` is an int, a long, a real or a decimal, `summable` a timespan too, `scalar` any type, and "
    "`text` any type as tostring() writes it. Every `T` is of one type, which dynamics take, and literals of strings "
    "unless the result is `T`; `ordered` is as `T`, but two strings or two guids have no order; `U` is as `T`, but "
    "dynamics stand only beside dynamics. `mixed` is any type, when no "
    "other row fits; `beside` as well, when one of the arguments is a dynamic.\n";

std::string section(const std::string& name, const Entry& entry, const KqltCase* example) {
  std::string out = "\n## `" + name + "`\n\n";
  for (const std::string& signature : entry.signatures) out += "    " + signature + "\n";
  out += (entry.signatures.empty() ? "" : "\n") + entry.summary + "\n";
  if (example != nullptr) out += "\n```kusto\n" + example->query + "\n```\n\n" + answer_of(*example);
  return out;
}

std::string sections(const Entries& entries, const Examples& examples) {
  std::string out;
  for (const auto& [name, entry] : entries) {
    const auto example = examples.find(name);
    out += section(name, entry, example == examples.end() ? nullptr : &example->second);
  }
  return out;
}

Entries described(const Examples& examples) {
  Entries entries;
  for (const auto& [name, example] : examples) entries.emplace(name, entry_of(example));
  return entries;
}

// Functions with a row in a table, and those that the binder knows.
Entries function_entries(const Examples& examples) {
  Entries entries = entries_of(scalar_functions());
  for (const std::string_view name : bound_function_names()) {
    const auto example = examples.find(name);
    Entry& entry = entries[std::string(name)];
    if (example != examples.end() && example->second.comments.size() > 1) entry = entry_of(example->second);
  }
  return entries;
}

std::string table_row(const std::string& name, const std::string& text) {
  return "| `" + cell(name) + "` | " + cell(text) + " |\n";
}

std::string error_text(const KqltCase& example) {
  const std::string& line = example.expected.at(0);
  return line.substr(line.find(": ") + 2);
}

std::string support_page() {
  const Examples refused = examples_of("refused"), differing = examples_of("differences");
  std::string out = page_head("What is supported");
  out += "| | supported, each with an example that is a test |\n|---|---|\n";
  const auto count = [&](const char* page, size_t entries) {
    out += "| [" + std::string(page) + "](" + page + ".md) | " + std::to_string(entries) + " |\n";
  };
  count("functions", function_entries({}).size());
  count("aggregates", entries_of(aggregate_functions()).size());
  count("operators", examples_of("operators").size());
  count("plugins", plugin_names().size());
  out += "\n## Refused\n\nThe documentation has it; a query that uses it ends in `notSupported`, with the reason.\n\n";
  out += "| name | reason |\n|---|---|\n";
  for (const RefusedFunction& function : refused_functions())
    out += table_row(std::string(function.name) + "()", std::string(function.reason));
  for (const auto& [name, example] : refused) out += table_row(name, error_text(example));
  out += "\n## Where the engine and its documentation, or its official binder, say different things\n";
  return out + sections(described(differing), differing);
}

std::string limits_page() {
  std::string out = page_head("Limits");
  out +=
      "Each is reached by a test (tests/kql/reference/limit_cases.cpp), which also finds the number in the error.\n\n";
  out += "| limit | number | error |\n|---|---|---|\n";
  for (const LimitCase& limit : limit_cases())
    out += "| " + cell(limit.what) + " | " + cell(limit.number) + " | " + cell(limit.error()) + " |\n";
  return out;
}

std::vector<std::string> missing(const std::set<std::string, std::less<>>& names, const Examples& examples) {
  std::vector<std::string> out;
  for (const std::string& name : names)
    if (!examples.contains(name)) out.push_back(name);
  return out;
}

std::set<std::string, std::less<>> names_of(const Entries& entries) {
  std::set<std::string, std::less<>> names;
  for (const auto& [name, entry] : entries) names.insert(name);
  return names;
}

struct Chapter {
  std::set<std::string, std::less<>> names;
  Examples examples;
};

std::vector<Chapter> chapters() {
  std::vector<Chapter> out(4);
  out[0] = {names_of(function_entries({})), examples_of("functions")};
  out[1] = {names_of(entries_of(aggregate_functions())), examples_of("aggregates")};
  out[2].examples = examples_of("operators");
  const Examples refused = examples_of("refused");
  for (const std::string_view name : operator_names())
    if (!refused.contains(name)) out[2].names.insert(std::string(name));
  out[2].names.insert({"datatable", "externaldata"});
  out[3].examples = examples_of("plugins");
  for (const std::string_view name : plugin_names()) out[3].names.insert(std::string(name));
  return out;
}

}  // namespace

std::string page_head(const std::string& title) {
  return "# " + title +
         "\n\nGenerated by `./dev docs` from the tables of the engine and tests/kql/reference_*.kqlt.\n\n";
}

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::map<std::string, std::string> reference_pages() {
  const std::string now = "In the examples it is 2024-05-06T07:08:09Z.\n";
  const Examples functions = examples_of("functions"), operators = examples_of("operators"),
                 plugins = examples_of("plugins");
  std::map<std::string, std::string> pages;
  pages["functions.md"] = page_head("Scalar functions and operators") + now + "\n" + std::string(legend) +
                          sections(function_entries(functions), functions);
  pages["aggregates.md"] =
      page_head("Aggregates") + sections(entries_of(aggregate_functions()), examples_of("aggregates"));
  pages["operators.md"] = page_head("Tabular operators") + sections(described(operators), operators);
  pages["plugins.md"] = page_head("Plugins of evaluate") + sections(described(plugins), plugins);
  pages["support.md"] = support_page();
  pages["limits.md"] = limits_page();
  return pages;
}

std::vector<std::string> names_without_example() {
  std::vector<std::string> out;
  for (const Chapter& chapter : chapters())
    for (const std::string& name : missing(chapter.names, chapter.examples)) out.push_back(name);
  return out;
}

std::vector<std::string> examples_without_name() {
  std::vector<std::string> out;
  for (const Chapter& chapter : chapters())
    for (const auto& [name, example] : chapter.examples)
      if (!chapter.names.contains(name)) out.push_back(name);
  return out;
}

}  // namespace vedette::kql::testing
