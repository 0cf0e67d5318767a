// Rewrites that make scans cheaper and change no result: conditions move down, into scans where those can use them;
// counts of take and top become limits of scans; columns that nothing reads are not delivered.
#pragma once

#include <optional>

#include "vedette/kql/plan/plan.h"

namespace vedette::kql {

void optimize(BoundQuery& query);

// Moves each condition as far down as it may go.
void push_filters(PlanPtr& plan);
// Hands the counts of take and top to the scans below them, and tells those of which the latest rows are wanted.
void push_limits(PlanNode& plan);
void prune_columns(BoundQuery& query);
// JSON of which some members are read is parsed for these alone.
void narrow_json(PlanNode& plan);
// Projections that change nothing go.
void drop_idle_projections(PlanPtr& plan);

// The condition as a request to a source whose columns the expression's columns are; nullopt when it says more.
std::optional<Predicate> predicate_of(const BoundExpression& condition);

}  // namespace vedette::kql
