// KQL text → syntax tree. The grammar is that of the public Kusto query documentation (kusto/query), lenient where the
// official parser is: blank lines anywhere, trailing semicolons and commas, contextual keywords as names.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/kql/syntax/ast.h"

namespace vedette::kql {

struct SyntaxLimits {
  static constexpr size_t query_bytes_max = 1 << 20;
  static constexpr uint32_t nesting_depth_max = 200;  // parentheses, brackets, braces and signs
  static constexpr uint32_t tree_height_max = 1000;   // of an expression: chains such as a + b + … and a.b.c…
  static constexpr uint32_t pipe_operators_max = 1000;
  static constexpr size_t diagnostics_max = 50;
};

// One thing that is wrong. `error.code` is syntax_error, limit_exceeded or not_supported; `error.span` is always set.
struct Diagnostic {
  base::Error error;  // message: "Expected …, found '…'." with "Did you mean 'summarize'?" where known
  std::string text;   // the offending text, at most 64 bytes
  std::vector<std::string> expected;  // what could have stood there
  std::string suggestion;             // the nearest known name, or ""
};

// A parsed text. Copies share the tree; it may be read from several threads.
class Query {
 public:
  struct Tree {
    ast::Arena arena;
    std::string text;
    ast::List<const ast::Statement*> statements;
  };

  explicit Query(std::shared_ptr<const Tree> tree) : tree_(std::move(tree)) {}
  std::string_view text() const { return tree_->text; }
  std::string_view text(const ast::SourceSpan& span) const { return text().substr(span.begin, span.end - span.begin); }
  ast::List<const ast::Statement*> statements() const { return tree_->statements; }

 private:
  std::shared_ptr<const Tree> tree_;
};

struct ParseResult {
  Query query;  // what could be read; complete when there are no diagnostics
  std::vector<Diagnostic> diagnostics;
  bool ok() const { return diagnostics.empty(); }
};

// Never fails: what is wrong is in the diagnostics, in the order of the text.
ParseResult parse(std::string_view text);
// The tree, or the first diagnostic as an error.
base::Result<Query> parse_or_error(std::string_view text);

}  // namespace vedette::kql
