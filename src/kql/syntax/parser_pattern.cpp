// declare pattern name = (a:string)[path:string] { ("x").["y"] = { … }; … }
#include "parser.h"

namespace vedette::kql {

const ast::Statement* Parser::pattern(size_t first) {
  ast::Pattern node;
  node.name = name();
  if (accept("=")) {
    node.defined = true;
    node.parameters = arena_.list(parameters());
    if (accept("[")) {
      node.path = parameter();
      expect("]");
    }
    expect("{");
    std::vector<ast::PatternRule> rules;
    while (at("(") && !failed_) {
      rules.push_back(pattern_rule());
      while (accept(";")) continue;
    }
    expect("}");
    node.rules = arena_.list(rules);
  }
  return finish(node, first);
}

ast::PatternRule Parser::pattern_rule() {
  const Nesting nesting(*this);
  ast::PatternRule rule;
  expect("(");
  rule.arguments = list_of<const Expr*>([&] { return expression(); }, ")");
  expect(")");
  if (accept(".")) {
    const size_t begin = at_;
    ast::Literal path;
    path.type = ast::ScalarType::string;
    path.value = name().text;
    rule.path = finish_expr(path, begin);
  }
  expect("=");
  rule.body = block(rule.statements);
  return rule;
}

}  // namespace vedette::kql
