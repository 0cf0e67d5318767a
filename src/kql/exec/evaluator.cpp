#include "evaluator.h"

#include <algorithm>

#include "member_path.h"
#include "vedette/kql/functions/call_scope.h"

namespace vedette::kql {
namespace {

// Values of a dictionary are computed in advance when as many rows are there to use them (slices of one column share
// its selection), or have passed: then at most twice the work of the better way is done, whatever comes.
bool dictionary_pays(const Vector& column, size_t rows_seen) {
  return std::max(column.selection_size(), rows_seen) >= column.base_size();
}

// The one argument that varies by row, or nullopt when none or several do.
std::optional<size_t> single_varying(std::span<const Vector> arguments) {
  std::optional<size_t> varying;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].is_constant()) continue;
    if (varying) return std::nullopt;
    varying = i;
  }
  return varying;
}

bool is_pure(const BoundExpression& expression) {
  if (expression.kind == ExpressionKind::member) return true;
  return expression.kind == ExpressionKind::call && expression.function->determinism != Determinism::per_row;
}

std::vector<Vector> repeated(std::span<const Vector> constants, size_t rows) {
  std::vector<Vector> out;
  out.reserve(constants.size());
  for (const Vector& constant : constants) out.push_back(constant.repeated(rows));
  return out;
}

}  // namespace

Evaluator::Evaluator(const BoundExpression& expression, QueryContext& query)
    : query_(query), root_(make_site(expression)) {}

Evaluator::Site Evaluator::make_site(const BoundExpression& expression) const {
  Site site;
  site.expression = &expression;
  site.pure = is_pure(expression);
  site.row_independent = expression.kind != ExpressionKind::column &&
                         !(expression.function && expression.function->determinism == Determinism::per_row);
  site.arguments.reserve(expression.arguments.size());
  for (const BoundExpression& argument : expression.arguments) {
    site.arguments.push_back(make_site(argument));
    site.row_independent = site.row_independent && site.arguments.back().row_independent;
  }
  return site;
}

base::Result<Vector> Evaluator::evaluate(const Batch& batch) { return evaluate(root_, batch); }

base::Result<Vector> Evaluator::evaluate_constant() {
  Batch one_row;
  one_row.rows = 1;
  return evaluate(root_, one_row);
}

base::Result<Vector> Evaluator::evaluate(Site& site, const Batch& batch) {
  if (!site.row_independent) return compute(site, batch);
  if (!site.constant) {
    Batch one_row;
    one_row.rows = 1;
    site.constant = TRY(compute(site, one_row)).repeated(1);
  }
  return site.constant->repeated(batch.rows);
}

base::Result<Vector> Evaluator::compute(Site& site, const Batch& batch) {
  const BoundExpression& expression = *site.expression;
  switch (expression.kind) {
    case ExpressionKind::column:
      return batch.columns[expression.column];
    case ExpressionKind::constant:
      return expression.constant.repeated(batch.rows);
    case ExpressionKind::subquery:
      return query_.subquery_value(expression);
    case ExpressionKind::call:
    case ExpressionKind::member:
      break;
  }
  std::vector<Vector> arguments;
  arguments.reserve(site.arguments.size());
  for (Site& argument : site.arguments) arguments.push_back(TRY(evaluate(argument, batch)));
  return site.pure ? apply_pure(site, arguments, batch.rows) : apply(site, arguments, batch.rows);
}

base::Result<Vector> Evaluator::apply(Site& site, std::span<const Vector> arguments, size_t rows) {
  const BoundExpression& expression = *site.expression;
  if (expression.kind == ExpressionKind::member) return evaluate_member_path(expression, arguments, rows);
  const CallContext context = query_.call(&site.state);
  const CallScope scope(context);
  auto result = expression.function->kernel(context, arguments, rows);
  if (result)
    if (auto status = check_dynamics(*result); !status) result = std::move(status).error();
  if (!result && !result.error().span) result.error().span = expression.span;
  return result;
}

base::Result<Vector> Evaluator::apply_pure(Site& site, std::span<const Vector> arguments, size_t rows) {
  const bool constant = std::all_of(arguments.begin(), arguments.end(), [](const auto& a) { return a.is_constant(); });
  if (constant) return TRY(apply(site, repeated(arguments, 1), 1)).repeated(rows);
  if (const auto varying = single_varying(arguments); varying && arguments[*varying].is_selected())
    if (auto result = apply_to_dictionary(site, arguments, *varying)) return std::move(*result);
  return apply(site, arguments, rows);
}

// The result through the dictionary of the varying argument, or nullopt when that does not pay (yet), or when the
// function fails on some value, which may be one that no row has.
std::optional<Vector> Evaluator::apply_to_dictionary(Site& site, std::span<const Vector> arguments, size_t varying) {
  const Vector& column = arguments[varying];
  if (!site.dictionary.shares_base(column)) {
    site.dictionary = column;
    site.dictionary_rows = 0;
    site.over.reset();
  }
  site.dictionary_rows += column.size();
  if (!site.over) {
    const size_t size = column.base_size();
    if (!dictionary_pays(column, site.dictionary_rows)) return std::nullopt;
    std::vector<Vector> over = repeated(arguments, size);
    over[varying] = column.base();
    auto result = apply(site, over, size);
    if (!result) return std::nullopt;
    const bool flat = !result->is_constant() && !result->is_selected() && result->base_size() == size;
    site.over = flat ? *result : result->flattened();
  }
  return column.over(*site.over);
}

std::vector<Evaluator> make_evaluators(const std::vector<BoundExpression>& expressions, QueryContext& query) {
  std::vector<Evaluator> evaluators;
  evaluators.reserve(expressions.size());
  for (const BoundExpression& expression : expressions) evaluators.emplace_back(expression, query);
  return evaluators;
}

base::Result<std::vector<Vector>> evaluate_all(std::vector<Evaluator>& evaluators, const Batch& batch) {
  std::vector<Vector> values;
  values.reserve(evaluators.size());
  for (Evaluator& evaluator : evaluators) values.push_back(TRY(evaluator.evaluate(batch)));
  return values;
}

base::Result<size_t> evaluate_row_count(const BoundExpression& expression, QueryContext& query) {
  const Vector value = TRY(Evaluator(expression, query).evaluate_constant());
  if (value.is_null(0)) return size_t{0};
  return static_cast<size_t>(std::max<int64_t>(value.view<int64_t>()[0], 0));
}

}  // namespace vedette::kql
