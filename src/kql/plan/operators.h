// Tabular operators: each binds its syntax over the plan of its input. One file per group.
#pragma once

#include "projection.h"
#include "tabular.h"

namespace vedette::kql {

Result<PlanPtr> bind_tabular_function(Binding& binding, const Variable& function, ast::List<ast::NamedExpr> arguments,
                                      PlanPtr invoked, SourceSpan span);

// operator_source.cpp
Result<PlanPtr> bind_datatable(Binding& binding, const ast::Datatable& table);
Result<PlanPtr> bind_external_data(Binding& binding, const ast::ExternalData& data);
Result<PlanPtr> bind_print(Binding& binding, const ast::Print& op);
Result<PlanPtr> bind_range(Binding& binding, const ast::Range& op);
Result<PlanPtr> bind_getschema(Binding& binding, const ast::GetSchema& op, PlanPtr input);
// operator_project.cpp
Result<PlanPtr> bind_project(Binding& binding, const ast::Project& op, PlanPtr input);
Result<PlanPtr> bind_extend(Binding& binding, const ast::Extend& op, PlanPtr input);
Result<PlanPtr> bind_serialize(Binding& binding, const ast::Serialize& op, PlanPtr input);
// operator_columns.cpp
Result<PlanPtr> bind_project_away(Binding& binding, const ast::ProjectAway& op, PlanPtr input);
Result<PlanPtr> bind_project_keep(Binding& binding, const ast::ProjectKeep& op, PlanPtr input);
Result<PlanPtr> bind_project_by_names(Binding& binding, const ast::ProjectByNames& op, PlanPtr input);
Result<PlanPtr> bind_project_rename(Binding& binding, const ast::ProjectRename& op, PlanPtr input);
Result<PlanPtr> bind_project_reorder(Binding& binding, const ast::ProjectReorder& op, PlanPtr input);
// operator_rows.cpp
Result<PlanPtr> bind_filter(Binding& binding, const ast::Filter& op, PlanPtr input);
Result<PlanPtr> bind_take(Binding& binding, const ast::Take& op, PlanPtr input);
Result<PlanPtr> bind_sample(Binding& binding, const ast::Sample& op, PlanPtr input);
Result<PlanPtr> bind_sample_distinct(Binding& binding, const ast::SampleDistinct& op, PlanPtr input);
Result<PlanPtr> bind_count(Binding& binding, const ast::Count& op, PlanPtr input);
Result<PlanPtr> bind_distinct(Binding& binding, const ast::Distinct& op, PlanPtr input);
Result<PlanPtr> bind_sort(Binding& binding, const ast::Sort& op, PlanPtr input);
Result<PlanPtr> bind_top(Binding& binding, const ast::Top& op, PlanPtr input);
// operator_summarize.cpp
Result<PlanPtr> bind_summarize(Binding& binding, const ast::Summarize& op, PlanPtr input);
Result<PlanPtr> bind_top_hitters(Binding& binding, const ast::TopHitters& op, PlanPtr input);
// operator_make_series.cpp
Result<PlanPtr> bind_make_series(Binding& binding, const ast::MakeSeries& op, PlanPtr input);
// operator_join.cpp
Result<PlanPtr> bind_join(Binding& binding, const ast::Join& op, PlanPtr input);
Result<PlanPtr> bind_lookup(Binding& binding, const ast::Lookup& op, PlanPtr input);
// operator_union.cpp
Result<PlanPtr> bind_union(Binding& binding, const ast::Union& op, PlanPtr input);
// operator_find.cpp
Result<PlanPtr> bind_find(Binding& binding, const ast::Find& op, PlanPtr input);
// operator_scan.cpp
Result<PlanPtr> bind_scan(Binding& binding, const ast::Scan& op, PlanPtr input);
// operator_graph.cpp
Result<PlanPtr> bind_make_graph(Binding& binding, const ast::MakeGraph& op, PlanPtr input);
Result<PlanPtr> bind_graph_mark_components(Binding& binding, const ast::GraphMarkComponents& op, PlanPtr input);
Result<PlanPtr> bind_graph_to_table(Binding& binding, const ast::GraphToTable& op, PlanPtr input);
Result<PlanPtr> bind_graph_where_edges(Binding& binding, const ast::GraphWhereEdges& op, PlanPtr input);
Result<PlanPtr> bind_graph_where_nodes(Binding& binding, const ast::GraphWhereNodes& op, PlanPtr input);
// operator_graph_match.cpp
Result<PlanPtr> bind_graph_match(Binding& binding, const ast::GraphMatch& op, PlanPtr input);
Result<PlanPtr> bind_graph_shortest_paths(Binding& binding, const ast::GraphShortestPaths& op, PlanPtr input);
// The graph that rows stand for.
Result<const GraphNode*> graph_of(const Binding& binding, const PlanNode& plan, SourceSpan span);
// operator_top_nested.cpp
Result<PlanPtr> bind_top_nested(Binding& binding, const ast::TopNested& op, PlanPtr input);
// operator_search.cpp
Result<PlanPtr> bind_search(Binding& binding, const ast::Search& op, PlanPtr input);
// A condition in which a bare text is a term of any column; find has such too.
Result<BoundExpression> bind_search_predicate(Binding& binding, const Rows& rows, const ast::Expr& expr);
// operator_mv_expand.cpp
Result<PlanPtr> bind_mv_expand(Binding& binding, const ast::MvExpand& op, PlanPtr input);
Result<PlanPtr> bind_mv_apply(Binding& binding, const ast::MvApply& op, PlanPtr input);
// operator_parse.cpp
Result<PlanPtr> bind_parse(Binding& binding, const ast::Parse& op, PlanPtr input);
Result<PlanPtr> bind_parse_kv(Binding& binding, const ast::ParseKv& op, PlanPtr input);
// plugin_bag_unpack.cpp
Result<PlanPtr> bind_bag_unpack(Binding& binding, const ast::Evaluate& op, PlanPtr input);
// plugin_pivot.cpp
Result<PlanPtr> bind_pivot(Binding& binding, const ast::Evaluate& op, PlanPtr input);
// plugins.cpp
Result<PlanPtr> bind_evaluate(Binding& binding, const ast::Evaluate& op, PlanPtr input);
// operator_partition.cpp
Result<PlanPtr> bind_partition(Binding& binding, const ast::Partition& op, PlanPtr input);
// operator_results.cpp: they end a pipe
Result<PlanPtr> bind_consume(Binding& binding, const ast::Consume& op, PlanPtr input);
Result<PlanPtr> bind_facet(Binding& binding, const ast::Facet& op, PlanPtr input);
Result<PlanPtr> bind_fork(Binding& binding, const ast::Fork& op, PlanPtr input);
// operator_reduce.cpp
Result<PlanPtr> bind_reduce(Binding& binding, const ast::Reduce& op, PlanPtr input);
// operator_other.cpp
Result<PlanPtr> bind_as(Binding& binding, const ast::As& op, PlanPtr input);
Result<PlanPtr> bind_invoke(Binding& binding, const ast::Invoke& op, PlanPtr input);
Result<PlanPtr> bind_assert_schema(Binding& binding, const ast::AssertSchema& op, PlanPtr input);

// The count of take and top: a long without columns.
Result<BoundExpression> bind_count_expression(Binding& binding, const ast::NamedExpr& count, std::string_view op);
// That of sample, sample-distinct and top-hitters, which may also be a real that is whole.
Result<BoundExpression> bind_whole_count(Binding& binding, const ast::NamedExpr& count, std::string_view op);
Result<SortExpression> bind_sort_key(Binding& binding, const Rows& rows, const ast::OrderedExpr& key);
// The input's columns alone, where window columns were added after them.
Result<PlanPtr> without_window_columns(Binding& binding, PlanPtr plan, size_t columns, SourceSpan span);

}  // namespace vedette::kql
