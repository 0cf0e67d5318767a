// Syntax tree → logical plan: names, types, functions, result names, and a few rewrites that make scans cheaper.
#pragma once

#include <functional>

#include "vedette/base/result.h"
#include "vedette/base/time.h"
#include "vedette/kql/plan/external_data.h"
#include "vedette/kql/plan/plan.h"
#include "vedette/kql/syntax/parse.h"

namespace vedette::kql {

enum class Optimizer : uint8_t { on, off };

// The rows of a plan, computed while the query around it is still being bound.
using RowsOfPlan =
    std::function<base::Result<columnar::Batch>(const PlanNode& plan, const std::vector<Subplan>& subplans)>;

struct BindOptions {
  base::DateTime now;  // of now(), ago() and datetime(); fixed for the whole query
  Optimizer optimizer = Optimizer::on;
  // For plugins whose columns depend on their input's rows; without it they are refused.
  RowsOfPlan rows_of_plan = nullptr;
  const ExternalData* external_data = nullptr;  // without it `externaldata` is refused
};

struct BindLimits {
  static constexpr int plan_depth_max = 2000;        // nodes on a path of the plan
  static constexpr int expression_depth_max = 2000;  // calls within calls, after functions are inlined
  static constexpr int function_depth_max = 32;      // calls of let functions within each other
  static constexpr int binding_depth_max = 300;      // expressions and tables within each other, as they are bound
  static constexpr size_t plan_nodes_max = 100'000;  // after functions are inlined and lets expanded
  static constexpr size_t expression_nodes_max = 200'000;
};

// Errors: semantic_error (unknown names with the nearest known one, types, misuse), not_supported (what is known to KQL
// but not to us, by name), external_data_disabled, limit_exceeded, and what the kernels of constants say. Each has a
// span. Nothing that was written is ignored, but for hint.… options, render and `set`-free text such as comments.
// The tables of the plan are shared with the catalog. Safe from any thread.
base::Result<BoundQuery> bind(const Query& query, const Catalog& catalog, const BindOptions& options);

// All that is wrong, for an editor: an operator that changes no columns (where, sort, take, …) is left out once it has
// failed, and binding begins again. Empty when nothing is wrong; at most errors_max.
inline constexpr size_t errors_max = 20;
std::vector<base::Error> bind_errors(const Query& query, const Catalog& catalog, const BindOptions& options);

}  // namespace vedette::kql
