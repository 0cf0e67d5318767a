// Expressions of KQL, scalar and tabular alike. Switch on `kind`, then `expr.as<T>()`.
//
// Parentheses leave no node. Precedence is the official grammar's, from loose to tight: or, and, equality and lists
// (== != in between …), relation (< <= > >=), + -, * / %, string operators (has, =~, …), sign, path.
#pragma once

#include <cassert>
#include <string_view>
#include <variant>

#include "vedette/base/guid.h"
#include "vedette/base/time.h"
#include "vedette/kql/syntax/node.h"

namespace vedette::kql::ast {

struct Operator;
struct Parameter;
struct Statement;

enum class ExprKind : uint8_t {
  literal,
  dynamic_literal,
  type_literal,
  name,
  star,
  member,
  element,
  call,
  unary,
  binary,
  logical,
  in_list,
  between,
  pipe,
  datatable,
  external_data,
  contextual_datatable,
  materialized_view_combine,
  entity_group,
  lambda,
  data_scope,
};

struct Expr {
  ExprKind kind;
  SourceSpan span;
  uint32_t height = 1;  // of the tree below, this node included

  // The node as a T; null when it is another kind.
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
  explicit Expr(ExprKind k) : kind(k) {}
};

template <ExprKind Kind>
struct ExprOf : Expr {
  static constexpr ExprKind tag = Kind;
  ExprOf() : Expr(Kind) {}
};

// `expr`, `name = expr` or `(a, b) = expr`. `tuple` tells `(a) = e` from `a = e`.
struct NamedExpr {
  List<Name> names;
  const Expr* expr = nullptr;
  bool tuple = false;
  SourceSpan span;
};

// `1`, `1.5`, `"x"`, `1h`, `true`, `int(5)`, `datetime(2020-01-01)`, `long(null)`, `guid(…)`.
struct Literal : ExprOf<ExprKind::literal> {
  ScalarType type = ScalarType::unknown;  // never dynamic; unknown only for a bare `null` inside dynamic(…)
  // monostate: null. boolean: bool; int_, long_: int64_t; real: double; timespan: TimeSpan; guid: Guid;
  // string: its value; decimal and datetime: the trimmed text between the parentheses, which the binder converts with
  // the kernels of todecimal() and todatetime(). An empty text in datetime() means now().
  std::variant<std::monostate, bool, int64_t, double, std::string_view, base::TimeSpan, base::Guid> value;

  bool is_null() const { return std::holds_alternative<std::monostate>(value); }
  std::string_view text() const { return std::get<std::string_view>(value); }
};

// What stands in dynamic(…): JSON, with typed literals such as datetime(2020-01-01) or 1h as further scalars.
struct DynamicValue {
  enum class Kind : uint8_t { scalar, array, bag };
  Kind kind = Kind::scalar;
  const Literal* scalar = nullptr;  // Kind::scalar
  List<DynamicValue> items;         // of an array or a bag
  List<std::string_view> keys;      // of a bag, one per item, in the order of the text
  SourceSpan span;
};

struct DynamicLiteral : ExprOf<ExprKind::dynamic_literal> {
  DynamicValue value;
};

// `typeof(long)`, or `typeof(a:long, b:string)` with a schema.
struct TypeLiteral : ExprOf<ExprKind::type_literal> {
  ScalarType type = ScalarType::unknown;  // unknown when it is a schema
  Schema schema;
};

// A column, variable or table: `x`, `['my col']`, `$left`; `Device*` in lists of tables and columns.
struct NameRef : ExprOf<ExprKind::name> {
  Name name;
};

// `*` in count(*), arg_max(x, *), `search *`, `distinct *` and `* has "x"` (left side of a binary).
struct Star : ExprOf<ExprKind::star> {};

// `target.name` (also `target.['name']`).
struct Member : ExprOf<ExprKind::member> {
  const Expr* target = nullptr;
  Name name;
};

// `target[index]`.
struct Element : ExprOf<ExprKind::element> {
  const Expr* target = nullptr;
  const Expr* index = nullptr;
};

// `f(a, b = 1)`, `database("d").table("t")` (then with a target), `toscalar(T | …)`, `materialize(T | …)`.
struct Call : ExprOf<ExprKind::call> {
  const Expr* target = nullptr;  // null unless the call is on a path
  Name name;
  List<NamedExpr> arguments;     // a star argument is a Star
  bool no_optimization = false;  // toscalar kind=nooptimization (…)
};

// `-x`, `+x`.
struct Unary : ExprOf<ExprKind::unary> {
  char op = '-';
  const Expr* operand = nullptr;
};

// Everything with two sides but and, or, lists and ranges. `op` is spelled as in KQL: "==", "!=" (also for <>), "<",
// "+", "=~", "has", "!has_cs", "matches regex", …; legacy spellings are rewritten: notcontains → !contains. ":" is has,
// but for the wildcards that its text may have in search.
struct Binary : ExprOf<ExprKind::binary> {
  std::string_view op;
  SourceSpan op_span;
  const Expr* left = nullptr;
  const Expr* right = nullptr;
};

// A chain of `and` or of `or`, at least two operands in the order of the text.
struct Logical : ExprOf<ExprKind::logical> {
  bool is_and = true;
  List<const Expr*> operands;
};

// `x in (…)`, "!in", "in~", "!in~", "has_any", "has_all". A single tabular item may be a name, a call or a pipe.
struct InList : ExprOf<ExprKind::in_list> {
  std::string_view op;
  SourceSpan op_span;
  const Expr* left = nullptr;
  List<const Expr*> items;
};

// `x between (low .. high)`.
struct Between : ExprOf<ExprKind::between> {
  bool negated = false;
  SourceSpan op_span;
  const Expr* value = nullptr;
  const Expr* low = nullptr;
  const Expr* high = nullptr;
};

// `source | op | op …`, where no source means that operators[0] starts the pipe (print, range, union, find, search,
// evaluate, macro-expand) or, in mv-apply, partition, fork, facet and graph clauses, takes the outer rows.
struct Pipe : ExprOf<ExprKind::pipe> {
  const Expr* source = nullptr;
  List<const Operator*> operators;
};

// `name = value` between an operator's keyword and its operands: kind=inner, hint.strategy=shuffle, isfuzzy=true.
struct Option {
  Name name;
  const Expr* value = nullptr;  // a NameRef for bare words, else a literal (or any expression in with (…) lists)
};

// `datatable (a:long, b:string) [ … ]`. values.size() is a multiple of the number of columns.
struct Datatable : ExprOf<ExprKind::datatable> {
  List<Option> options;
  Schema schema;
  List<const Expr*> values;  // literals, signed ones too: Literal, DynamicLiteral, Unary of a Literal
};

// `externaldata (a:string) [ @"https://…" ] with (format="csv")`.
struct ExternalData : ExprOf<ExprKind::external_data> {
  List<Option> options;
  Schema schema;
  List<const Expr*> uris;
  List<Option> properties;
};

// `__contextual_datatable guid(…) (a:long)`.
struct ContextualDatatable : ExprOf<ExprKind::contextual_datatable> {
  const Expr* id = nullptr;
  Schema schema;
};

// `materialized-view-combine (name) base (…) delta (…) aggregations (summarize …)`.
struct MaterializedViewCombine : ExprOf<ExprKind::materialized_view_combine> {
  const Expr* name = nullptr;
  const Expr* base = nullptr;
  const Expr* delta = nullptr;
  const Expr* aggregations = nullptr;  // a Pipe of one Summarize
};

// `entity_group [ cluster("c").database("d"), … ]`.
struct EntityGroup : ExprOf<ExprKind::entity_group> {
  List<const Expr*> entities;
};

// `(a:string, T:(x:long, *), b:long = 5) { let …; body }`, only as the value of a let statement.
struct Lambda : ExprOf<ExprKind::lambda> {
  bool is_view = false;
  List<Parameter> parameters;
  List<const Statement*> statements;  // let and declare query_parameters before the body
  const Expr* body = nullptr;         // null in `{ }`
};

// `T datascope=hotcache`.
struct DataScope : ExprOf<ExprKind::data_scope> {
  const Expr* target = nullptr;
  Name scope;  // hotcache or all
};

// `name: type = default` or `name: (schema)` of lambdas, query_parameters and `scan declare`.
struct Parameter {
  Name name;
  ScalarType type = ScalarType::unknown;
  bool tabular = false;
  Schema schema;                        // of a tabular parameter
  const Expr* default_value = nullptr;  // a literal
};

}  // namespace vedette::kql::ast
