// Rows out of the query itself: datatable, print, range; getschema, whose rows are known without its input's.
#include "operators.h"
#include "vedette/base/ascii_case.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

Result<Schema> declared_columns(const ast::Schema& declared) {
  Schema columns;
  for (const ast::Column& column : declared.columns) {
    if (columnar::find_column(columns, column.name.text))
      return semantic_error("The column " + quoted(column.name.text) + " is declared twice.", column.name.span);
    columns.push_back({std::string(column.name.text), to_type(column.type)});
  }
  return columns;
}

Result<ExternalDataRequest> external_data_request(Binding& binding, const ast::ExternalData& data,
                                                  const Schema& declared) {
  ExternalDataRequest request;
  for (const columnar::Column& column : declared) request.columns.push_back(column.name);
  for (const ast::Expr* uri : data.uris)
    request.uris.push_back(TRY(bind_text(binding, *uri, "An address of externaldata")));
  for (const ast::Option& property : data.properties) {
    const auto* word = property.value->try_as<ast::NameRef>();
    if (word != nullptr && find_variable(binding.scope, word->name.text) == nullptr) {  // format=csv
      request.properties.insert_or_assign(base::ascii_lower(property.name.text), std::string(word->name.text));
      continue;
    }
    BoundExpression value = TRY(bind_expression(binding, Rows{}, *property.value));
    value = TRY(converted(binding, std::move(value), Type::string));
    const auto text = constant_text(value);
    if (!text) return semantic_error("A property of externaldata must be a constant.", property.name.span);
    request.properties.insert_or_assign(base::ascii_lower(property.name.text), std::string(*text));
  }
  return request;
}

// A literal as a value of its column: numbers and texts adapt.
Result<Vector> cell(Binding& binding, const ast::Expr& expr, const columnar::Column& column) {
  BoundExpression value = TRY(bind_expression(binding, Rows{}, expr));
  value = TRY(converted(binding, std::move(value), column.type));
  if (!is_constant(value)) return semantic_error("A value of a datatable must be constant.", expr.span);
  return value.constant;
}

// System.… as .NET calls the types, which getschema reports.
const char* dotnet_name(Type type) {
  switch (type) {
    case Type::bool_:
      return "System.SByte";
    case Type::int_:
      return "System.Int32";
    case Type::long_:
      return "System.Int64";
    case Type::real:
      return "System.Double";
    case Type::decimal:
      return "System.Data.SqlTypes.SqlDecimal";
    case Type::string:
      return "System.String";
    case Type::datetime:
      return "System.DateTime";
    case Type::timespan:
      return "System.TimeSpan";
    case Type::guid:
      return "System.Guid";
    case Type::dynamic:
      return "System.Object";
  }
  return "";
}

}  // namespace

Result<PlanPtr> bind_datatable(Binding& binding, const ast::Datatable& table) {
  TRY(count_plan_node(binding, table.span));
  if (!table.options.empty())
    return not_supported("The option " + quoted(table.options[0].name.text), table.options[0].name.span);
  if (table.schema.open) return semantic_error("A datatable names all its columns.", table.schema.span);
  auto node = make_node<ValuesNode>(table.span);
  node->output = TRY(declared_columns(table.schema));
  const size_t width = node->output.size();
  if (width == 0) return semantic_error("A datatable has at least one column.", table.span);
  if (table.values.size() % width != 0)
    return semantic_error("The number of values is no multiple of the number of columns.", table.span);
  node->rows.rows = table.values.size() / width;
  for (size_t c = 0; c < width; ++c) {
    columnar::VectorBuilder builder(node->output[c].type, node->rows.rows);
    for (size_t row = 0; row < node->rows.rows; ++row)
      builder.append_from(TRY(cell(binding, *table.values[row * width + c], node->output[c])), 0);
    node->rows.columns.push_back(builder.finish());
  }
  return node;
}

// The table outside has texts or dynamics; a Project makes of them what the query declares.
Result<PlanPtr> bind_external_data(Binding& binding, const ast::ExternalData& data) {
  TRY(count_plan_node(binding, data.span));
  if (binding.options.external_data == nullptr)
    return Error(ErrorCode::external_data_disabled, "External data is not read: 'externaldata' is disabled.",
                 data.span);
  if (data.schema.open) return semantic_error("externaldata names all its columns.", data.schema.span);
  const Schema declared = TRY(declared_columns(data.schema));
  if (declared.empty()) return semantic_error("externaldata has at least one column.", data.span);
  auto scan = make_node<ScanNode>(data.span);
  scan->table_name = "externaldata(…)";
  auto table = binding.options.external_data->open(TRY(external_data_request(binding, data, declared)));
  if (!table) return Error(table.error().code, table.error().message, data.span);
  scan->table = std::move(*table);
  scan->output = scan->table->schema();
  for (size_t i = 0; i < scan->output.size(); ++i) scan->request.columns.push_back(i);
  std::vector<Projected> columns;
  for (size_t i = 0; i < declared.size(); ++i) {
    BoundExpression value = i < scan->output.size() ? column_expression(i, scan->output[i].type, data.span)
                                                    : null_constant(declared[i].type, data.span);
    columns.push_back({declared[i].name, TRY(converted(binding, std::move(value), declared[i].type))});
  }
  return project(binding, std::move(scan), std::move(columns), data.span);
}

// A Project over one row without columns.
Result<PlanPtr> bind_print(Binding& binding, const ast::Print& op) {
  TRY(check_options(op, {}));
  auto one_row = make_node<ValuesNode>(op.span);
  one_row->rows.rows = 1;
  Projection projection(Projection::Style::print);
  const Rows rows;
  for (const ast::NamedExpr& item : op.items) TRY(projection.add_item(binding, rows, item));
  return project(binding, std::move(one_row), projection.take(), op.span);
}

Result<PlanPtr> bind_range(Binding& binding, const ast::Range& op) {
  TRY(check_options(op, {}));
  auto node = make_node<RangeNode>(op.span);
  node->from = TRY(bind_expression(binding, Rows{}, *op.from));
  node->to = TRY(bind_expression(binding, Rows{}, *op.to));
  node->step = TRY(bind_expression(binding, Rows{}, *op.step));
  Type type = node->from.type;
  Type step = node->step.type;
  if (const auto number = promoted(type, node->to.type)) {
    const auto all = promoted(*number, step);
    if (!all) return semantic_error("The step of a range of numbers must be a number.", op.step->span);
    type = step = *all == Type::int_ ? Type::long_ : *all;
  } else if ((type != Type::datetime && type != Type::timespan) || node->to.type != type || step != Type::timespan) {
    return semantic_error("A range leads over numbers, timespans or datetimes, with a step of their kind.", op.span);
  }
  node->from = TRY(converted(binding, std::move(node->from), type));
  node->to = TRY(converted(binding, std::move(node->to), type));
  node->step = TRY(converted(binding, std::move(node->step), step));
  node->output.push_back({std::string(op.name.text), type});
  return node;
}

Result<PlanPtr> bind_getschema(Binding&, const ast::GetSchema& op, PlanPtr input) {
  TRY(check_options(op, {}));
  auto node = make_node<ValuesNode>(op.span);
  node->output = {{"ColumnName", Type::string},
                  {"ColumnOrdinal", Type::int_},
                  {"DataType", Type::string},
                  {"ColumnType", Type::string}};
  columnar::VectorBuilder names(Type::string), ordinals(Type::int_), data(Type::string), types(Type::string);
  for (const columnar::Column& column : input->output) {
    names.append_copy(std::string_view(column.name));
    ordinals.append(static_cast<int32_t>(ordinals.size()));
    data.append_copy(std::string_view(dotnet_name(column.type)));
    types.append_copy(columnar::to_string(column.type));
  }
  node->rows.rows = input->output.size();
  for (columnar::VectorBuilder* builder : {&names, &ordinals, &data, &types})
    node->rows.columns.push_back(builder->finish());
  return node;
}

}  // namespace vedette::kql
