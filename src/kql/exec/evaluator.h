// Evaluates a bound expression over batches.
//
// Whole vectors at a time, with two savings: what is the same for every row is computed once, and a pure function of
// one dictionary-encoded column is computed once per dictionary value (and remembered for the next batches of the same
// dictionary), not once per row.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "query_context.h"
#include "vedette/kql/plan/bound_expression.h"

namespace vedette::kql {

class Evaluator {
 public:
  // Both must outlive the evaluator.
  Evaluator(const BoundExpression& expression, QueryContext& query);

  // One value per row of `batch`, of the expression's type.
  base::Result<Vector> evaluate(const Batch& batch);
  // The value of an expression without columns, as a one-row vector.
  base::Result<Vector> evaluate_constant();

 private:
  // One node of the expression, with what it keeps between batches.
  struct Site {
    const BoundExpression* expression = nullptr;
    std::vector<Site> arguments;
    bool pure = false;             // the same arguments give the same value
    bool row_independent = false;  // no column and no per-row function below
    std::optional<Vector> constant;
    std::shared_ptr<void> state;  // the kernel's

    // The dictionary whose values were computed last; the results once `over` is set.
    Vector dictionary;
    size_t dictionary_rows = 0;  // rows seen of it
    std::optional<Vector> over;
  };

  Site make_site(const BoundExpression& expression) const;
  base::Result<Vector> evaluate(Site& site, const Batch& batch);
  base::Result<Vector> compute(Site& site, const Batch& batch);
  base::Result<Vector> apply(Site& site, std::span<const Vector> arguments, size_t rows);
  base::Result<Vector> apply_pure(Site& site, std::span<const Vector> arguments, size_t rows);
  std::optional<Vector> apply_to_dictionary(Site& site, std::span<const Vector> arguments, size_t varying);

  QueryContext& query_;
  Site root_;
};

// The evaluators of a list, in its order.
std::vector<Evaluator> make_evaluators(const std::vector<BoundExpression>& expressions, QueryContext& query);
base::Result<std::vector<Vector>> evaluate_all(std::vector<Evaluator>& evaluators, const Batch& batch);
// A long without columns, as in `take`; null and negative are 0.
base::Result<size_t> evaluate_row_count(const BoundExpression& expression, QueryContext& query);

}  // namespace vedette::kql
