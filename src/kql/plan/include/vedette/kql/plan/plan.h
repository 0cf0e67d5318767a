// The logical plan: what a bound query computes, as a tree of nodes with their output columns.
//
// An expression in a node sees the columns of the node's (first) input by index. Joins and unions see whole columns
// only. Rows have an order where KQL gives them one (after sort, top, range, print, datatable, serialize): nodes that
// keep rows in place (filter, project, window, mv-expand, parse, take) keep that order, the others do not.
// Source of the operators' meaning: kusto/query of the KQL documentation.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/time.h"
#include "vedette/columnar/vector.h"
#include "vedette/kql/plan/bound_expression.h"
#include "vedette/kql/plan/table_source.h"

namespace vedette::kql {

enum class NodeKind : uint8_t {
  scan,
  values,
  range,
  subplan,
  apply_input,
  filter,
  project,
  summarize,
  sort,
  top,
  take,
  sample,
  count,
  distinct,
  serialize,
  window,
  join,
  set_union,
  mv_expand,
  mv_apply,
  partition,
  parse,
  parse_kv,
  make_series,
  step_scan,
  graph,
  graph_match,
  graph_components,
  reduce,
  patterns,
};

std::string_view to_string(NodeKind kind);

struct PlanNode {
  explicit PlanNode(NodeKind k) : kind(k) {}
  virtual ~PlanNode() = default;
  PlanNode(const PlanNode&) = delete;
  PlanNode& operator=(const PlanNode&) = delete;

  const NodeKind kind;
  columnar::Schema output;
  std::vector<std::unique_ptr<PlanNode>> inputs;
  base::SourceSpan span;
};
using PlanPtr = std::unique_ptr<PlanNode>;

// A table. `request` holds the pushed-down part of the query: columns, predicate, times, limit, top; the executor adds
// batch_rows, threads, stop and memory. `request.columns` begins with the output columns; those after them serve only
// `condition`. A row is delivered when `condition` (over request.columns; says exactly what request.predicate says)
// holds; the source's predicate_applied saves evaluating it. limit and top count such rows; the Take or Top above
// stays.
struct ScanNode final : PlanNode {
  ScanNode() : PlanNode(NodeKind::scan) {}
  std::string table_name;
  std::shared_ptr<const TableSource> table;
  ScanRequest request;
  std::optional<BoundExpression> condition;
};

// Constant rows: datatable, getschema; print is a Project over one row without columns.
struct ValuesNode final : PlanNode {
  ValuesNode() : PlanNode(NodeKind::values) {}
  columnar::Batch rows;  // flat columns of the output's types
};

// range x from … to … step …: expressions without columns, of the output's type (step: timespan for datetime). No rows
// when a bound is null or the step does not lead from `from` to `to`; limit_exceeded beyond range_rows_max.
struct RangeNode final : PlanNode {
  RangeNode() : PlanNode(NodeKind::range) {}
  BoundExpression from, to, step;
};
inline constexpr int64_t range_rows_max = 10'000'000;

// The rows of BoundQuery::subplans[index] (materialize, or a let that is read more than once as `as` names it).
struct SubplanNode final : PlanNode {
  SubplanNode() : PlanNode(NodeKind::subplan) {}
  size_t index = 0;
};

// The leaf of the plan inside mv-apply and partition: the rows it is applied to.
struct ApplyInputNode final : PlanNode {
  ApplyInputNode() : PlanNode(NodeKind::apply_input) {}
};

struct FilterNode final : PlanNode {
  FilterNode() : PlanNode(NodeKind::filter) {}
  BoundExpression condition;  // bool; rows where it is null go
};

// Output column i is expressions[i]: project, extend, project-away, -keep, -rename, -reorder.
struct ProjectNode final : PlanNode {
  ProjectNode() : PlanNode(NodeKind::project) {}
  std::vector<BoundExpression> expressions;
};

struct AggregateCall {
  const AggregateFunction* function = nullptr;
  BoundAggregate bound;
  std::vector<BoundExpression> arguments;  // as bound.argument_types; constants are bound.constants too
};

// Output: the keys, then the results of each call in order (bound.result_types.size() columns each). Without keys there
// is one row even for no input; with keys none. Null is a key value of its own.
struct SummarizeNode final : PlanNode {
  SummarizeNode() : PlanNode(NodeKind::summarize) {}
  std::vector<BoundExpression> keys;
  std::vector<AggregateCall> aggregates;
};

struct SortExpression {
  BoundExpression value;
  SortOrder order = SortOrder::descending;
  NullsOrder nulls = NullsOrder::last;
};

// Sort, Top: NaN stands beside null, between it and the numbers.
struct SortNode final : PlanNode {
  SortNode() : PlanNode(NodeKind::sort) {}
  std::vector<SortExpression> keys;
};

// `rows` of Top, Take and Sample: an expression without columns, long; null or negative is 0 rows.
struct TopNode final : PlanNode {
  TopNode() : PlanNode(NodeKind::top) {}
  BoundExpression rows;
  std::vector<SortExpression> keys;
};

struct TakeNode final : PlanNode {
  TakeNode() : PlanNode(NodeKind::take) {}
  BoundExpression rows;
};

struct SampleNode final : PlanNode {
  SampleNode() : PlanNode(NodeKind::sample) {}
  BoundExpression rows;
};

// One row, one long column.
struct CountNode final : PlanNode {
  CountNode() : PlanNode(NodeKind::count) {}
};

// Distinct rows over all columns.
struct DistinctNode final : PlanNode {
  DistinctNode() : PlanNode(NodeKind::distinct) {}
};

// Fixes the order the rows come in as their order.
struct SerializeNode final : PlanNode {
  SerializeNode() : PlanNode(NodeKind::serialize) {}
};

enum class WindowFunction : uint8_t {
  row_number,
  row_rank_dense,
  row_rank_min,
  prev,
  next,
  row_cumsum,
  row_window_session
};

struct WindowCall {
  WindowFunction function = WindowFunction::row_number;
  Type type = Type::long_;
  // Converted, in the documented order, optional ones filled in:
  //   row_number(start, restart)             row_rank_dense(term, restart)   row_rank_min(term, restart)
  //   prev(value, offset, default)           next(value, offset, default)    row_cumsum(term, restart)
  //   row_window_session(time, max_distance_from_first, max_distance_between_neighbors, restart)
  // restart is bool and may vary by row; start, offset, default and the distances are constant.
  std::vector<BoundExpression> arguments;
};

// Output: the input's columns, then one column a call. The input is in a fixed order.
struct WindowNode final : PlanNode {
  WindowNode() : PlanNode(NodeKind::window) {}
  std::vector<WindowCall> calls;
};

enum class JoinKind : uint8_t {
  innerunique,
  inner,
  leftouter,
  rightouter,
  fullouter,
  leftsemi,
  rightsemi,
  leftanti,
  rightanti,
};

std::string_view to_string(JoinKind kind);

enum class JoinSide : uint8_t { left, right };

struct JoinKey {
  size_t left = 0;  // columns of equal type
  size_t right = 0;
};

struct JoinOutput {
  JoinSide side = JoinSide::left;
  size_t column = 0;
};

// join and lookup: inputs[0] is left, inputs[1] right. Output column i is outputs[i]; a side that did not match is
// null. No keys: every row matches every row (leftouter etc. as usual).
struct JoinNode final : PlanNode {
  JoinNode() : PlanNode(NodeKind::join) {}
  JoinKind join_kind = JoinKind::innerunique;
  std::vector<JoinKey> keys;
  std::vector<JoinOutput> outputs;
};

// Every input has exactly the output's columns.
struct UnionNode final : PlanNode {
  UnionNode() : PlanNode(NodeKind::set_union) {}
};

enum class BagExpansion : uint8_t { bag, array };  // a bag becomes one-key bags, or [key, value] pairs

struct MvExpansion {
  BoundExpression value;      // dynamic
  Type type = Type::dynamic;  // to typeof(): elements that are not of it are null
  size_t output_column = 0;
};

// One row per element of the longest of the arrays; the shorter ones are padded with null. A null gives one row with
// null, an empty array or bag none; any other value is an array of one.
struct MvExpandNode final : PlanNode {
  MvExpandNode() : PlanNode(NodeKind::mv_expand) {}
  struct Carried {
    size_t input_column = 0, output_column = 0;
  };
  std::vector<MvExpansion> expansions;
  std::vector<Carried> carried;               // columns of the input, repeated
  std::optional<size_t> index_output_column;  // with_itemindex: long, from 0
  BagExpansion bag_expansion = BagExpansion::bag;
  std::optional<BoundExpression> row_limit;  // per input row; long, without columns
};

// inputs[0] are the rows; for each of them, `expand` (an MvExpandNode whose input is an ApplyInputNode) gives the rows
// that `subplan` reads through its own ApplyInputNode. Output column i is the subplan's column (from_subplan) or the
// outer row's, repeated.
struct MvApplyNode final : PlanNode {
  MvApplyNode() : PlanNode(NodeKind::mv_apply) {}
  struct Output {
    bool from_subplan = false;
    size_t column = 0;
  };
  PlanPtr expand;
  PlanPtr subplan;
  std::vector<Output> outputs;
};

// partition by column (…): the rows of inputs[0] of each value of `key` go through `subplan`; the results are united.
struct PartitionNode final : PlanNode {
  PartitionNode() : PlanNode(NodeKind::partition) {}
  size_t key = 0;
  PlanPtr subplan;
};

enum class ParseKind : uint8_t { simple, relaxed, regex };
enum class ParseMismatch : uint8_t { keep_row, drop_row };  // parse, parse-where

// parse pattern, left to right: text (of kind regex: an expression), `*`, or a column.
struct ParseStep {
  enum class Kind : uint8_t { text, star, capture };
  Kind kind = Kind::text;
  std::string text;
  Type type = Type::string;
  size_t output_column = 0;
};

// Output: the input's columns (a captured column of the same name replaces it in place), then the new ones. A text that
// does not match leaves "" and null in all captured columns (simple: also when one of them does not convert).
struct ParseNode final : PlanNode {
  ParseNode() : PlanNode(NodeKind::parse) {}
  BoundExpression source;  // string
  ParseKind parse_kind = ParseKind::simple;
  std::string regex_flags;  // U, m, s, i
  ParseMismatch mismatch = ParseMismatch::keep_row;
  std::vector<ParseStep> steps;
};

// parse-kv source as (columns) with (…). Output: the input's columns, then `columns` of it.
struct ParseKvNode final : PlanNode {
  ParseKvNode() : PlanNode(NodeKind::parse_kv) {}
  struct Capture {
    std::string key;
    Type type = Type::string;
    size_t output_column = 0;
  };
  struct Quotes {
    std::string open, close;  // a character each
  };
  BoundExpression source;
  std::vector<Capture> captures;
  std::string pair_delimiter, kv_delimiter, regex;
  std::vector<Quotes> quotes;
  std::vector<std::string> escapes;  // a character each
  bool greedy = false;
};

// make-series. Output: the keys, each call's series as a dynamic array, the axis as a dynamic array (last). Without
// `from`/`to` the series spans the axis values that occur. Empty input: no row unless `nonempty`.
struct MakeSeriesNode final : PlanNode {
  MakeSeriesNode() : PlanNode(NodeKind::make_series) {}
  struct Series {
    BoundExpression value;  // of a bin with rows: over the results of `aggregates`
    BoundExpression default_value;
  };
  std::vector<BoundExpression> keys;
  std::vector<AggregateCall> aggregates;
  std::vector<Series> series;
  BoundExpression axis;                     // datetime, timespan or number
  std::optional<BoundExpression> from, to;  // without columns, of the axis' type; `to` is excluded
  BoundExpression step;                     // timespan for a datetime axis
  bool nonempty = false;
};

// scan: rows in their order run through steps that remember what they matched. Output: the input's columns, the
// declared ones, the match id. An expression sees the row's columns and then, for each step, the columns of the row it
// remembers followed by the declared ones.
struct StepScanNode final : PlanNode {
  StepScanNode() : PlanNode(NodeKind::step_scan) {}
  enum class Output : uint8_t { all, last, none };
  struct Assignment {
    size_t column = 0;  // of the row with the declared columns behind
    BoundExpression value;
  };
  struct Step {
    BoundExpression condition;
    std::vector<Assignment> assignments;
    Output output = Output::all;
  };
  std::vector<columnar::Vector> defaults;  // of the declared columns, one row each
  std::vector<Step> steps;
  bool match_id = false;
};

// A graph: two subplans. Never run; the operators over it read them. A node's key columns come first among the nodes'
// columns and are not among its properties.
struct GraphNode final : PlanNode {
  GraphNode() : PlanNode(NodeKind::graph) {}
  size_t nodes = 0, edges = 0;           // subplans
  std::vector<size_t> sources, targets;  // columns of the edges, as many as keys
  columnar::Schema properties;           // of the nodes, after the keys
  columnar::Schema edge_properties;
  bool directed = true;
  size_t keys() const { return sources.size(); }
};

enum class Cycles : uint8_t { all, none, unique_edges };
enum class GraphPaths : uint8_t { every, shortest, all_shortest };

// graph-match and graph-shortest-paths: inputs[0] are the nodes, inputs[1] the edges. A match gives each variable a
// node or an edge, or a path of edges. Expressions see, of each match, the properties of `variables` in their order
// (nothing of paths), then `computed`.
struct GraphMatchNode final : PlanNode {
  GraphMatchNode() : PlanNode(NodeKind::graph_match) {}
  enum class Direction : uint8_t { forward, backward, either };
  struct Variable {
    bool is_edge = false, is_path = false;
    size_t first_column = 0;  // of its properties
  };
  struct Hop {
    size_t from = 0, edge = 0, to = 0;  // variables
    Direction direction = Direction::forward;
    size_t least = 1, most = 1;
    size_t pattern = 0;  // the sequence it stands in
  };
  // Over the elements of a path: all and any give bool, map an array. Of a node: its degrees, its id as text.
  struct Computed {
    enum class Kind : uint8_t { all, any, map, degree_in, degree_out, node_id };
    Kind kind = Kind::map;
    size_t variable = 0;
    bool inner_nodes = false;  // the nodes between the edges rather than the edges
    BoundExpression value;     // over an element's properties; of an inner node, then its degrees (in, out) and id
  };
  std::vector<size_t> sources, targets;
  size_t keys = 1;
  std::vector<Variable> variables;
  std::vector<Hop> hops;
  std::vector<size_t> lone;  // node variables of sequences without a hop
  std::vector<Computed> computed;
  std::vector<BoundExpression> conditions;  // all must hold
  std::vector<BoundExpression> expressions;
  Cycles cycles = Cycles::unique_edges;
  GraphPaths paths = GraphPaths::every;
};

// graph-mark-components: inputs as of a match; output: the nodes' columns and the number of their component.
struct GraphComponentsNode final : PlanNode {
  GraphComponentsNode() : PlanNode(NodeKind::graph_components) {}
  std::vector<size_t> sources, targets;
  size_t keys = 1;
  bool strong = false;
};

// reduce by: the last column of the input are the texts. Output: Pattern, Count, Representative; when it keeps the
// rows, the input's other columns before them, a row each.
struct ReduceNode final : PlanNode {
  ReduceNode() : PlanNode(NodeKind::reduce) {}
  double threshold = 0.1;                 // the share of rows that a term or a pattern must have more than
  std::optional<std::string> characters;  // what separates terms; else all but ASCII letters and digits
  bool keeps_rows = false;
};

// Sets of values (one a column at most) that many rows have: basket, autocluster, diffpatterns. The input are the
// dimensions, then a column of reals, what the row weighs; diffpatterns has a second one, of the other set of rows.
// Output: SegmentId, counts and percents, then the dimensions; where a pattern says nothing of one, its wildcard.
struct PatternsNode final : PlanNode {
  PatternsNode() : PlanNode(NodeKind::patterns) {}
  enum class Method : uint8_t { basket, autocluster, diffpatterns };
  Method method = Method::basket;
  double threshold = 0.05;    // of the weight in all
  size_t dimensions_max = 0;  // values that a pattern is made from, not counting those that follow from them
  double size_weight = 0.5;   // autocluster: of a pattern's share of the rows, against its number of values
  size_t seeds = 25;          // autocluster
  std::vector<columnar::Vector> wildcards;  // of each dimension, one row
};

// Computed at most once per query, when first asked for. Refers only to subplans before it.
struct Subplan {
  PlanPtr plan;
};

struct BoundQuery {
  PlanPtr root;  // its output is the result's schema
  std::vector<Subplan> subplans;
  std::vector<base::Error> warnings;  // with spans
  base::DateTime now;                 // what constants were folded with; the executor's CallContext takes it
};

// The plan as indented text, one node a line: for `--explain` and tests.
std::string explain(const BoundQuery& query);

}  // namespace vedette::kql
