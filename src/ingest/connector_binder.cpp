// Binding a connector's file of statements. Each statement is bound as a query of its own: the text of the file with
// all but the statement and the `let`s before it blanked out, so that errors have their place in the file.
#include <algorithm>

#include "connector_query.h"
#include "row_columns.h"
#include "vedette/kql/plan/bind.h"
#include "vedette/kql/plan/carry_column.h"
#include "vedette/kql/syntax/parse.h"
#include "vedette/tables/declaration.h"

namespace vedette::ingest {

using base::ErrorCode;
using base::fail;
using columnar::Schema;
using columnar::Type;
namespace ast = kql::ast;

namespace {

constexpr std::string_view any_table = "AnyTable";

std::string quoted_name(const std::string& name) { return "['" + name + "']"; }

// How a value becomes one of the column's type without losing anything; "" when it cannot.
std::string conversion(Type from, Type to, const std::string& name) {
  if (to == Type::string) return "tostring(" + name + ")";
  if (to == Type::dynamic && from == Type::string) return "parse_json(" + name + ")";
  if (to == Type::dynamic) return "todynamic(" + name + ")";
  if (to == Type::long_ && from == Type::int_) return "tolong(" + name + ")";
  if (to == Type::int_ && from == Type::long_) return "toint(" + name + ")";
  if (to == Type::real && (from == Type::int_ || from == Type::long_)) return "toreal(" + name + ")";
  return "";
}

// The projection that gives a table's statement the column types of the table; "" when it has them.
base::Result<std::string> conform(const Schema& output, const tables::TableDeclaration& table, base::SourceSpan span) {
  std::string projection;
  bool changes = false;
  for (const auto& column : output) {
    const auto declared = columnar::find_column(table.schema, column.name);
    if (!declared)
      return fail(ErrorCode::semantic_error, "The table " + table.name + " has no column '" + column.name + "'.")
          .at(span);
    const Type type = table.schema[*declared].type;
    const std::string name = quoted_name(column.name);
    projection += projection.empty() ? " | project " : ", ";
    projection += name;
    if (column.type == type) continue;
    const std::string converted = conversion(column.type, type, name);
    if (converted.empty())
      return fail(ErrorCode::semantic_error, "The column '" + column.name + "' of " + table.name + " is " +
                                                 std::string(to_string(type)) + ", the statement gives " +
                                                 std::string(to_string(column.type)) + ".")
          .at(span);
    projection += " = " + converted;
    changes = true;
  }
  return changes ? projection : std::string();
}

}  // namespace

class ConnectorBinder {
 public:
  ConnectorBinder(const kql::Query& file, StatementTarget target) : file_(file), target_(target) {}

  base::Result<ConnectorQuery> run() {
    for (const ast::Statement* statement : file_.statements()) {
      if (const auto* let = statement->try_as<ast::Let>()) {
        if (!take_stage(*let)) kept_lets_.push_back(let);
        lets_.push_back(let);
      } else if (const auto* expression = statement->try_as<ast::ExpressionStatement>()) {
        TRY(take_output(*expression->expr));
      } else {
        return fail(ErrorCode::not_supported, "A connector has let statements and tabular statements only.")
            .at(statement->span);
      }
    }
    if (bound_.statements_.empty()) return fail(ErrorCode::bad_request, "There is no tabular statement.");
    return std::move(bound_);
  }

 private:
  struct Bound {
    std::string reads;
    kql::BoundQuery query;
  };

  // The text of some lets and one expression, at their places in the file.
  std::string text_of(const std::vector<const ast::Let*>& lets, size_t begin, size_t end) const {
    std::string text(file_.text().substr(0, end));
    for (char& c : text)
      if (c != '\n') c = ' ';
    for (const auto* let : lets) {
      const auto& span = let->span;
      text.replace(span.begin, span.end - span.begin, file_.text(span));
      text[span.end] = ';';
    }
    text.replace(begin, end - begin, file_.text().substr(begin, end - begin));
    return text;
  }

  base::Result<Bound> bind_over(const std::string& text, const NamedTables& tables, base::SourceSpan span,
                                base::DateTime now) const {
    const auto query = TRY(kql::parse_or_error(text));
    auto bound = TRY(kql::bind(query, tables, {.now = now}));
    if (tables.asked().size() != 1)
      return fail(ErrorCode::semantic_error, "The statement does not read the table source.").at(span);
    TRY(kql::carry_column(bound, tables.asked().front(), record_column));
    return Bound{tables.asked().front(), std::move(bound)};
  }

  // Over one stage when the expression reads one, else over source with all lets inlined.
  base::Result<Bound> bind_text(size_t begin, size_t end, const std::string& suffix, base::SourceSpan span,
                                base::DateTime now = {}) const {
    NamedTables stages;
    stages.add(std::string(source_table), source_);
    for (const auto& stage : bound_.stages_)
      stages.add(stage.name, std::make_shared<BatchTable>(stage.query->root->output));
    auto bound = bind_over(text_of(kept_lets_, begin, end) + suffix, stages, span, now);
    if (bound || stages.asked().size() < 2) return bound;
    NamedTables only_source;
    only_source.add(std::string(source_table), source_);
    return bind_over(text_of(lets_, begin, end) + suffix, only_source, span, now);
  }

  // Rows must not depend on when a connector was loaded.
  base::Status check_time(size_t begin, size_t end, base::SourceSpan span) const {
    if (file_.text().find("now(") == std::string_view::npos && file_.text().find("ago(") == std::string_view::npos)
      return {};
    const auto early = TRY(bind_text(begin, end, "", span, base::DateTime{base::ticks_per_day}));
    const auto late = TRY(bind_text(begin, end, "", span, base::DateTime{2 * base::ticks_per_day}));
    if (explain(early.query) != explain(late.query))
      return fail(ErrorCode::not_supported, "A connector cannot use now() or ago().").at(span);
    return {};
  }

  // A let that cannot be bound by itself (a value, a function, or wrong) stays text: what uses it says what is wrong.
  bool take_stage(const ast::Let& let) {
    const auto& value = *let.value;
    if (value.kind != ast::ExprKind::pipe && value.kind != ast::ExprKind::name) return false;
    auto bound = bind_text(value.span.begin, value.span.end, "", value.span);
    if (!bound || !check_time(value.span.begin, value.span.end, value.span)) return false;
    bound_.stages_.push_back({std::string(let.name.text), std::move(bound->reads),
                              std::make_shared<const kql::BoundQuery>(std::move(bound->query))});
    return true;
  }

  void add_statement(std::string table, Bound bound) {
    bound_.statements_.push_back(
        {std::move(table), std::move(bound.reads), std::make_shared<const kql::BoundQuery>(std::move(bound.query))});
  }

  base::Status take_output(const ast::Expr& expression) {
    const size_t begin = expression.span.begin;
    if (target_ == StatementTarget::none) {
      TRY(check_time(begin, expression.span.end, expression.span));
      add_statement("", TRY(bind_text(begin, expression.span.end, "", expression.span)));
      return {};
    }
    const auto* pipe = expression.try_as<ast::Pipe>();
    const auto* as = pipe && !pipe->operators.empty() ? pipe->operators.back()->try_as<ast::As>() : nullptr;
    if (!as || (!pipe->source && pipe->operators.size() < 2))
      return fail(ErrorCode::bad_request, "A statement ends in `| as TABLE`.").at(expression.span);
    const std::string table(as->name.text);
    const size_t end =
        pipe->operators.size() > 1 ? pipe->operators[pipe->operators.size() - 2]->span.end : pipe->source->span.end;
    TRY(check_time(begin, end, expression.span));
    auto bound = TRY(bind_text(begin, end, "", expression.span));
    if (table == any_table) return take_rows_of_any_table(bound, begin, end, expression.span);
    const auto* declaration = tables::find_declaration(table);
    if (!declaration)
      return fail(ErrorCode::semantic_error, "There is no hunting table '" + table + "'.").at(as->name.span);
    Schema output = bound.query.root->output;
    output.pop_back();
    const std::string projection = TRY(conform(output, *declaration, expression.span));
    if (!projection.empty()) bound = TRY(bind_text(begin, end, projection, expression.span));
    add_statement(table, std::move(bound));
    return {};
  }

  // One statement for each table, made from its declaration.
  base::Status take_rows_of_any_table(const Bound& bound, size_t begin, size_t end, base::SourceSpan span) {
    const Schema& output = bound.query.root->output;
    const auto table = columnar::find_column(output, "Table"), row = columnar::find_column(output, "Row");
    if (output.size() != 3 || !table || !row || output[*table].type != Type::string ||
        output[*row].type != Type::dynamic)
      return fail(ErrorCode::semantic_error, "Rows of " + std::string(any_table) +
                                                 " have the columns Table (string) and Row (dynamic), no others.")
          .at(span);
    for (const auto& declaration : tables::declared_tables()) {
      if (declaration.visibility == tables::Visibility::hidden) continue;
      const std::string suffix = " | where Table == \"" + declaration.name + "\" and isempty(" +
                                 misfit_of(declaration, "Row") + ")" + project_columns(declaration, "Row");
      add_statement(declaration.name, TRY(bind_text(begin, end, suffix, span)));
    }
    return {};
  }

  const kql::Query& file_;
  StatementTarget target_;
  std::shared_ptr<const BatchTable> source_ = std::make_shared<BatchTable>(source_schema());
  std::vector<const ast::Let*> lets_;       // all so far
  std::vector<const ast::Let*> kept_lets_;  // those that are no stages
  ConnectorQuery bound_;
};

base::Result<ConnectorQuery> ConnectorQuery::bind(std::string_view text, StatementTarget target) {
  const auto query = TRY(kql::parse_or_error(text));
  return ConnectorBinder(query, target).run();
}

}  // namespace vedette::ingest
