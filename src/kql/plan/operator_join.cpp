// join and lookup: keys, kinds and the columns of the result.
#include <algorithm>
#include <array>
#include <unordered_set>

#include "operators.h"
#include "vedette/kql/functions/signature.h"

namespace vedette::kql {
namespace {

struct KindName {
  std::string_view name;
  JoinKind kind;
};
constexpr std::array kind_names = {
    KindName{"innerunique", JoinKind::innerunique}, KindName{"inner", JoinKind::inner},
    KindName{"leftouter", JoinKind::leftouter},     KindName{"rightouter", JoinKind::rightouter},
    KindName{"fullouter", JoinKind::fullouter},     KindName{"leftsemi", JoinKind::leftsemi},
    KindName{"rightsemi", JoinKind::rightsemi},     KindName{"leftanti", JoinKind::leftanti},
    KindName{"rightanti", JoinKind::rightanti},     KindName{"anti", JoinKind::leftanti},
    KindName{"leftantisemi", JoinKind::leftanti},   KindName{"rightantisemi", JoinKind::rightanti},
};

Result<JoinKind> kind_of(const ast::Operator& op, JoinKind otherwise) {
  const ast::Option* option = op.option("kind");
  if (option == nullptr) return otherwise;
  const std::string_view name = op.option_text("kind");
  for (const KindName& row : kind_names)
    if (row.name == name) return row.kind;
  return semantic_error("There is no kind " + quoted(name) + " of join.",
                        option->value ? option->value->span : op.span);
}

// The conditions of `on`, one key each. Columns of different numeric types get a converted column on the narrower side.
class JoinKeys {
 public:
  JoinKeys(Binding& binding, PlanPtr& left, PlanPtr& right) : binding_(binding), left_(left), right_(right) {}

  Status add(const ast::Expr& on) {
    if (const auto* logical = on.try_as<ast::Logical>(); logical != nullptr && logical->is_and) {
      for (const ast::Expr* operand : logical->operands) TRY(add(*operand));
      return {};
    }
    if (const auto* name = on.try_as<ast::NameRef>()) return add_common(name->name);
    const auto* binary = on.try_as<ast::Binary>();
    if (binary != nullptr && binary->op == "==") return add_equality(*binary);
    return semantic_error("A condition of 'on' is a column of both sides, or $left.a == $right.b.", on.span);
  }

  const std::vector<JoinKey>& keys() const { return keys_; }
  // The right columns that keys were written with.
  const std::unordered_set<size_t>& right_columns() const { return right_columns_; }

 private:
  Status add_common(const ast::Name& name) {
    const auto left = columnar::find_column(left_->output, name.text);
    const auto right = columnar::find_column(right_->output, name.text);
    if (!left || !right) {
      const Schema& columns = left ? right_->output : left_->output;
      Error error = unknown_name(binding_, Rows{&columns, true, nullptr, nullptr}, name);
      error.message = "The " + std::string(left ? "right" : "left") + " side of the join: " + error.message;
      return error;
    }
    return add_key(*left, *right, name.span);
  }

  // $left.a == $right.b, or the other way round.
  Status add_equality(const ast::Binary& equality) {
    std::string_view first, second;
    const ast::Name* a = side_column(*equality.left, first);
    const ast::Name* b = side_column(*equality.right, second);
    if (a == nullptr || b == nullptr || first == second)
      return semantic_error("A condition of 'on' compares $left.a == $right.b.", equality.span);
    if (first == "$right") std::swap(a, b);
    const auto left = columnar::find_column(left_->output, a->text);
    if (!left) return unknown_name(binding_, Rows{&left_->output, true, nullptr, nullptr}, *a);
    const auto right = columnar::find_column(right_->output, b->text);
    if (!right) return unknown_name(binding_, Rows{&right_->output, true, nullptr, nullptr}, *b);
    return add_key(*left, *right, equality.span);
  }

  static const ast::Name* side_column(const ast::Expr& expr, std::string_view& side) {
    if (const auto* member = expr.try_as<ast::Member>()) {
      const auto* target = member->target->try_as<ast::NameRef>();
      if (target == nullptr) return nullptr;
      side = target->name.text;
      return side == "$left" || side == "$right" ? &member->name : nullptr;
    }
    return nullptr;
  }

  Status add_key(size_t left, size_t right, SourceSpan span) {
    const Type a = left_->output[left].type, b = right_->output[right].type;
    if (a == Type::dynamic || b == Type::dynamic)
      return semantic_error("A dynamic column cannot be a key of a join; convert it first, as in tostring(…).", span);
    right_columns_.insert(right);
    if (a != b) {
      const auto common = promoted(a, b);
      if (!common)
        return semantic_error("The keys of a join must have one type, not " + std::string(columnar::to_string(a)) +
                                  " and " + std::string(columnar::to_string(b)) + ".",
                              span);
      left = TRY(converted_column(left_, left, *common, span));
      right = TRY(converted_column(right_, right, *common, span));
    }
    keys_.push_back({left, right});
    return {};
  }

  // The column as that type: itself, or a further column of the side.
  Result<size_t> converted_column(PlanPtr& side, size_t column, Type type, SourceSpan span) {
    if (side->output[column].type == type) return column;
    std::vector<Projected> columns;
    for (size_t i = 0; i < side->output.size(); ++i)
      columns.push_back({side->output[i].name, column_expression(i, side->output[i].type)});
    BoundExpression value = column_expression(column, side->output[column].type, span);
    columns.push_back({"$key" + std::to_string(side->output.size()), TRY(converted(binding_, std::move(value), type))});
    side = TRY(project(binding_, std::move(side), std::move(columns), span));
    return side->output.size() - 1;
  }

  Binding& binding_;
  PlanPtr& left_;
  PlanPtr& right_;
  std::vector<JoinKey> keys_;
  std::unordered_set<size_t> right_columns_;
};

bool gives_left(JoinKind kind) { return kind != JoinKind::rightsemi && kind != JoinKind::rightanti; }
bool gives_right(JoinKind kind) { return kind != JoinKind::leftsemi && kind != JoinKind::leftanti; }

// Columns of the left, then of the right side, under unique names.
void set_outputs(JoinNode& node, const std::vector<JoinOutput>& outputs) {
  std::vector<std::string> names;
  for (const JoinOutput& output : outputs)
    names.push_back(node.inputs[output.side == JoinSide::left ? 0 : 1]->output[output.column].name);
  names = made_unique(names);
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Schema& side = node.inputs[outputs[i].side == JoinSide::left ? 0 : 1]->output;
    node.output.push_back({names[i], side[outputs[i].column].type});
  }
  node.outputs = outputs;
}

struct Sides {
  PlanPtr left, right;
  size_t left_columns = 0, right_columns = 0;  // before the columns that keys added
  std::vector<JoinKey> keys;
  std::unordered_set<size_t> right_keys;
};

Result<Sides> bind_sides(Binding& binding, PlanPtr input, const ast::Expr& right, ast::List<const ast::Expr*> on) {
  Sides sides;
  sides.left = std::move(input);
  sides.right = TRY(bind_tabular(binding, right));
  sides.left_columns = sides.left->output.size();
  sides.right_columns = sides.right->output.size();
  JoinKeys keys(binding, sides.left, sides.right);
  for (const ast::Expr* condition : on) TRY(keys.add(*condition));
  sides.keys = keys.keys();
  sides.right_keys = keys.right_columns();
  return sides;
}

PlanPtr join_node(Sides sides, JoinKind kind, const std::vector<JoinOutput>& outputs, SourceSpan span) {
  auto node = make_node<JoinNode>(span);
  node->join_kind = kind;
  node->keys = std::move(sides.keys);
  node->inputs.push_back(std::move(sides.left));
  node->inputs.push_back(std::move(sides.right));
  set_outputs(*node, outputs);
  return node;
}

}  // namespace

Result<PlanPtr> bind_join(Binding& binding, const ast::Join& op, PlanPtr input) {
  TRY(check_options(op, {"kind"}));
  if (op.where != nullptr) return not_supported("join … where", op.where->span);
  if (op.on.empty()) return semantic_error("A join needs 'on'.", op.span);
  const JoinKind kind = TRY(kind_of(op, JoinKind::innerunique));
  Sides sides = TRY(bind_sides(binding, std::move(input), *op.right, op.on));
  std::vector<JoinOutput> outputs;
  for (size_t i = 0; gives_left(kind) && i < sides.left_columns; ++i) outputs.push_back({JoinSide::left, i});
  for (size_t i = 0; gives_right(kind) && i < sides.right_columns; ++i) outputs.push_back({JoinSide::right, i});
  return join_node(std::move(sides), kind, outputs, op.span);
}

// lookup leaves the right keys out. Without `on`, the columns that both sides have are the keys.
Result<PlanPtr> bind_lookup(Binding& binding, const ast::Lookup& op, PlanPtr input) {
  TRY(check_options(op, {"kind"}));
  if (op.on.empty()) return not_supported("lookup without 'on'", op.span);
  const JoinKind kind = TRY(kind_of(op, JoinKind::leftouter));
  if (kind != JoinKind::leftouter && kind != JoinKind::inner)
    return semantic_error("lookup is of kind leftouter or inner.", op.span);
  Sides sides = TRY(bind_sides(binding, std::move(input), *op.right, op.on));
  std::vector<JoinOutput> outputs;
  for (size_t i = 0; i < sides.left_columns; ++i) outputs.push_back({JoinSide::left, i});
  for (size_t i = 0; i < sides.right_columns; ++i)
    if (!sides.right_keys.contains(i)) outputs.push_back({JoinSide::right, i});
  return join_node(std::move(sides), kind, outputs, op.span);
}

}  // namespace vedette::kql
