#include "vedette/kql/plan/bind.h"

#include "inline_subplans.h"
#include "innerunique.h"
#include "operators.h"
#include "optimizer.h"
#include "set_options.h"
#include "tabular.h"

namespace vedette::kql {
namespace {

// Several queries in one text would answer a table each; an answer of ours is one, the last, whose schema the official
// language service gives for the whole text too. The others are bound, so that nothing wrong in them is overlooked.
Error answers_last(size_t queries, SourceSpan span) {
  return Error(ErrorCode::not_supported,
               "The text has " + std::to_string(queries) + " queries; the answer is that of the last one.", span);
}

// The statements but the last, which is the query.
Result<const ast::Expr*> bind_prelude(Binding& binding, const Query& query) {
  const auto statements = query.statements();
  const ast::ExpressionStatement* last =
      statements.empty() ? nullptr : statements.back()->try_as<ast::ExpressionStatement>();
  if (last == nullptr || last->expr == nullptr)
    return semantic_error("There is no query: the last statement must be a tabular expression.",
                          statements.empty() ? SourceSpan{1, 1, 0, 0} : statements.back()->span);
  size_t others = 0;
  for (size_t i = 0; i + 1 < statements.size(); ++i) {
    if (const auto* other = statements[i]->try_as<ast::ExpressionStatement>()) {
      TRY(bind_tabular(binding, *other->expr));
      ++others;
    } else {
      TRY(bind_statement(binding, Rows{}, *statements[i]));
    }
  }
  if (others > 0) binding.warnings.push_back(answers_last(others + 1, last->span));
  return last->expr;
}

// Whether what follows the operator can be bound without it.
bool keeps_columns(ast::OperatorKind kind) {
  using Kind = ast::OperatorKind;
  return kind == Kind::filter || kind == Kind::sort || kind == Kind::take || kind == Kind::top ||
         kind == Kind::sample || kind == Kind::serialize || kind == Kind::render;
}

Result<BoundQuery> bind(Binding& binding, const Query& query) {
  const ast::Expr* expr = TRY(bind_prelude(binding, query));
  BoundQuery bound;
  bound.now = binding.options.now;
  bound.root = TRY(bind_tabular(binding, *expr));
  if (graph_of(binding, *bound.root, expr->span))
    return semantic_error("The result is a graph, not a table; see graph-match and graph-to-table.", expr->span);
  bound.root = TRY(with_set_options(binding, std::move(bound.root), expr->span));
  TRY(check_depth(*bound.root, expr->span));
  bound.subplans = std::move(binding.subplans);
  bound.warnings = std::move(binding.warnings);
  TRY(inline_subplans(bound, binding.materialized));
  filter_before_unique(bound.root);
  for (Subplan& subplan : bound.subplans) filter_before_unique(subplan.plan);
  if (binding.options.optimizer == Optimizer::on) optimize(bound);
  return bound;
}

}  // namespace

Result<BoundQuery> bind(const Query& query, const Catalog& catalog, const BindOptions& options) {
  BindOptions timed = options;
  timed.now = TRY(time_of(query, catalog, options));
  Binding binding(query, catalog, timed);
  return bind(binding, query);
}

std::vector<base::Error> bind_errors(const Query& query, const Catalog& catalog, const BindOptions& options) {
  std::vector<base::Error> errors;
  std::set<const ast::Operator*> left_out;
  while (errors.size() < errors_max) {
    Binding binding(query, catalog, options);
    binding.left_out = left_out;
    auto bound = bind(binding, query);
    if (bound) break;
    errors.push_back(std::move(bound).error());
    const ast::Operator* failed = binding.failed_operator;
    if (failed == nullptr || !keeps_columns(failed->kind) || !left_out.insert(failed).second) break;
  }
  return errors;
}

}  // namespace vedette::kql
