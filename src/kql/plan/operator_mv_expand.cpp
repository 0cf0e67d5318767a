// mv-expand and mv-apply.
#include <unordered_set>

#include "operators.h"

namespace vedette::kql {
namespace {

// "mvexpand is a legacy and obsolete form of the operator mv-expand. The legacy version has a default row limit of
// 128."
constexpr int64_t old_rows_max = 128;

struct Expansion {
  std::unique_ptr<MvExpandNode> node;
  std::unordered_set<size_t> applied;  // input columns that are expanded as they are
};

Result<BagExpansion> bag_expansion(const ast::Operator& op) {
  for (const char* name : {"bagexpansion", "kind"}) {
    if (!op.option(name)) continue;
    const std::string_view value = op.option_text(name);
    if (value == "array") return BagExpansion::array;
    if (value == "bag") return BagExpansion::bag;
    return semantic_error("There is no bag expansion " + quoted(value) + ".", op.option(name)->name.span);
  }
  return BagExpansion::bag;
}

// A Projection decides names and places; whatever is not an expansion in it is carried along.
class ExpansionBuilder {
 public:
  ExpansionBuilder(Binding& binding, const Schema& input, SourceSpan span)
      : binding_(binding), input_(input), node_(make_node<MvExpandNode>(span)), places_(Projection::Style::extend) {
    places_.add_columns(input);
  }

  Status add(const ast::MvItem& item) {
    if (item.value == nullptr) return not_supported("An expansion without a value", node_->span);
    const ast::NamedExpr& named = *item.value;
    const Rows rows{&input_, true, nullptr, nullptr};
    BoundExpression value = TRY(bind_expression(binding_, rows, *named.expr));
    if (value.type != Type::dynamic)
      return semantic_error(
          "Only a dynamic value can be expanded; this is a " + std::string(columnar::to_string(value.type)) + ".",
          named.span);
    MvExpansion expansion;
    expansion.type = item.to_type == ast::ScalarType::unknown ? Type::dynamic : to_type(item.to_type);
    expansion.output_column = TRY(place(named, value, expansion.type));
    expansion.value = std::move(value);
    node_->expansions.push_back(std::move(expansion));
    return {};
  }

  Status add_index(std::string_view name) {
    if (name.empty()) return {};
    node_->index_output_column = places_.add({std::string(name), null_constant(Type::long_, node_->span)}, false);
    return {};
  }

  Expansion finish(PlanPtr input) {
    for (size_t i = 0; i < places_.columns().size(); ++i) {
      const Projected& column = places_.columns()[i];
      node_->output.push_back({column.name, column.value.type});
      if (column.value.kind == ExpressionKind::column) node_->carried.push_back({column.value.column, i});
    }
    node_->inputs.push_back(std::move(input));
    return {std::move(node_), std::move(applied_)};
  }
  MvExpandNode& node() { return *node_; }

 private:
  // Where the expansion's column stands; a constant of its type keeps the place.
  Result<size_t> place(const ast::NamedExpr& named, const BoundExpression& value, Type type) {
    const bool column = value.kind == ExpressionKind::column && named.expr->kind == ast::ExprKind::name;
    if (column && named.names.empty()) applied_.insert(value.column);
    std::string name = result_name(named).value_or("");
    if (name.empty()) name = "Column" + std::to_string(node_->expansions.size() + 1);
    BoundExpression keeper = null_constant(type, named.span);
    if (named.names.empty() && !column) return places_.add({std::move(name), std::move(keeper)}, true);
    const std::string key = name;
    TRY(places_.declare({std::move(name), std::move(keeper)}, true, named.span));
    for (size_t i = 0; i < places_.columns().size(); ++i)
      if (places_.columns()[i].name == key) return i;
    return Error(ErrorCode::internal, "A declared column is missing.", named.span);
  }

  Binding& binding_;
  const Schema& input_;
  std::unique_ptr<MvExpandNode> node_;
  Projection places_;
  std::unordered_set<size_t> applied_;
};

std::string_view index_option(const ast::Operator& op) { return op.option_text("with_itemindex"); }

Result<Expansion> bind_expansion(Binding& binding, const ast::Operator& op, ast::List<ast::MvItem> items,
                                 const ast::Expr* limit, PlanPtr input) {
  TRY(check_options(op, {"bagexpansion", "kind", "with_itemindex"}));
  ExpansionBuilder builder(binding, input->output, op.span);
  for (const ast::MvItem& item : items) TRY(builder.add(item));
  TRY(builder.add_index(index_option(op)));
  builder.node().bag_expansion = TRY(bag_expansion(op));
  if (limit != nullptr) builder.node().row_limit = TRY(bind_constant(binding, *limit, Type::long_, "The limit"));
  return builder.finish(std::move(input));
}

PlanPtr apply_input(const Schema& columns, SourceSpan span) {
  auto node = make_node<ApplyInputNode>(span);
  node->output = columns;
  return node;
}

}  // namespace

Result<PlanPtr> bind_mv_expand(Binding& binding, const ast::MvExpand& op, PlanPtr input) {
  Expansion expansion = TRY(bind_expansion(binding, op, op.items, op.limit, std::move(input)));
  if (op.limit == nullptr && op.keyword.text == "mvexpand")
    expansion.node->row_limit = constant_expression(columnar::constant_long(old_rows_max), op.span);
  return std::move(expansion.node);
}

// The outer row's columns, without those expanded; the sub-query's columns replace theirs by name, the others follow.
Result<PlanPtr> bind_mv_apply(Binding& binding, const ast::MvApply& op, PlanPtr input) {
  if (op.id != nullptr) return not_supported("mv-apply with an id", op.id->span);
  PlanPtr leaf = apply_input(input->output, op.span);
  Expansion expansion = TRY(bind_expansion(binding, op, op.items, op.limit, std::move(leaf)));
  auto node = make_node<MvApplyNode>(op.span);
  node->subplan = TRY(bind_pipe_over(binding, *op.body, apply_input(expansion.node->output, op.span)));
  std::vector<Projected> columns;
  Projection places(Projection::Style::extend);
  std::vector<MvApplyNode::Output> outputs;
  for (size_t i = 0; i < input->output.size(); ++i) {
    if (expansion.applied.contains(i)) continue;
    places.add({input->output[i].name, null_constant(input->output[i].type)}, false);
    outputs.push_back({false, i});
  }
  for (size_t i = 0; i < node->subplan->output.size(); ++i) {
    const columnar::Column& column = node->subplan->output[i];
    const size_t at = places.add({column.name, null_constant(column.type)}, true);
    if (at == outputs.size()) outputs.push_back({});
    outputs[at] = {true, i};
  }
  for (const Projected& column : places.columns()) node->output.push_back({column.name, column.value.type});
  node->outputs = std::move(outputs);
  node->expand = std::move(expansion.node);
  node->inputs.push_back(std::move(input));
  return node;
}

}  // namespace vedette::kql
