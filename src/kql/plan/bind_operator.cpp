#include "operators.h"

namespace vedette::kql {
namespace {

bool starts_a_pipe(ast::OperatorKind kind) {
  switch (kind) {
    case ast::OperatorKind::print:
    case ast::OperatorKind::range:
    case ast::OperatorKind::union_:
    case ast::OperatorKind::search:
    case ast::OperatorKind::find:
    case ast::OperatorKind::macro_expand:
    case ast::OperatorKind::evaluate:
      return true;
    default:
      return false;
  }
}

// Operators that we know of and do not compute fall through to the refusal.
Result<PlanPtr> dispatch(Binding& b, const ast::Operator& op, PlanPtr in) {
  using Kind = ast::OperatorKind;
  switch (op.kind) {
    case Kind::as:
      return bind_as(b, op.as<ast::As>(), std::move(in));
    case Kind::assert_schema:
      return bind_assert_schema(b, op.as<ast::AssertSchema>(), std::move(in));
    case Kind::consume:
      return bind_consume(b, op.as<ast::Consume>(), std::move(in));
    case Kind::count:
      return bind_count(b, op.as<ast::Count>(), std::move(in));
    case Kind::distinct:
      return bind_distinct(b, op.as<ast::Distinct>(), std::move(in));
    case Kind::evaluate:
      return bind_evaluate(b, op.as<ast::Evaluate>(), std::move(in));
    case Kind::extend:
      return bind_extend(b, op.as<ast::Extend>(), std::move(in));
    case Kind::facet:
      return bind_facet(b, op.as<ast::Facet>(), std::move(in));
    case Kind::fork:
      return bind_fork(b, op.as<ast::Fork>(), std::move(in));
    case Kind::filter:
      return bind_filter(b, op.as<ast::Filter>(), std::move(in));
    case Kind::getschema:
      return bind_getschema(b, op.as<ast::GetSchema>(), std::move(in));
    case Kind::invoke:
      return bind_invoke(b, op.as<ast::Invoke>(), std::move(in));
    case Kind::join:
      return bind_join(b, op.as<ast::Join>(), std::move(in));
    case Kind::lookup:
      return bind_lookup(b, op.as<ast::Lookup>(), std::move(in));
    case Kind::make_series:
      return bind_make_series(b, op.as<ast::MakeSeries>(), std::move(in));
    case Kind::mv_apply:
      return bind_mv_apply(b, op.as<ast::MvApply>(), std::move(in));
    case Kind::mv_expand:
      return bind_mv_expand(b, op.as<ast::MvExpand>(), std::move(in));
    case Kind::parse:
      return bind_parse(b, op.as<ast::Parse>(), std::move(in));
    case Kind::parse_kv:
      return bind_parse_kv(b, op.as<ast::ParseKv>(), std::move(in));
    case Kind::partition:
      return bind_partition(b, op.as<ast::Partition>(), std::move(in));
    case Kind::print:
      return bind_print(b, op.as<ast::Print>());
    case Kind::project:
      return bind_project(b, op.as<ast::Project>(), std::move(in));
    case Kind::project_away:
      return bind_project_away(b, op.as<ast::ProjectAway>(), std::move(in));
    case Kind::project_keep:
      return bind_project_keep(b, op.as<ast::ProjectKeep>(), std::move(in));
    case Kind::project_rename:
      return bind_project_rename(b, op.as<ast::ProjectRename>(), std::move(in));
    case Kind::project_reorder:
      return bind_project_reorder(b, op.as<ast::ProjectReorder>(), std::move(in));
    case Kind::range:
      return bind_range(b, op.as<ast::Range>());
    case Kind::reduce:
      return bind_reduce(b, op.as<ast::Reduce>(), std::move(in));
    case Kind::render:
      return in;  // how rows are drawn is the client's affair
    case Kind::sample:
      return bind_sample(b, op.as<ast::Sample>(), std::move(in));
    case Kind::sample_distinct:
      return bind_sample_distinct(b, op.as<ast::SampleDistinct>(), std::move(in));
    case Kind::search:
      return bind_search(b, op.as<ast::Search>(), std::move(in));
    case Kind::serialize:
      return bind_serialize(b, op.as<ast::Serialize>(), std::move(in));
    case Kind::sort:
      return bind_sort(b, op.as<ast::Sort>(), std::move(in));
    case Kind::summarize:
      return bind_summarize(b, op.as<ast::Summarize>(), std::move(in));
    case Kind::take:
      return bind_take(b, op.as<ast::Take>(), std::move(in));
    case Kind::top:
      return bind_top(b, op.as<ast::Top>(), std::move(in));
    case Kind::top_hitters:
      return bind_top_hitters(b, op.as<ast::TopHitters>(), std::move(in));
    case Kind::scan:
      return bind_scan(b, op.as<ast::Scan>(), std::move(in));
    case Kind::make_graph:
      return bind_make_graph(b, op.as<ast::MakeGraph>(), std::move(in));
    case Kind::graph_mark_components:
      return bind_graph_mark_components(b, op.as<ast::GraphMarkComponents>(), std::move(in));
    case Kind::graph_match:
      return bind_graph_match(b, op.as<ast::GraphMatch>(), std::move(in));
    case Kind::graph_shortest_paths:
      return bind_graph_shortest_paths(b, op.as<ast::GraphShortestPaths>(), std::move(in));
    case Kind::graph_to_table:
      return bind_graph_to_table(b, op.as<ast::GraphToTable>(), std::move(in));
    case Kind::graph_where_edges:
      return bind_graph_where_edges(b, op.as<ast::GraphWhereEdges>(), std::move(in));
    case Kind::graph_where_nodes:
      return bind_graph_where_nodes(b, op.as<ast::GraphWhereNodes>(), std::move(in));
    case Kind::top_nested:
      return bind_top_nested(b, op.as<ast::TopNested>(), std::move(in));
    case Kind::project_by_names:
      return bind_project_by_names(b, op.as<ast::ProjectByNames>(), std::move(in));
    case Kind::find:
      return bind_find(b, op.as<ast::Find>(), std::move(in));
    case Kind::union_:
      return bind_union(b, op.as<ast::Union>(), std::move(in));
    case Kind::execute_and_cache:
    case Kind::macro_expand:
    case Kind::partition_by:
      break;
  }
  return not_supported("The operator " + quoted(ast::to_string(op.kind)), op.keyword.span);
}

// Operators that take a graph as it is; all others want rows.
bool takes_graph(ast::OperatorKind kind) {
  using Kind = ast::OperatorKind;
  return kind == Kind::graph_mark_components || kind == Kind::graph_match || kind == Kind::graph_shortest_paths ||
         kind == Kind::graph_to_table || kind == Kind::graph_where_edges || kind == Kind::graph_where_nodes ||
         kind == Kind::invoke || kind == Kind::as;
}

}  // namespace

Result<PlanPtr> bind_operator(Binding& binding, const ast::Operator& op, PlanPtr input) {
  TRY(count_plan_node(binding, op.span));
  if (input == nullptr && !starts_a_pipe(op.kind))
    return semantic_error(quoted(op.keyword.text) + " needs rows before it.", op.keyword.span);
  const bool has_input = input != nullptr;
  if (has_input && (op.kind == ast::OperatorKind::print || op.kind == ast::OperatorKind::range))
    return semantic_error(quoted(op.keyword.text) + " must be the first operator.", op.keyword.span);
  if (has_input && !takes_graph(op.kind) && graph_of(binding, *input, op.span))
    return semantic_error(quoted(op.keyword.text) + " takes rows, not a graph; see graph-match and graph-to-table.",
                          op.keyword.span);
  return dispatch(binding, op, std::move(input));
}

}  // namespace vedette::kql
