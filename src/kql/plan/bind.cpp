#include "vedette/kql/plan/bind.h"

#include "inline_subplans.h"
#include "innerunique.h"
#include "operators.h"
#include "optimizer.h"
#include "tabular.h"

namespace vedette::kql {
namespace {

// The statements but the last, which is the query.
Result<const ast::Expr*> bind_prelude(Binding& binding, const Query& query) {
  const auto statements = query.statements();
  const ast::ExpressionStatement* last =
      statements.empty() ? nullptr : statements.back()->try_as<ast::ExpressionStatement>();
  if (last == nullptr || last->expr == nullptr)
    return semantic_error("There is no query: the last statement must be a tabular expression.",
                          statements.empty() ? SourceSpan{1, 1, 0, 0} : statements.back()->span);
  for (size_t i = 0; i + 1 < statements.size(); ++i) TRY(bind_statement(binding, Rows{}, *statements[i]));
  return last->expr;
}

}  // namespace

Result<BoundQuery> bind(const Query& query, const Catalog& catalog, const BindOptions& options) {
  Binding binding{catalog, options, {}, {}, {}, {}, 0, 0, 0, {}, &query};
  const ast::Expr* expr = TRY(bind_prelude(binding, query));
  BoundQuery bound;
  bound.now = options.now;
  bound.root = TRY(bind_tabular(binding, *expr));
  if (graph_of(binding, *bound.root, expr->span))
    return semantic_error("The result is a graph, not a table; see graph-match and graph-to-table.", expr->span);
  TRY(check_depth(*bound.root, expr->span));
  bound.subplans = std::move(binding.subplans);
  bound.warnings = std::move(binding.warnings);
  TRY(inline_subplans(bound, binding.materialized));
  filter_before_unique(bound.root);
  for (Subplan& subplan : bound.subplans) filter_before_unique(subplan.plan);
  if (options.optimizer == Optimizer::on) optimize(bound);
  return bound;
}

}  // namespace vedette::kql
