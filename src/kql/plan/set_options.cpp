#include "set_options.h"

#include <algorithm>

#include "expressions.h"

namespace vedette::kql {
namespace {

// What changes how a query runs, but not what it answers: there is no cache, no second node and no truncation here.
constexpr std::string_view hints[] = {
    "deferpartialqueryfailures",
    "materialized_view_shuffle_query",
    "notruncation",
    "push_selection_through_aggregation",
    "query_distribution_nodes_span",
    "query_fanout_nodes_percent",
    "query_fanout_threads_percent",
    "query_optimize_fts_at_relop",
    "query_results_cache_force_refresh",
    "query_results_cache_max_age",
    "query_results_cache_per_shard",
    "query_results_progressive_row_count",
    "query_results_progressive_update_period",
    "queryconsistency",
    "request_description",
    "request_user",
};
constexpr std::string_view now = "query_now";

struct Option {
  std::optional<BoundExpression>* member = nullptr;  // null: there is none of that name
  std::optional<Type> type;                          // nullopt: any
};

Option option_of(SetOptions& options, std::string_view name) {
  if (name == "best_effort") return {&options.best_effort, Type::bool_};
  if (name == "query_bin_auto_size") return {&options.bin_auto_size, std::nullopt};
  if (name == "query_bin_auto_at") return {&options.bin_auto_at, std::nullopt};
  if (name == "query_take_max_records") return {&options.rows_max, Type::long_};
  return {};
}

}  // namespace

Status bind_set(Binding& binding, const ast::Set& set) {
  const std::string_view name = set.name.text;
  if (std::find(std::begin(hints), std::end(hints), name) != std::end(hints)) return {};
  const Option option = option_of(binding.set_options, name);
  if (option.member == nullptr && name != now) return not_supported("'set " + std::string(name) + "'", set.span);
  if (set.value == nullptr) return semantic_error(quoted(name) + " has no value.", set.span);
  if (name == now) return {};  // the time is set before all else
  *option.member = option.type ? TRY(bind_constant(binding, *set.value, *option.type, quoted(name)))
                               : TRY(bind_expression(binding, Rows{}, *set.value));
  if (!is_constant(**option.member)) return semantic_error(quoted(name) + " must be a constant.", set.span);
  return {};
}

Result<base::DateTime> time_of(const Query& query, const Catalog& catalog, const BindOptions& options) {
  base::DateTime time = options.now;
  for (const ast::Statement* statement : query.statements()) {
    const auto* set = statement->try_as<ast::Set>();
    if (set == nullptr || set->name.text != now || set->value == nullptr) continue;
    Binding binding(query, catalog, options);
    const BoundExpression value = TRY(bind_constant(binding, *set->value, Type::datetime, quoted(now)));
    if (value.constant.is_null(0)) return semantic_error(quoted(now) + " must be a time.", set->span);
    time = base::DateTime{value.constant.view<int64_t>()[0]};
  }
  return time;
}

Result<PlanPtr> with_set_options(Binding& binding, PlanPtr plan, SourceSpan span) {
  std::optional<BoundExpression>& rows_max = binding.set_options.rows_max;
  if (!rows_max) return plan;
  TRY(count_plan_node(binding, span));
  auto node = make_node<TakeNode>(span, std::move(plan));
  node->rows = std::move(*rows_max);
  return node;
}

}  // namespace vedette::kql
