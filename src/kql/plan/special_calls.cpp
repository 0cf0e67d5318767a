// Functions that look at their arguments' syntax or at the row: typeof(…) arguments, names of columns, whole rows.
#include <array>
#include <numeric>

#include "expressions.h"
#include "tabular.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

using Handler = Result<BoundExpression> (*)(Binding&, const Rows&, const ast::Call&);

Status check_count(const ast::Call& call, size_t least, size_t most) {
  if (call.arguments.size() >= least && call.arguments.size() <= most) return {};
  return semantic_error(
      quoted(call.name.text) + " does not take " + std::to_string(call.arguments.size()) + " arguments.", call.span);
}

// column_ifexists("name", default): the column when there is one, else the default.
Result<BoundExpression> column_if_exists(Binding& binding, const Rows& rows, const ast::Call& call) {
  TRY(check_count(call, 2, 2));
  const std::string name = TRY(bind_text(binding, *call.arguments[0].expr, "The name of a column"));
  if (rows.columns != nullptr && rows.names_visible)
    if (const auto column = columnar::find_column(*rows.columns, name)) {
      if (rows.aggregates != nullptr)
        return semantic_error("The column " + quoted(name) + " stands outside of an aggregate.", call.span);
      return column_expression(*column, (*rows.columns)[*column].type, call.span);
    }
  return bind_expression(binding, rows, *call.arguments[1].expr);
}

// extract(…, typeof(long)) is tolong(extract(…)).
Result<BoundExpression> with_type_argument(Binding& binding, const Rows& rows, const ast::Call& call) {
  std::vector<BoundExpression> arguments;
  const ast::TypeLiteral* type = nullptr;
  for (const ast::NamedExpr& argument : call.arguments) {
    if (type != nullptr) return semantic_error("typeof(…) must be the last argument.", type->span);
    type = argument.expr->try_as<ast::TypeLiteral>();
    if (type == nullptr) arguments.push_back(TRY(bind_expression(binding, rows, *argument.expr)));
  }
  if (type != nullptr && type->type == ast::ScalarType::unknown)
    return semantic_error("A scalar type is expected.", type->span);
  BoundExpression text = TRY(make_call(binding, call.name.text, std::move(arguments), call.span));
  if (type == nullptr) return text;
  return converted(binding, std::move(text), to_type(type->type));
}

// The columns `numbers` of `columns`, which stand at `first` and after it in the row.
Result<BoundExpression> pack_some(Binding& binding, const Schema& columns, size_t first,
                                  const std::vector<size_t>& numbers, SourceSpan span) {
  std::vector<BoundExpression> arguments;
  for (const size_t number : numbers) {
    arguments.push_back(string_constant(columns[number].name, span));
    arguments.push_back(column_expression(first + number, columns[number].type, span));
  }
  if (arguments.empty()) return null_constant(Type::dynamic, span);
  return make_call(binding, "bag_pack", std::move(arguments), span);
}

const Schema& columns_of(const Rows& rows) {
  static const Schema none;
  return rows.columns != nullptr && rows.names_visible ? *rows.columns : none;
}

std::vector<size_t> all_of(const Schema& columns) {
  std::vector<size_t> numbers(columns.size());
  std::iota(numbers.begin(), numbers.end(), size_t{0});
  return numbers;
}

Result<BoundExpression> pack_all(Binding& binding, const Rows& rows, const ast::Call& call) {
  TRY(check_count(call, 0, 1));
  if (rows.aggregates != nullptr) return semantic_error("pack_all() stands outside of an aggregate.", call.span);
  bool skips_empty = false;
  if (call.arguments.size() == 1) {
    const BoundExpression skip = TRY(bind_constant(binding, *call.arguments[0].expr, Type::bool_, "ignore_null_empty"));
    skips_empty = constant_integer(skip) == 1;
  }
  const Schema& columns = columns_of(rows);
  BoundExpression bag = TRY(pack_columns(binding, columns, 0, call.span));
  if (!skips_empty) return bag;
  std::vector<BoundExpression> arguments;
  arguments.push_back(std::move(bag));
  return make_call(binding, "pack_all of what is not empty", std::move(arguments), call.span);
}

// pack_array(*)
bool packs_the_row(const ast::Call& call) {
  return call.name.text == "pack_array" && call.arguments.size() == 1 &&
         call.arguments[0].expr->try_as<ast::Star>() != nullptr;
}

Result<BoundExpression> pack_row(Binding& binding, const Rows& rows, const ast::Call& call) {
  if (rows.aggregates != nullptr) return semantic_error("'*' stands outside of an aggregate.", call.span);
  const Schema& columns = columns_of(rows);
  std::vector<BoundExpression> items;
  for (size_t i = 0; i < columns.size(); ++i) items.push_back(column_expression(i, columns[i].type, call.span));
  if (items.empty()) return semantic_error("There are no columns for '*' here.", call.span);
  return make_call(binding, call.name.text, std::move(items), call.span);
}

Result<BoundExpression> bag_pack_columns(Binding& binding, const Rows& rows, const ast::Call& call) {
  std::vector<size_t> columns;
  for (const ast::NamedExpr& argument : call.arguments) {
    const BoundExpression column = TRY(bind_expression(binding, rows, *argument.expr));
    if (column.kind != ExpressionKind::column || column.column >= columns_of(rows).size())
      return semantic_error("A column is expected.", argument.span);
    columns.push_back(column.column);
  }
  return pack_some(binding, columns_of(rows), 0, columns, call.span);
}

// bin_auto(x) is bin_at(x, query_bin_auto_size, query_bin_auto_at), and bin() without the latter.
Result<BoundExpression> bin_auto(Binding& binding, const Rows& rows, const ast::Call& call) {
  TRY(check_count(call, 1, 1));
  const std::optional<BoundExpression>&size = binding.set_options.bin_auto_size, &at = binding.set_options.bin_auto_at;
  if (!size) return semantic_error("bin_auto() needs 'set query_bin_auto_size = …'.", call.span);
  std::vector<BoundExpression> arguments;
  arguments.push_back(TRY(bind_expression(binding, rows, *call.arguments[0].expr)));
  arguments.push_back(*size);
  if (at) arguments.push_back(*at);
  return make_call(binding, at ? "bin_at" : "bin", std::move(arguments), call.span);
}

// column_names_of(T): the names of a table's columns.
Result<BoundExpression> column_names_of(Binding& binding, const Rows&, const ast::Call& call) {
  TRY(check_count(call, 1, 1));
  const ast::Expr& table = *call.arguments[0].expr;
  const auto* name = table.try_as<ast::NameRef>();
  const Variable* variable = name ? find_variable(binding.scope, name->name.text) : nullptr;
  const bool pending = variable != nullptr && variable->rows != nullptr && *variable->rows != nullptr;
  PlanPtr bound = pending ? nullptr : TRY(bind_tabular(binding, table));
  const Schema& columns = pending ? (*variable->rows)->output : bound->output;
  columnar::VectorBuilder out(Type::dynamic, 1);
  std::vector<columnar::Dynamic> names;
  for (const columnar::Column& column : columns) names.push_back(columnar::Dynamic::string(column.name));
  out.append_copy(columnar::Dynamic::array(names));
  return constant_expression(out.finish(), call.span);
}

struct Special {
  std::string_view name;
  Handler handler;
};
constexpr std::array specials = {
    Special{"column_ifexists", column_if_exists},
    Special{"columnifexists", column_if_exists},
    Special{"column_names_of", column_names_of},
    Special{"bin_auto", bin_auto},
    Special{"extract", with_type_argument},
    Special{"extract_json", with_type_argument},
    Special{"extractjson", with_type_argument},
    Special{"percentile_tdigest", with_type_argument},
    Special{"pack_all", pack_all},
    Special{"bag_pack_columns", bag_pack_columns},
};

}  // namespace

Result<BoundExpression> pack_columns(Binding& binding, const Schema& columns, size_t first, SourceSpan span) {
  return pack_some(binding, columns, first, all_of(columns), span);
}

std::vector<std::string_view> special_call_names() {
  std::vector<std::string_view> names;
  for (const Special& special : specials) names.push_back(special.name);
  return names;
}

std::optional<Result<BoundExpression>> bind_special_call(Binding& binding, const Rows& rows, const ast::Call& call) {
  if (packs_the_row(call)) return pack_row(binding, rows, call);
  for (const Special& special : specials)
    if (special.name == call.name.text) return special.handler(binding, rows, call);
  return std::nullopt;
}

}  // namespace vedette::kql
