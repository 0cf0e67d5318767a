// y.a["b"][0][key]: steps into dynamic values, kept as one node.
#include "expressions.h"
#include "graph_calls.h"

namespace vedette::kql {
namespace {

using columnar::Dynamic;

// One step into a constant; what does not fit is null.
Dynamic at(const Dynamic& value, const PathStep& step) {
  if (step.kind == PathStep::Kind::key) {
    const Dynamic* found = value.find(step.key);
    return found ? *found : Dynamic();
  }
  if (value.kind() != columnar::DynamicKind::array) return {};
  const auto items = value.items();
  const int64_t size = static_cast<int64_t>(items.size());
  const int64_t index = step.index < 0 ? step.index + size : step.index;
  return index >= 0 && index < size ? items[static_cast<size_t>(index)] : Dynamic();
}

BoundExpression folded_member(BoundExpression member) {
  if (member.arguments.size() != 1 || !is_constant(member.arguments[0])) return member;
  const Vector& constant = member.arguments[0].constant;
  Dynamic value = constant.is_null(0) ? Dynamic() : constant.view<Dynamic>()[0];
  for (const PathStep& step : member.path) value = at(value, step);
  if (value.is_null()) return null_constant(Type::dynamic, member.span);
  columnar::VectorBuilder builder(Type::dynamic, 1);
  builder.append_copy(value);
  return constant_expression(builder.finish(), member.span);
}

// The member node that further steps are added to.
BoundExpression member_of(BoundExpression target) {
  if (target.kind == ExpressionKind::member) return target;
  BoundExpression member;
  member.kind = ExpressionKind::member;
  member.type = Type::dynamic;
  member.arguments.push_back(std::move(target));
  return member;
}

Result<PathStep> step_of(BoundExpression& member, BoundExpression index) {
  PathStep step;
  if (const auto key = constant_text(index)) {
    step.key = std::string(*key);
    return step;
  }
  if (const auto number = constant_integer(index); number && index.type != Type::string) {
    step.kind = PathStep::Kind::index;
    step.index = *number;
    return step;
  }
  step.kind = PathStep::Kind::computed;
  step.argument = member.arguments.size();
  member.arguments.push_back(std::move(index));
  return step;
}

Result<BoundExpression> bind_index(Binding& binding, const Rows& rows, const ast::Expr& expr) {
  BoundExpression index = TRY(bind_expression(binding, rows, expr));
  if (index.type == Type::int_) return converted(binding, std::move(index), Type::long_);
  if (index.type == Type::dynamic) return converted(binding, std::move(index), Type::string);
  if (index.type == Type::string || index.type == Type::long_) return index;
  return semantic_error(
      "An index is a string or a whole number, not a " + std::string(columnar::to_string(index.type)) + ".", expr.span);
}

// `target` is what stands before the step.
Result<BoundExpression> take_step(Binding& binding, const Rows& rows, BoundExpression value, const ast::Expr& step,
                                  SourceSpan target) {
  if (value.type != Type::dynamic)
    return semantic_error(
        "Only a dynamic value has members; this is a " + std::string(columnar::to_string(value.type)) + ".", target);
  BoundExpression member = member_of(std::move(value));
  member.span = step.span;
  if (const auto* dotted = step.try_as<ast::Member>()) {
    member.path.push_back({PathStep::Kind::key, std::string(dotted->name.text), 0, 0});
  } else {
    BoundExpression index = TRY(bind_index(binding, rows, *step.as<ast::Element>().index));
    member.path.push_back(TRY(step_of(member, std::move(index))));
  }
  return folded_member(std::move(member));
}

}  // namespace

BoundExpression bag_member(BoundExpression bag, std::string_view key, SourceSpan span) {
  BoundExpression member = member_of(std::move(bag));
  member.span = span;
  member.path.push_back({PathStep::Kind::key, std::string(key), 0, 0});
  return folded_member(std::move(member));
}

BoundExpression array_item(BoundExpression array, int64_t index, SourceSpan span) {
  BoundExpression member = member_of(std::move(array));
  member.span = span;
  member.path.push_back({PathStep::Kind::index, "", index, 0});
  return folded_member(std::move(member));
}

std::optional<Result<BoundExpression>> bind_qualified(const Rows& rows, const ast::Member& member) {
  if (auto property = bind_path_property(rows, member)) return property;
  const auto* target = member.target->try_as<ast::NameRef>();
  if (target == nullptr || rows.qualifiers == nullptr || !rows.names_visible) return std::nullopt;
  for (const Qualifier& qualifier : *rows.qualifiers) {
    if (qualifier.name != target->name.text) continue;
    const auto column = columnar::find_column(*qualifier.columns, member.name.text);
    if (!column)
      return semantic_error(quoted(qualifier.name) + " has no column " + quoted(member.name.text) + ".",
                            member.name.span);
    return column_expression(qualifier.first + *column, (*qualifier.columns)[*column].type, member.span);
  }
  return std::nullopt;
}

// Step by step rather than one within the other: a path may be as long as expressions may be high.
Result<BoundExpression> bind_path(Binding& binding, const Rows& rows, const ast::Expr& expr) {
  std::vector<const ast::Expr*> steps;
  const ast::Expr* from = &expr;
  std::optional<Result<BoundExpression>> qualified;
  for (;;) {
    const auto* dotted = from->try_as<ast::Member>();
    if (!dotted && from->kind != ast::ExprKind::element) break;
    if (dotted && (qualified = bind_qualified(rows, *dotted))) break;
    steps.push_back(from);
    from = dotted ? dotted->target : from->as<ast::Element>().target;
  }
  BoundExpression value = qualified ? TRY(std::move(*qualified)) : TRY(bind_expression(binding, rows, *from));
  for (; !steps.empty(); from = steps.back(), steps.pop_back())
    value = TRY(take_step(binding, rows, std::move(value), *steps.back(), from->span));
  return value;
}

}  // namespace vedette::kql
