// A condition on rows, as filter and scan apply it: the terms of an `and` one after the other, each over the rows that
// the ones before it left. A null is no match.
#pragma once

#include "evaluator.h"

namespace vedette::kql {

class Condition {
 public:
  Condition(const BoundExpression& expression, QueryContext& query);
  // The rows of `batch` that match; nullopt when all do.
  base::Result<std::optional<Selection>> matching(const Batch& batch);

 private:
  struct Term {
    Evaluator evaluator;
    std::vector<size_t> columns;  // that it reads
  };
  void add_terms(const BoundExpression& expression, QueryContext& query);

  std::vector<Term> terms_;
};

}  // namespace vedette::kql
