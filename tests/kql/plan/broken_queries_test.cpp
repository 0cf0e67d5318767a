// broken_queries.txt: what is told of queries that are wrong. With VEDETTE_BLESS set, the file is rewritten.
//
//   file    := comment-lines case*          cases are separated by blank lines
//   case    := query-line+ '----' error-line*
//   error   := line ':' column ' [' offending text '] ' code ': ' message
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "test_catalog.h"

namespace vedette::kql {
namespace {

const std::string path = VEDETTE_SOURCE_DIR "/tests/kql/plan/broken_queries.txt";

struct Case {
  std::string query, errors;
};

std::string line_of(const base::Error& error, std::string_view query) {
  const base::SourceSpan span = error.span.value_or(base::SourceSpan{});
  std::string text(query.substr(span.begin, span.end - span.begin));
  for (char& c : text)
    if (c == '\n') c = ' ';
  if (text.size() > 40) text = text.substr(0, 40) + "…";
  return std::to_string(span.line) + ":" + std::to_string(span.column) + " [" + text + "] " +
         base::to_string(error.code) + ": " + error.message + "\n";
}

std::string errors_of(const std::string& query) {
  std::string out;
  const ParseResult parsed = parse(query);
  for (const Diagnostic& diagnostic : parsed.diagnostics) out += line_of(diagnostic.error, query);
  if (!parsed.ok()) return out;
  BindOptions options;
  options.now = base::DateTime{base::unix_epoch_ticks};
  for (const base::Error& error : bind_errors(parsed.query, small_catalog(), options)) out += line_of(error, query);
  return out;
}

struct File {
  std::string head;
  std::vector<Case> cases;
};

File read_file() {
  File file;
  std::ifstream in(path);
  std::string line;
  bool errors = false;
  while (std::getline(in, line)) {
    if (file.cases.empty() && line.starts_with('#')) {
      file.head += line + '\n';
    } else if (line == "----") {
      errors = true;
    } else if (line.empty() && (errors || file.cases.empty())) {
      file.cases.emplace_back();
      errors = false;
    } else {
      (errors ? file.cases.back().errors : file.cases.back().query) += line + '\n';
    }
  }
  return file;
}

TEST(BrokenQueries, AreToldWhatIsWrongAndWhere) {
  File file = read_file();
  ASSERT_GE(file.cases.size(), 40u);
  const bool bless = std::getenv("VEDETTE_BLESS") != nullptr;
  for (Case& each : file.cases) {
    std::string query = each.query;
    query.pop_back();
    const std::string got = errors_of(query);
    EXPECT_FALSE(got.empty()) << query;
    if (bless)
      each.errors = got;
    else
      EXPECT_EQ(got, each.errors) << query;
  }
  if (!bless) return;
  std::ofstream out(path, std::ios::trunc);
  out << file.head;
  for (const Case& each : file.cases) out << '\n' << each.query << "----\n" << each.errors;
}

}  // namespace
}  // namespace vedette::kql
