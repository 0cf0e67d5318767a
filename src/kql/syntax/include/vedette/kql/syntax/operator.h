// Tabular operators: what stands after `|`. Switch on `kind`, then `op.as<T>()`.
#pragma once

#include "vedette/kql/syntax/expression.h"

namespace vedette::kql::ast {

enum class OperatorKind : uint8_t {
  as,
  assert_schema,
  consume,
  count,
  distinct,
  evaluate,
  execute_and_cache,
  extend,
  facet,
  filter,
  find,
  fork,
  getschema,
  graph_mark_components,
  graph_match,
  graph_shortest_paths,
  graph_to_table,
  graph_where_edges,
  graph_where_nodes,
  invoke,
  join,
  lookup,
  macro_expand,
  make_graph,
  make_series,
  mv_apply,
  mv_expand,
  parse,
  parse_kv,
  partition,
  partition_by,
  print,
  project,
  project_away,
  project_by_names,
  project_keep,
  project_rename,
  project_reorder,
  range,
  reduce,
  render,
  sample,
  sample_distinct,
  scan,
  search,
  serialize,
  sort,
  summarize,
  take,
  top,
  top_hitters,
  top_nested,
  union_,
};

struct Operator {
  OperatorKind kind;
  SourceSpan span;
  Name keyword;          // as written: "where" or "filter", "mv-expand" or "mvexpand"
  List<Option> options;  // kind=…, hint.…=…, isfuzzy=…, withsource=…, bagexpansion=…, in the order of the text

  // The last option of that name (case-sensitive), or null.
  const Option* option(std::string_view name) const;
  // The bare word, or string literal, that is the option's value; "" when there is no such option.
  std::string_view option_text(std::string_view name) const;

  template <class T>
  const T* try_as() const {
    return kind == T::tag ? static_cast<const T*>(this) : nullptr;
  }
  template <class T>
  const T& as() const {
    assert(kind == T::tag);
    return static_cast<const T&>(*this);
  }

 protected:
  explicit Operator(OperatorKind k) : kind(k) {}
};

template <OperatorKind Kind>
struct OperatorOf : Operator {
  static constexpr OperatorKind tag = Kind;
  OperatorOf() : Operator(Kind) {}
};

const char* to_string(OperatorKind kind);  // the KQL keyword: "where", "mv-expand", …

enum class Direction : uint8_t { unstated, asc, desc, granny_asc, granny_desc };  // granny-… only in project-reorder
enum class Nulls : uint8_t { unstated, first, last };

struct OrderedExpr {
  NamedExpr value;
  Direction direction = Direction::unstated;  // sort and top: unstated is desc
  Nulls nulls = Nulls::unstated;              // unstated: asc → first, desc → last
};

// Operators that are their keyword, options and a list.
struct Extend : OperatorOf<OperatorKind::extend> {
  List<NamedExpr> items;
};
struct Project : OperatorOf<OperatorKind::project> {
  List<NamedExpr> items;
};
struct ProjectRename : OperatorOf<OperatorKind::project_rename> {
  List<NamedExpr> items;
};
struct Serialize : OperatorOf<OperatorKind::serialize> {
  List<NamedExpr> items;
};
struct Print : OperatorOf<OperatorKind::print> {
  List<NamedExpr> items;
};
struct ProjectAway : OperatorOf<OperatorKind::project_away> {
  List<Name> columns;  // or patterns
};
struct ProjectKeep : OperatorOf<OperatorKind::project_keep> {
  List<Name> columns;  // or patterns
};
struct ProjectReorder : OperatorOf<OperatorKind::project_reorder> {
  struct Item {
    Name column;  // or pattern
    Direction direction = Direction::unstated;
  };
  List<Item> items;
};
struct ProjectByNames : OperatorOf<OperatorKind::project_by_names> {
  List<const Expr*> items;
};
struct Distinct : OperatorOf<OperatorKind::distinct> {
  List<NamedExpr> items;  // a single Star for `distinct *`
};
struct Sort : OperatorOf<OperatorKind::sort> {
  List<OrderedExpr> keys;
};

// where, filter.
struct Filter : OperatorOf<OperatorKind::filter> {
  NamedExpr predicate;
};

// take, limit.
struct Take : OperatorOf<OperatorKind::take> {
  NamedExpr count;
};
struct Sample : OperatorOf<OperatorKind::sample> {
  NamedExpr count;
};
struct SampleDistinct : OperatorOf<OperatorKind::sample_distinct> {
  NamedExpr count;
  NamedExpr of;
};
struct Top : OperatorOf<OperatorKind::top> {
  NamedExpr count;
  List<OrderedExpr> keys;
};
struct TopHitters : OperatorOf<OperatorKind::top_hitters> {
  NamedExpr count;
  NamedExpr of;
  const OrderedExpr* by = nullptr;
};
struct TopNested : OperatorOf<OperatorKind::top_nested> {
  struct Level {
    const NamedExpr* count = nullptr;  // null: all values
    NamedExpr of;
    const NamedExpr* others = nullptr;  // with others = expr
    OrderedExpr by;
    SourceSpan span;
  };
  List<Level> levels;
};
// `count`, `count as N`.
struct Count : OperatorOf<OperatorKind::count> {
  Name as;
};

struct Summarize : OperatorOf<OperatorKind::summarize> {
  List<NamedExpr> aggregates;
  List<NamedExpr> by;
  bool has_by = false;
  const Expr* bin = nullptr;  // legacy `by x bin = 1h`
};

// `join kind=… (right) on a, $left.x == $right.y` or `where predicate`; lookup has the same shape.
struct Join : OperatorOf<OperatorKind::join> {
  const Expr* right = nullptr;
  List<const Expr*> on;
  const Expr* where = nullptr;
};
struct Lookup : OperatorOf<OperatorKind::lookup> {
  const Expr* right = nullptr;
  List<const Expr*> on;
};

// `union a, b*, (c | …)`. A table is a NameRef (perhaps a pattern), a path, a call or a pipe.
struct Union : OperatorOf<OperatorKind::union_> {
  List<const Expr*> tables;
};

struct MvItem {
  const NamedExpr* value = nullptr;          // null only in `mv-apply to typeof(…) on (…)`
  ScalarType to_type = ScalarType::unknown;  // to typeof(…)
};
struct MvExpand : OperatorOf<OperatorKind::mv_expand> {
  List<MvItem> items;
  const Expr* limit = nullptr;
};
struct MvApply : OperatorOf<OperatorKind::mv_apply> {
  List<MvItem> items;
  const Expr* limit = nullptr;
  const Expr* id = nullptr;    // context id
  const Expr* body = nullptr;  // a Pipe without source, or on a ContextualDatatable
};

// One piece of a `parse … with` pattern.
struct ParsePiece {
  enum class Kind : uint8_t { star, text, column };
  Kind kind = Kind::star;
  const Literal* text = nullptr;
  Name column;
  ScalarType type = ScalarType::unknown;  // of a column; unknown: string
  SourceSpan span;
};
// parse, parse-where.
struct Parse : OperatorOf<OperatorKind::parse> {
  bool drops_unmatched = false;  // parse-where
  const Expr* value = nullptr;
  List<ParsePiece> pattern;
};
struct ParseKv : OperatorOf<OperatorKind::parse_kv> {
  const Expr* value = nullptr;
  Schema keys;
  List<Option> properties;  // with (pair_delimiter=…, …)
};

// `range x from a to b step c`.
struct Range : OperatorOf<OperatorKind::range> {
  Name name;
  const Expr* from = nullptr;
  const Expr* to = nullptr;
  const Expr* step = nullptr;
};

struct GetSchema : OperatorOf<OperatorKind::getschema> {};
struct Consume : OperatorOf<OperatorKind::consume> {};
struct ExecuteAndCache : OperatorOf<OperatorKind::execute_and_cache> {};
struct AssertSchema : OperatorOf<OperatorKind::assert_schema> {
  Schema schema;
};
struct As : OperatorOf<OperatorKind::as> {
  Name name;
};
struct Invoke : OperatorOf<OperatorKind::invoke> {
  const Expr* call = nullptr;  // a Call, perhaps on a path
};
struct Evaluate : OperatorOf<OperatorKind::evaluate> {
  const Call* call = nullptr;
  const Schema* schema = nullptr;  // `: (*, a:long)`; null when not given
};
struct Reduce : OperatorOf<OperatorKind::reduce> {
  NamedExpr by;
  List<Option> properties;
};
// `render timechart with (title = "…")`; also the older `render timechart kind=stacked title="…"`.
struct Render : OperatorOf<OperatorKind::render> {
  struct Property {
    Name name;
    const Expr* value = nullptr;  // null when it is a list of columns
    List<Name> names;             // xcolumn, ycolumns, series, anomalycolumns
  };
  Name chart;
  List<Property> properties;
};

struct MakeSeries : OperatorOf<OperatorKind::make_series> {
  struct Aggregate {
    NamedExpr value;
    const Expr* default_value = nullptr;
  };
  List<Aggregate> aggregates;
  NamedExpr on;
  const Expr* from = nullptr;
  const Expr* to = nullptr;
  const Expr* step = nullptr;
  bool in_range = false;  // written `in range (from, to, step)`, where `to` is included
  List<NamedExpr> by;
};

struct Scan : OperatorOf<OperatorKind::scan> {
  enum class Output : uint8_t { unstated, all, last, none };
  struct Assignment {
    Name name;
    const Expr* value = nullptr;
  };
  struct Step {
    Name name;
    bool optional = false;
    Output output = Output::unstated;
    const Expr* condition = nullptr;
    List<Assignment> assignments;
    SourceSpan span;
  };
  List<OrderedExpr> order_by;
  List<const Expr*> partition_by;
  List<Parameter> declared;
  List<Step> steps;
};

struct Partition : OperatorOf<OperatorKind::partition> {
  const Expr* by = nullptr;
  const Expr* in = nullptr;    // legacy `in (…)`
  const Expr* body = nullptr;  // ( … ): takes the partition's rows
  bool full_query = false;     // { … }: a query of its own
};
// `__partitionby column id guid(…) ( … )`.
struct PartitionBy : OperatorOf<OperatorKind::partition_by> {
  const Expr* column = nullptr;
  const Expr* id = nullptr;
  const Expr* body = nullptr;
};

struct Fork : OperatorOf<OperatorKind::fork> {
  struct Branch {
    Name name;
    const Expr* body = nullptr;
  };
  List<Branch> branches;
};
struct Facet : OperatorOf<OperatorKind::facet> {
  List<const Expr*> by;
  const Expr* body = nullptr;  // with ( … )
};

// `find withsource=S in (T, U*) where predicate project a, b:long, pack(*)`.
struct Find : OperatorOf<OperatorKind::find> {
  struct Projected {
    Column column;
    bool pack = false;  // pack(*)
  };
  Name data_scope;
  List<const Expr*> tables;
  const Expr* predicate = nullptr;
  List<Projected> project;
  bool project_smart = false;
  bool project_away_star = false;
  List<Projected> project_away;
};
// `search kind=… in (T, U*) predicate`. A bare string, a star and `* and predicate` are predicates.
struct Search : OperatorOf<OperatorKind::search> {
  Name data_scope;
  List<const Expr*> tables;
  const Expr* predicate = nullptr;
};

struct MacroExpand : OperatorOf<OperatorKind::macro_expand> {
  const Expr* entity_group = nullptr;
  Name as;
  List<const Statement*> statements;
};

// `make-graph source --> target with nodes on id, …`.
struct MakeGraph : OperatorOf<OperatorKind::make_graph> {
  struct Nodes {
    const Expr* table = nullptr;
    Name key;
  };
  Name source;
  bool directed = true;  // --> or --
  Name target;
  List<Nodes> nodes;
  Name node_id;  // with_node_id = name
  const Expr* partitioned_by = nullptr;
  const Expr* partition_body = nullptr;
};
// One step of a pattern: a node `(n)` or an edge `-[e*1..3]->`.
struct GraphStep {
  enum class Kind : uint8_t { node, forward, backward, undirected };
  Kind kind = Kind::node;
  Name name;
  const Expr* range_from = nullptr;
  const Expr* range_to = nullptr;
  SourceSpan span;
};
struct GraphPattern {
  List<GraphStep> steps;
};
template <OperatorKind Kind>
struct GraphPatterns : OperatorOf<Kind> {
  List<GraphPattern> patterns;
  const Expr* where = nullptr;
  List<NamedExpr> project;
};
struct GraphMatch : GraphPatterns<OperatorKind::graph_match> {};
struct GraphShortestPaths : GraphPatterns<OperatorKind::graph_shortest_paths> {};
struct GraphToTable : OperatorOf<OperatorKind::graph_to_table> {
  struct Output {
    bool nodes = true;  // or edges
    Name as;
    List<Option> options;
  };
  List<Output> outputs;
};
struct GraphMarkComponents : OperatorOf<OperatorKind::graph_mark_components> {};
struct GraphWhereNodes : OperatorOf<OperatorKind::graph_where_nodes> {
  const Expr* predicate = nullptr;
};
struct GraphWhereEdges : OperatorOf<OperatorKind::graph_where_edges> {
  const Expr* predicate = nullptr;
};

}  // namespace vedette::kql::ast
