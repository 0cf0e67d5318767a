// partition: a query of its own over the rows of each value of a column. Source: kusto/query: partition-operator.
//
// The strategies native and shuffle, and the legacy one without a source, are one node: the rows of each value go
// through the same plan. A legacy query that has a source of its own, or gives its rows a name, is bound once a value,
// with the value under the column's name; those values are computed while binding.
#include <cmath>

#include "operators.h"

namespace vedette::kql {
namespace {

constexpr size_t legacy_values_max = 64;

Status check_strategy(const ast::Partition& op) {
  if (op.in != nullptr) return not_supported("'in' of 'partition'", op.in->span);
  const ast::Option* option = op.option("hint.strategy");
  if (option == nullptr) return {};
  const std::string_view strategy = op.option_text("hint.strategy");
  const bool legacy = strategy == "legacy" || strategy == "native" || strategy == "shuffle";
  if (!legacy)
    return semantic_error("There is no strategy " + quoted(strategy) + " of 'partition'; see legacy, native, shuffle.",
                          option->name.span);
  return {};
}

// Whether the query can only be bound for one value at a time.
bool is_legacy(const ast::Partition& op) {
  if (op.full_query) return true;
  const auto* pipe = op.body->try_as<ast::Pipe>();
  return pipe != nullptr && !pipe->operators.empty() && pipe->operators.front()->kind == ast::OperatorKind::as;
}

Result<PlanPtr> bind_native(Binding& binding, const ast::Partition& op, size_t key, PlanPtr input) {
  auto node = make_node<PartitionNode>(op.span);
  node->key = key;
  auto leaf = make_node<ApplyInputNode>(op.span);
  leaf->output = input->output;
  node->subplan = TRY(bind_pipe_over(binding, *op.body, std::move(leaf)));
  node->output = node->subplan->output;
  node->inputs.push_back(std::move(input));
  return node;
}

class LegacyPartition {
 public:
  LegacyPartition(Binding& binding, const ast::Partition& op, size_t key, size_t input, columnar::Column column)
      : binding_(binding), op_(op), key_(key), input_(input), column_(std::move(column)) {}

  Result<PlanPtr> bind() {
    const auto values = TRY(key_values());
    if (values->rows.rows > legacy_values_max)
      return Error(ErrorCode::limit_exceeded,
                   "'partition' of the strategy legacy takes " + std::to_string(legacy_values_max) +
                       " values; see the strategy native.",
                   op_.span);
    if (values->rows.rows == 0) return no_rows();
    auto all = make_node<UnionNode>(op_.span);
    for (size_t row = 0; row < values->rows.rows; ++row) {
      all->inputs.push_back(TRY(bind_for(values->rows.columns[0].slice(row, 1).flattened())));
      if (all->inputs.back()->output != all->inputs.front()->output)
        return not_supported("A query of 'partition' that has other columns for another value", op_.span);
    }
    all->output = all->inputs.front()->output;
    return all;
  }

 private:
  Result<std::unique_ptr<ValuesNode>> key_values() {
    std::vector<Projected> columns;
    columns.push_back({column_.name, column_expression(key_, column_.type, op_.by->span)});
    PlanPtr rows = TRY(read_subplan(binding_, input_, op_.span));
    PlanPtr keys = TRY(project(binding_, std::move(rows), std::move(columns), op_.span));
    return rows_known_now(binding_, make_node<DistinctNode>(op_.span, std::move(keys)),
                          "'partition' of the strategy legacy", op_.span);
  }

  Result<PlanPtr> bind_for(Vector value) {
    Variable variable;
    variable.name = column_.name;
    variable.scalar = constant_expression(value, op_.by->span);
    const ScopeChange change(binding_, with(binding_.scope, std::move(variable)));
    if (op_.full_query) return bind_tabular(binding_, *op_.body);
    auto filter = make_node<FilterNode>(op_.span, TRY(read_subplan(binding_, input_, op_.span)));
    filter->condition = TRY(is_value(std::move(value)));
    return bind_pipe_over(binding_, *op_.body, std::move(filter));
  }

  Result<BoundExpression> is_value(Vector value) {
    std::vector<BoundExpression> arguments;
    arguments.push_back(column_expression(key_, column_.type, op_.by->span));
    if (value.is_null(0)) return make_call(binding_, "isnull", std::move(arguments), op_.by->span);
    if (value.type() == Type::real && std::isnan(value.view<double>()[0]))
      return make_call(binding_, "isnan", std::move(arguments), op_.by->span);
    arguments.push_back(constant_expression(std::move(value), op_.by->span));
    return make_call(binding_, "==", std::move(arguments), op_.by->span);
  }

  Result<PlanPtr> no_rows() {
    auto filter = make_node<FilterNode>(op_.span, TRY(bind_for(columnar::constant_null(column_.type))));
    filter->condition = constant_expression(columnar::constant_bool(false), op_.span);
    return filter;
  }

  Binding& binding_;
  const ast::Partition& op_;
  const size_t key_, input_;
  const columnar::Column column_;
};

}  // namespace

Result<PlanPtr> bind_partition(Binding& binding, const ast::Partition& op, PlanPtr input) {
  TRY(check_options(op, {}));
  TRY(check_strategy(op));
  const Rows rows{&input->output, true, nullptr, nullptr};
  const BoundExpression by = TRY(bind_expression(binding, rows, *op.by));
  if (by.kind != ExpressionKind::column) return semantic_error("partition takes a column.", op.by->span);
  if (by.type == Type::dynamic) return semantic_error("partition does not take a dynamic column.", op.by->span);
  if (!is_legacy(op)) return bind_native(binding, op, by.column, std::move(input));
  if (reads_apply_input(*input)) return not_supported("'partition' of the strategy legacy in a sub-query", op.span);
  columnar::Column column = input->output[by.column];
  const size_t index = TRY(subplan_of(binding, std::move(input), op.span));
  return LegacyPartition(binding, op, by.column, index, std::move(column)).bind();
}

}  // namespace vedette::kql
